"""How the cost of training grows with the number of images, the batch size and the number of parameters."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import keras
import numpy as np
import psutil
from matplotlib.figure import Figure

from course_lib import datasets
from course_lib.models.convolutional import convolutional_network
from course_lib.plots.style import COLOURS, FONT_SIZE, MARKS, label_axes, new_figure

FOLDER = Path(__file__).parent
VALUES, FIGURE = FOLDER / "growth.json", FOLDER / "growth.png"
USUAL = {"images": 20_000, "batch_size": 128, "width": 16}
VARIED = {
    "images": [1000, 2000, 5000, 10_000, 20_000, 40_000, 60_000],
    "batch_size": [32, 64, 128, 256, 512, 1024],
    "width": [4, 8, 16, 32, 64],
}
EPOCHS = 5


def epoch_cost(images: int, batch_size: int, width: int) -> dict[str, float]:
    """Train the network of chapter 02, its three layers `width`, `width` and 6 `width` filters wide, in this process.

    Returns:
        Median seconds of an epoch after the first, the memory in gigabytes that the process then holds, the steps of
        an epoch and the number of parameters.
    """
    repeats = -(-images // 54_000)  # the training split has 54,000 images; the last thousands come twice
    inputs, labels = (np.concatenate([values] * repeats)[:images] for values in datasets.load_arrays("mnist")["train"])
    model = convolutional_network(filters=(width, width, 6 * width))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    batches = datasets.batches(inputs, labels, batch_size=batch_size, seed=0)
    model.fit(batches, verbose=0)  # builds and traces
    seconds = []
    for _ in range(EPOCHS):
        started = time.perf_counter()
        model.fit(batches, verbose=0)
        seconds.append(time.perf_counter() - started)
    memory_gb = psutil.Process().memory_info().rss / 1e9
    return {
        "seconds": float(np.median(seconds)),
        "memory_gb": memory_gb,
        "steps": len(batches),
        "parameters": model.count_params(),
    }


def measure() -> None:
    """Measure each point in a process of its own, store the values and draw them."""
    points: dict[str, list[dict[str, float]]] = {name: [] for name in VARIED}
    for name, values in VARIED.items():
        for value in values:
            chosen = {**USUAL, name: value}
            command = [sys.executable, "-m", "benchmarks.growth", json.dumps(chosen)]
            environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "2"}
            result = subprocess.run(
                command, cwd=FOLDER.parent, env=environment, stdout=subprocess.PIPE, text=True, check=True
            )
            points[name].append({**chosen, **json.loads(result.stdout.splitlines()[-1])})
            print(points[name][-1], flush=True)
    VALUES.write_text(json.dumps(points, indent=1) + "\n", encoding="utf-8")
    growth_figure(points).savefig(FIGURE)


def growth_figure(points: dict[str, list[dict[str, float]]]) -> Figure:
    """Draw time (above) and memory (below) of an epoch, with the straight line that fits the measured points best."""
    x_labels = {
        "images": ("images", "images (thousands)", 1000),
        "batch_size": ("steps", "steps in an epoch", 1),
        "width": ("parameters", "parameters (thousands)", 1000),
    }
    figure, axes = new_figure(height=6, rows=2, columns=3)
    for column, (name, (measured, x_label, scale)) in enumerate(x_labels.items()):
        amounts = np.array([point[measured] for point in points[name]]) / scale
        for row, (cost, y_label) in enumerate({"seconds": "time (s)", "memory_gb": "memory (GB)"}.items()):
            costs = np.array([point[cost] for point in points[name]])
            line, ends = np.polynomial.Polynomial.fit(amounts, costs, 1), np.array([0, amounts.max()])
            axes[row, column].plot(ends, line(ends), "--", color="0.5", label="straight line")
            axes[row, column].plot(amounts, costs, MARKS[0], color=COLOURS[0], label="measured")
            axes[row, column].set(ylim=(0, 1.1 * costs.max()), xlim=(0, 1.05 * amounts.max()))
            label_axes(axes[row, column], x_label=x_label, y_label=y_label)
    axes[0, 0].legend()
    title = "Time grows in a straight line; memory hardly grows"
    figure.suptitle(title, fontsize=FONT_SIZE + 1)
    return figure


if __name__ == "__main__":
    print(json.dumps(epoch_cost(**json.loads(sys.argv[1]))))
