"""Write detections.csv and precision.csv: the average precision that pycocotools 2.0.11 gives invented detections.

It runs by hand, in an environment with pycocotools, which the course does not need: python reference.py
"""

import contextlib
import csv
import hashlib
import io
from pathlib import Path

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

FOLDER = Path(__file__).parent
BOXES = FOLDER.parent / "tree_crowns" / "boxes.csv"
PLACE = "yellowstone_test"
OVERLAPS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def invented(true: np.ndarray) -> np.ndarray:
    """Return a score and edges for each of 400 detections: true boxes, moved and stretched, some of them twice."""
    random = np.random.Generator(np.random.PCG64(18))
    edges = true[random.integers(len(true), size=400)]
    moved = edges + np.round(random.normal(0, 3, edges.shape), 1)
    edges = np.concatenate([np.minimum(moved[:, :2], moved[:, 2:] - 1), moved[:, 2:]], axis=1)
    return np.column_stack([np.round(random.random(400), 6), edges])


def as_coco(edges: np.ndarray) -> list[float]:
    """Return a box as COCO stores it: left, upper, width, height."""
    return [*edges[:2], *(edges[2:] - edges[:2])]


def average_precisions(true: np.ndarray, found: np.ndarray) -> list[float]:
    """Return the average precision at each of the overlaps, of 101 recalls, with all detections counted."""
    coco = COCO()
    annotations = [
        {"id": number, "image_id": 1, "category_id": 1, "iscrowd": 0, "bbox": as_coco(box), "area": 1.0}
        for number, box in enumerate(true, start=1)
    ]
    coco.dataset = {"images": [{"id": 1}], "categories": [{"id": 1}], "annotations": annotations}
    coco.createIndex()
    detections = [{"image_id": 1, "category_id": 1, "bbox": as_coco(row[1:]), "score": float(row[0])} for row in found]
    evaluation = COCOeval(coco, coco.loadRes(detections), "bbox")
    evaluation.params.iouThrs = np.array(OVERLAPS)
    evaluation.params.maxDets = [len(found)]
    evaluation.params.areaRng, evaluation.params.areaRngLbl = [[0, 1e10]], ["all"]
    evaluation.evaluate()
    evaluation.accumulate()
    return evaluation.eval["precision"][:, :, 0, 0, 0].mean(axis=1).tolist()


def main() -> None:
    with BOXES.open() as file:
        true = np.array([row[1:] for row in csv.reader(file) if row[0] == PLACE], float)
    found = invented(true)
    with contextlib.redirect_stdout(io.StringIO()):
        precisions = average_precisions(true, found)
    tables = {
        "detections.csv": [("score", "x_min", "y_min", "x_max", "y_max"), *(map(repr, row.tolist()) for row in found)],
        "precision.csv": [
            ("overlap", "average_precision"),
            *zip(map(str, OVERLAPS), map(repr, precisions), strict=True),
        ],
    }
    for name, rows in tables.items():
        (FOLDER / name).write_text("\n".join(map(",".join, rows)) + "\n")
    sums = [f"{hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()}  {name}\n" for name in sorted(tables)]
    (FOLDER / "SHA256SUMS").write_text("".join(sums))


if __name__ == "__main__":
    main()
