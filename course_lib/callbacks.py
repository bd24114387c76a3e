"""Training callbacks that Keras lacks."""

import sys
import time
from typing import Any

import keras

from course_lib.plots import learning_curves


class LiveCurves(keras.callbacks.Callback):
    """Draws the learning curves while a model trains, once an epoch, with a line that shows the time left.

    In a notebook one figure and one line are replaced in place; elsewhere only the line is printed. Use it with
    `fit(..., verbose=0)`. Keras's progress bar shows numbers but no curves.

    Raises:
        ValueError: at the end of an epoch that had no batch.
    """

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Start new curves, also where an earlier `fit` was interrupted."""
        self.history: dict[str, list[float]] = {}
        self.started = time.perf_counter()
        self._figure = self._line = None

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Add one point to each curve and show it."""
        if not logs:  # where there was no batch, Keras logs nothing and raises nothing
            raise ValueError("nothing was trained in this epoch: the data set is empty; give it at least one batch")
        for name, value in logs.items():
            self.history.setdefault(name, []).append(float(value))
        self._show(self._progress(done=len(self.history["loss"])))

    def _progress(self, done: int) -> str:
        elapsed = time.perf_counter() - self.started
        total = self.params["epochs"]
        left = elapsed / done * (total - done)
        newest = ", ".join(f"{name} {values[-1]:.4f}" for name, values in self.history.items())
        return f"epoch {done} of {total}, {elapsed:.0f} s, about {left:.0f} s left: {newest}"

    def _show(self, line: str) -> None:
        if not _in_notebook():
            print(line, flush=True)
            return
        from IPython.display import display

        figure = learning_curves(self.history)
        text: dict[str, Any] = {"text/plain": line}
        if self._figure is None:
            self._figure = display(figure, display_id=True)
            self._line = display(text, raw=True, display_id=True)
        else:
            self._figure.update(figure)
            self._line.update(text, raw=True)


def _in_notebook() -> bool:
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return shell is not None and hasattr(shell, "kernel")
