"""Build data/tree_crowns, four pictures from the air and the boxes of their trees, from the PyPI package deepforest."""

import io
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image

from maker_tools import read_wheel, replace_data_set

NAME = "tree_crowns"
DEEPFOREST = ("deepforest==2.1.0", "8c2798d8e9be7f0004b194fe207b76c1d9fff6e711b3db67b9508dcd5d00ae54")
PLACES = {
    "yellowstone_train": "2019_YELL_2_528000_4978000_image_crop2",
    "yellowstone_test": "2019_YELL_2_541000_4977000_image_crop",
    "florida": "OSBS_029",
    "california": "SOAP_061",
}
EDGES = ("xmin", "ymin", "xmax", "ymax")


def at_half_size(content: bytes) -> Image.Image:
    """Return a picture with half as many pixels a side, without its last row and column where there is an odd one."""
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    width, height = (side // 2 * 2 for side in picture.size)
    return picture.crop((0, 0, width, height)).reduce(2)


def boxes(content: bytes) -> list[tuple[float, ...]]:
    """Return the edges of all boxes of an annotation in pixels of the halved picture."""
    found = ElementTree.fromstring(content).iter("bndbox")
    return sorted(tuple(int(box.findtext(edge)) / 2 for edge in EDGES) for box in found)


def main() -> None:
    members = [f"deepforest/data/{file}.{kind}" for file in PLACES.values() for kind in ("png", "xml")]
    contents = iter(read_wheel(DEEPFOREST, *members))
    with tempfile.TemporaryDirectory() as temporary:
        made = Path(temporary) / NAME
        made.mkdir()
        lines = ["place,x_min,y_min,x_max,y_max"]
        for place in PLACES:
            at_half_size(next(contents)).save(made / f"{place}.jpg", quality=90)
            lines += [",".join([place, *map(str, box)]) for box in boxes(next(contents))]
        (made / "boxes.csv").write_text("\n".join(lines) + "\n")
        replace_data_set(NAME, made.parent)


if __name__ == "__main__":
    main()
