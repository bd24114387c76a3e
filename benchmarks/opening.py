"""Opening a chapter against importing TensorFlow alone."""

import subprocess
import sys
import time

from jupyter_client.manager import start_new_kernel

from benchmarks.recipe import Job, Outcome

# As chapters begin. The figure's data cost nothing: reading data is not counted.
FIRST_CELL = """
from course_lib import runtime
runtime.start(seed=0, needs_gb=1.5)
import keras
import numpy as np
from course_lib import callbacks, datasets, plots
from course_lib.models.convolutional import convolutional_network
"""
FIRST_FIGURE = 'plots.line_chart([0, 1], {"a": [0, 1]}, title="A line", x_label="x", y_label="y")'


def first_figure(seed: int) -> Outcome:
    """Start a kernel, run a chapter's first cell and draw a figure."""
    started = time.perf_counter()
    manager, client = start_new_kernel()
    try:
        outputs = []
        for cell in (FIRST_CELL, FIRST_FIGURE):
            reply = client.execute_interactive(cell, output_hook=outputs.append, timeout=120)
            if reply["content"]["status"] != "ok":
                raise RuntimeError("\n".join(reply["content"]["traceback"]))
        seconds = time.perf_counter() - started
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    if not any("image/png" in message["content"].get("data", {}) for message in outputs):
        raise RuntimeError("the cell drew no figure")
    return Outcome(seconds)


def import_tensorflow(seed: int) -> Outcome:
    """Start Python and import TensorFlow."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import tensorflow"], check=True, stderr=subprocess.DEVNULL)
    return Outcome(time.perf_counter() - started)


JOBS = {
    "opening": Job(
        "opening a chapter: kernel, imports, a figure", first_figure, import_tensorflow, 10, "time x 1.5 at most"
    ),
}
