"""What a benchmark is: two recipes for one job, and what one run of a recipe gives."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest

import keras
import numpy as np

SIDES = ("ours", "theirs")


@dataclass(frozen=True)
class Outcome:
    """What one run of a recipe gives.

    Attributes:
        seconds: from the data in memory to the trained model; imports, reading of data and evaluation are not counted.
        accuracy: share of test examples that are answered rightly; `None` where nothing is trained.
        parameters: of the model; `None` where there is none.
        memory_gb: largest memory of all processes together; `None` where it is not measured.
    """

    seconds: float
    accuracy: float | None = None
    parameters: int | None = None
    memory_gb: float | None = None


@dataclass(frozen=True)
class Job:
    """One job and two recipes for it. Their schedules are fixed before the run.

    Attributes:
        title: the job in a few words.
        ours: makes one run with a seed.
        theirs: the same, for the recipe to beat; `None` where there is none.
        runs: how many runs of ours and of theirs, each with a seed of its own: 0, 1, 2, ...
        target: what ours has to reach, in words.
    """

    title: str
    ours: Callable[[int], Outcome]
    theirs: Callable[[int], Outcome] | None
    runs: tuple[int, int]
    target: str

    def order(self) -> list[tuple[str, int]]:
        """Return the runs as pairs of side and seed, by turns: what changes on the machine meanwhile meets both."""
        ours, theirs = ([(side, seed) for seed in range(count)] for side, count in zip(SIDES, self.runs, strict=True))
        return [run for pair in zip_longest(ours, theirs) for run in pair if run]


def accuracy(model: keras.Model, inputs: np.ndarray, labels: np.ndarray) -> float:
    """Return the share of inputs (n, ...) whose largest output is at the label (n,)."""
    return float(np.mean(model.predict(inputs, batch_size=500, verbose=0).argmax(axis=1) == labels))
