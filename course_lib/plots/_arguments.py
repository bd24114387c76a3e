"""Checks of the data that figures share."""

from collections.abc import Mapping, Sequence

import numpy as np

from course_lib._arguments import as_numbers, check_type
from course_lib.plots.style import COLOURS


def as_series(
    name: str, series: Mapping[str, Sequence[float]], length: int | None, missing: bool = False
) -> dict[str, np.ndarray]:
    """Return named series of numbers as arrays; raise ValueError unless all are of the length."""
    check_type(name, series, Mapping, "a dictionary from names to lists of numbers")
    arrays = {key: as_numbers(f"{name}[{key!r}]", values, 1, missing=missing) for key, values in series.items()}
    for key, values in arrays.items():
        if length is not None and len(values) != length:
            raise ValueError(f"{name}[{key!r}] has {len(values)} values; {length} are needed")
    return arrays


def check_few(name: str, entries: Mapping) -> None:
    """Raise ValueError unless there are as many entries as a figure can tell apart."""
    check_type(name, entries, Mapping, "a dictionary by name")
    if not 1 <= len(entries) <= len(COLOURS):
        raise ValueError(f"{name} has {len(entries)} entries; a figure tells 1 to {len(COLOURS)} apart")
