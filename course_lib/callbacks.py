"""Training callbacks that Keras lacks."""

import math
import sys
import time
from typing import Any

import keras
import numpy as np

from course_lib.arguments import as_array, numbers
from course_lib.console import say
from course_lib.plots import learning_curves

LOGGED = numbers(axes=range(9), missing=True)


class LiveCurves(keras.callbacks.Callback):
    """Draws the learning curves while a model trains, once an epoch, with a line that shows the time left.

    In a notebook one figure and one line are replaced in place; elsewhere only the line is printed. Use it with
    `fit(..., verbose=0)`. Keras's progress bar shows numbers but no curves. Of a metric with a number for each class
    the mean is shown; without a loss and an accuracy in the logs there is no figure.

    Attributes:
        history: by name, a number for each epoch from the first on; NaN where this `fit` logged none.

    Raises:
        ValueError: at the end of the first epoch, if it had no batch. Later ones without a batch are gaps.
    """

    async_safe = True  # Keras need not wait for it after each batch

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Start new curves, also where an earlier `fit` was interrupted."""
        self.history: dict[str, list[float]] = {}
        self.started, self._first = time.perf_counter(), None
        self._announced = self._trained = False
        self._figure = self._line = None

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Note that a batch is to come."""
        self._announced = True

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Note that one came: in an epoch for which no data were left, none does, and Keras logs a loss of 0."""
        self._trained = True

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Add one point to each curve and show it."""
        ran_out = self._announced and not self._trained
        newest = {} if ran_out else {name: _number(value) for name, value in (logs or {}).items()}
        if not (newest or self.history):
            raise ValueError("nothing was trained in this epoch: the data set is empty; give it at least one batch")
        for name in {**self.history, **newest}:
            curve = self.history.setdefault(name, [])
            curve[epoch:] = [*[np.nan] * (epoch - len(curve)), newest.get(name, np.nan)]
        self._first = epoch if self._first is None else self._first
        self._announced = self._trained = False
        self._show(self._progress(epoch, newest))

    def _progress(self, epoch: int, newest: dict[str, float]) -> str:
        """Return a line on an epoch, which Keras counts from 0; `fit` may have begun with a later one."""
        elapsed = time.perf_counter() - self.started
        total = (self.params or {}).get("epochs")
        shown = ", ".join(f"{name} {_four_decimals(number)}" for name, number in newest.items()) or "no batch was left"
        if total is None:  # a loop of the learner's own
            return f"epoch {epoch + 1}, {elapsed:.0f} s: {shown}"
        left = elapsed / (epoch + 1 - self._first) * (total - epoch - 1)
        return f"epoch {epoch + 1} of {total}, {elapsed:.0f} s, about {left:.0f} s left: {shown}"

    def _show(self, line: str) -> None:
        if not _in_notebook():
            say(line, flush=True)
            return
        if not {"loss", "accuracy"}.isdisjoint(self.history):
            self._figure = _shown_in_place(self._figure, learning_curves(self.history))
        self._line = _shown_in_place(self._line, {"text/plain": line}, raw=True)


def _number(value: Any) -> float:
    """Return a logged number, of several their mean, and NaN for what is not a number."""
    return float(np.mean(as_array(value), dtype=float)) if LOGGED.accepts(value) else math.nan


def _four_decimals(number: float) -> str:
    return f"{number:.4f}" if number == 0 or 1e-3 <= abs(number) < 1e6 else f"{number:.3g}"


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
