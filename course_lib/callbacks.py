"""Training callbacks that Keras lacks."""

import sys
import time
from typing import Any

import keras
import numpy as np

from course_lib.console import say
from course_lib.plots import learning_curves


class LiveCurves(keras.callbacks.Callback):
    """Draws the learning curves while a model trains, once an epoch, with a line that shows the time left.

    In a notebook one figure and one line are replaced in place; elsewhere only the line is printed. Use it with
    `fit(..., verbose=0)`. Keras's progress bar shows numbers but no curves. Of a metric with a number for each class
    the mean is shown; without a loss and an accuracy in the logs there is no figure.

    Attributes:
        history: by name, a number for each epoch of this `fit`; NaN where an epoch logged none.

    Raises:
        ValueError: at the end of an epoch that had no batch.
    """

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Start new curves, also where an earlier `fit` was interrupted."""
        self.history: dict[str, list[float]] = {}
        self.started, self._trained = time.perf_counter(), 0
        self._figure = self._line = None

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Add one point to each curve and show it."""
        if not logs:  # where there was no batch, Keras logs nothing and raises nothing
            raise ValueError("nothing was trained in this epoch: the data set is empty; give it at least one batch")
        for name in {**self.history, **logs}:
            earlier = self.history.setdefault(name, [np.nan] * self._trained)
            earlier.append(float(np.mean(logs.get(name, np.nan))))
        self._trained += 1
        self._show(self._progress(epoch + 1, logs))

    def _progress(self, epoch: int, logs: dict[str, float]) -> str:
        """Return a line on the epoch with this number, from 1; `fit` may have begun with a later one."""
        elapsed = time.perf_counter() - self.started
        total = self.params["epochs"]
        left = elapsed / self._trained * (total - epoch)
        newest = ", ".join(f"{name} {_brief(self.history[name][-1])}" for name in logs)
        return f"epoch {epoch} of {total}, {elapsed:.0f} s, about {left:.0f} s left: {newest}"

    def _show(self, line: str) -> None:
        if not _in_notebook():
            say(line, flush=True)
            return
        if not {"loss", "accuracy"}.isdisjoint(self.history):
            self._figure = _shown_in_place(self._figure, learning_curves(self.history))
        self._line = _shown_in_place(self._line, {"text/plain": line}, raw=True)


def _brief(number: float) -> str:
    return f"{number:.4f}" if abs(number) < 1e6 else f"{number:.3g}"


def _shown_in_place(handle: Any, content: Any, **options: bool) -> Any:
    """Show something in a notebook, in the place that a handle stands for if there is one; return the handle."""
    from IPython.display import display

    if handle is None:
        return display(content, display_id=True, **options)
    handle.update(content, **options)
    return handle


def _in_notebook() -> bool:
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return shell is not None and hasattr(shell, "kernel")
