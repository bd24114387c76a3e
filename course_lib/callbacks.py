"""Training callbacks that Keras lacks."""

import sys
import time
from typing import Any

import keras
import numpy as np

from course_lib._arguments import as_examples, check_number, check_text, check_type
from course_lib.plots import learning_curves


class LiveCurves(keras.callbacks.Callback):
    """Draws the learning curves while a model trains, once an epoch, with a line that shows the time left.

    In a notebook one figure and one line are replaced in place; elsewhere only the line is printed. Use it with
    `fit(..., verbose=0)`. Keras's progress bar shows numbers but no curves.

    Args:
        metric: name of the metric drawn beside the loss, as given to `compile`.

    Raises:
        ValueError: if `metric` is no text; at the end of an epoch that had no batch.
    """

    def __init__(self, metric: str = "accuracy"):
        check_text("metric", metric)
        super().__init__()
        self.metric = metric

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Start new curves, also where an earlier `fit` was interrupted."""
        self.history: dict[str, list[float]] = {}
        self.started = time.perf_counter()
        self._figure = self._line = None

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Add one point to each curve and show it."""
        for name, value in _logged(logs).items():
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

        figure = learning_curves(self.history, self.metric)
        text: dict[str, Any] = {"text/plain": line}
        if self._figure is None:
            self._figure = display(figure, display_id=True)
            self._line = display(text, raw=True, display_id=True)
        else:
            self._figure.update(figure)
            self._line.update(text, raw=True)


class TimeToTarget(keras.callbacks.Callback):
    """Records after how many seconds of training a metric first reached a target; can stop there.

    Time spent in other callbacks and in validation counts, as it does for a person who waits.

    Args:
        metric: name in the logs, such as "val_accuracy"; higher is better.
        target: value to reach.
        stop: end the training there.

    Attributes:
        seconds: time from the start of `fit` until the end of the epoch that reached the target; `None` before.
        epoch: number of that epoch, counted from 1; `None` before.

    Raises:
        ValueError: if `metric` is no text or `target` no number; at the end of an epoch that logged no such metric,
            or had no batch.
    """

    def __init__(self, metric: str, target: float, stop: bool = False):
        check_text("metric", metric)
        check_number("target", target)
        super().__init__()
        self.metric, self.target, self.stop = metric, target, stop

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Start the clock."""
        self.seconds: float | None = None
        self.epoch: int | None = None
        self._started = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Note the time if the target is reached for the first time."""
        logs = _logged(logs)
        if self.metric not in logs:
            raise ValueError(f"TimeToTarget(metric={self.metric!r}): this training logs {', '.join(logs)}")
        if self.seconds is None and logs[self.metric] >= self.target:
            self.seconds, self.epoch = time.perf_counter() - self._started, epoch + 1
            if self.stop:
                self.model.stop_training = True


class GeneralisationGap(keras.callbacks.Callback):
    """Measures the model on training and validation examples after each epoch, both in inference mode.

    The training accuracy that `fit` logs is an average over the epoch, while dropout and augmentation act: a gap made
    from it can even be negative. Adds "gap" to the epoch's logs: the accuracy on the training examples, as measured
    here, less that on the validation examples.

    Args:
        train: inputs (n, ...) and labels (n,) that the model is trained on.
        validation: inputs and labels that it is not trained on.

    Attributes:
        history: "loss", "accuracy", "val_loss", "val_accuracy" and "gap" after each epoch; `plots.learning_curves`
            draws it. The losses contain penalties on weights.

    Raises:
        ValueError: if `train` or `validation` is no such pair; after the first epoch, if the model was compiled
            without the metric "accuracy".
    """

    def __init__(self, train: tuple[np.ndarray, np.ndarray], validation: tuple[np.ndarray, np.ndarray]):
        for name, pair in (("train", train), ("validation", validation)):
            check_type(name, pair, tuple, "a pair (inputs, labels)")
            if len(pair) != 2:
                raise ValueError(f"{name} has {len(pair)} parts; give a pair (inputs, labels)")
            as_examples((f"{name} inputs", f"{name} labels"), *pair)
        super().__init__()
        self.examples = {"": train, "val_": validation}

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Start a new history."""
        self.history: dict[str, list[float]] = {}

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Measure both, and log the gap."""
        values = {}
        for prefix, (inputs, labels) in self.examples.items():
            measured = self.model.evaluate(inputs, labels, batch_size=500, verbose=0, return_dict=True)
            if "accuracy" not in measured:
                raise ValueError('GeneralisationGap needs the accuracy: compile the model with metrics=["accuracy"]')
            values |= {prefix + name: measured[name] for name in ("loss", "accuracy")}
        values["gap"] = values["accuracy"] - values["val_accuracy"]
        for name, value in values.items():
            self.history.setdefault(name, []).append(value)
        if logs is not None:
            logs["gap"] = values["gap"]


def _logged(logs: dict[str, float] | None) -> dict[str, float]:
    """Return an epoch's logs; Keras logs nothing, and raises nothing, where there was no batch."""
    if not logs:
        raise ValueError("nothing was trained in this epoch: the data set is empty; give it at least one batch")
    return logs


def _in_notebook() -> bool:
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    return shell is not None and hasattr(shell, "kernel")
