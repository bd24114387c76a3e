"""What a benchmark is: two recipes for one job, and what one run of a recipe gives."""

from collections.abc import Callable
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

SIDES = ("ours", "theirs")


@dataclass(frozen=True)
class Outcome:
    """What one run of a recipe gives.

    Attributes:
        seconds: from the data in memory to the trained model; imports, reading of data and evaluation are not counted.
        accuracy: share of test examples that are answered rightly; `None` where none are.
        parameters: of the model; `None` where there is none.
        memory_gb: largest memory of all processes together; `None` where it is not measured.
        bits: for each character of a test text that is foretold; `None` where there is no such text.
    """

    seconds: float
    accuracy: float | None = None
    parameters: int | None = None
    memory_gb: float | None = None
    bits: float | None = None


@dataclass(frozen=True)
class Job:
    """One job and two recipes for it. Their schedules are fixed before the run.

    Attributes:
        title: the job in a few words.
        ours: makes one run with a seed.
        theirs: the same, for the recipe to beat; `None` where there is none.
        seeds: how many runs each side makes, with seeds of 0, 1, 2, ...
        target: what ours has to reach, in words.
        differs: what the two sides do not share beside their recipes, and how theirs was helped; for README.
    """

    title: str
    ours: Callable[[int], Outcome]
    theirs: Callable[[int], Outcome] | None
    seeds: int
    target: str
    differs: str = ""

    def order(self) -> list[tuple[str, int]]:
        """Return the runs as pairs of side and seed, by turns: what changes on the machine meanwhile meets both."""
        sides = SIDES if self.theirs else SIDES[:1]
        return [(side, seed) for seed in range(self.seeds) for side in sides]


def accuracy(model: keras.Model, inputs: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of inputs (n, ...) whose largest output is at the label (n,)."""
    return float(np.mean(model.predict(inputs, batch_size=500, verbose=0).argmax(axis=1) == labels))


def train_one_cycle(
    model: keras.Model,
    batches: tf.data.Dataset,
    optimizer_with: Callable[[keras.optimizers.schedules.LearningRateSchedule], keras.Optimizer],
    *,
    peak: float,
    steps: int,
    warm_up: int,
    steps_per_execution: int,
) -> None:
    """Train on smoothed labels, with a rate that rises from a tenth of its peak and then falls to zero.

    Args:
        model: ends in logits (n, classes).
        batches: pairs of inputs and one-hot labels (n, classes), without end.
        optimizer_with: makes the optimizer of a schedule.
        peak: largest rate.
        steps: of the training; a multiple of `steps_per_execution`, for Keras would finish the last one at a rate of 0.
        warm_up: the steps in which the rate rises.
        steps_per_execution: as in `compile`.
    """
    schedule = keras.optimizers.schedules.CosineDecay(
        peak / 10, steps - warm_up, warmup_target=peak, warmup_steps=warm_up
    )
    optimizer = optimizer_with(schedule)
    loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)
    model.compile(optimizer, loss, steps_per_execution=steps_per_execution)
    optimizer.build(model.trainable_variables)  # saves `fit` a second tracing
    model.fit(batches, steps_per_epoch=steps, verbose=0)
