"""Checks of the data that figures share."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from course_lib._arguments import as_numbers, check_same_length, check_type
from course_lib.plots.style import COLOURS


def as_series(
    name: str, series: Mapping[str, Sequence[float]], along: Mapping[str, Collection] | None = None, **limits: Any
) -> dict[str, np.ndarray]:
    """Return named series of numbers as arrays; raise ValueError unless each is as long as what it goes along."""
    check_type(name, series, Mapping, "a dictionary from names to lists of numbers")
    arrays = {key: as_numbers(f"{name}[{key!r}]", values, 1, **limits) for key, values in series.items()}
    for key, values in arrays.items():
        check_same_length(**{f"{name}[{key!r}]": values}, **(along or {}))
    return arrays


def check_few(name: str, entries: Mapping) -> None:
    """Raise ValueError unless there are as many entries as a figure can tell apart."""
    check_type(name, entries, Mapping, "a dictionary by name")
    if not 1 <= len(entries) <= len(COLOURS):
        raise ValueError(f"{name} has {len(entries)} entries; a figure tells 1 to {len(COLOURS)} apart")
