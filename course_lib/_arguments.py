"""Checks of arguments: what was given, what is allowed, what to do next."""

import reprlib
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

LARGEST_SEED = 2**32 - 1  # NumPy takes no larger one
LARGEST_NUMBER = 1e30  # sums of such numbers stay finite in float32


def shown(value: Any) -> str:
    """Return a value in one short line, for a message."""
    return " ".join(reprlib.repr(value).split())


def is_whole(value: Any) -> bool:
    """Tell whether a value is an `int`; Keras refuses NumPy's integers as sizes."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: Any) -> bool:
    """Tell whether a value is one finite real number."""
    real = isinstance(value, int | float | np.integer | np.float32) and not isinstance(value, bool)
    return real and -LARGEST_NUMBER <= value <= LARGEST_NUMBER


def check_type(name: str, value: Any, kind: type | tuple[type, ...], wanted: str) -> None:
    """Raise ValueError unless `value` is of this kind."""
    if not isinstance(value, kind):
        raise ValueError(f"{name}={shown(value)} was given; give {wanted}")


def check_text(name: str, value: Any) -> None:
    """Raise ValueError unless `value` is a text."""
    check_type(name, value, str, "a text (str)")


def check_list(name: str, values: Any, wanted: str) -> None:
    """Raise ValueError unless `values` is a list, a tuple or an array with axes; a text is none."""
    check_type(name, values, Sequence | np.ndarray, wanted)
    if isinstance(values, str | bytes) or getattr(values, "ndim", 1) == 0:
        raise ValueError(f"{name}={shown(values)} was given; give {wanted}")


def check_choice(name: str, value: Any, allowed: Collection[str]) -> None:
    """Raise ValueError unless `value` is one of the allowed words."""
    if not isinstance(value, str) or value not in allowed:
        raise ValueError(f"{name}={shown(value)} was given; allowed: {', '.join(map(repr, allowed))}")


def check_whole(name: str, value: Any, at_least: int = 1, at_most: int = 1_000_000) -> None:
    """Raise ValueError unless `value` is a whole number in this range."""
    if not is_whole(value) or not at_least <= value <= at_most:
        raise ValueError(f"{name}={shown(value)} was given; give a whole number (int) from {at_least} to {at_most}")


def check_number(name: str, value: Any, at_least: float = -LARGEST_NUMBER, at_most: float = LARGEST_NUMBER) -> None:
    """Raise ValueError unless `value` is a finite number in this range."""
    if not is_number(value) or not at_least <= value <= at_most:
        raise ValueError(f"{name}={shown(value)} was given; give a number from {at_least:g} to {at_most:g}")


def as_array(name: str, values: Any) -> np.ndarray:
    """Return numbers, truth values or texts as an array; raise ValueError for anything else."""
    try:
        array = np.asarray(values)
    except ValueError as error:  # rows of different lengths, or a tensor that has no values yet
        raise ValueError(f"{name}={shown(values)} was given; it makes no array: {error}") from error
    if array.dtype.kind not in "biufSU":
        raise ValueError(f"{name}={shown(values)} was given; give numbers or texts, all of one kind")
    return array


def as_numbers(
    name: str,
    values: Any,
    axes: int,
    *,
    at_least: float = -LARGEST_NUMBER,
    at_most: float = LARGEST_NUMBER,
    missing: bool = False,
) -> np.ndarray:
    """Return numbers in this range as an array with so many axes; NaN only where values may be missing."""
    array = as_array(name, values)
    if array.dtype.kind not in "biuf" or array.ndim != axes:
        raise ValueError(f"{name} has the type {array.dtype} and the shape {array.shape}; give numbers, {axes} axes")
    known = array[~np.isnan(array)] if missing else array
    # The extremes are NaN where a value is; Python's floats hold what float16 would make infinite.
    if known.size and not (float(known.min()) >= at_least and float(known.max()) <= at_most):
        raise ValueError(f"{name}={shown(values)} was given; its numbers must be from {at_least:g} to {at_most:g}")
    return array


def as_texts(name: str, values: Any) -> list[str]:
    """Return a sequence of texts as a list; raise ValueError for one text or for other entries."""
    array = as_array(name, values)
    if array.ndim != 1 or (array.size and array.dtype.kind != "U"):
        raise ValueError(f"{name}={shown(values)} was given; give a list of texts (str)")
    return array.tolist()


def check_same_length(**arrays: Collection) -> None:
    """Raise ValueError unless all arguments have as many entries as the first."""
    lengths = {name: len(values) for name, values in arrays.items()}
    if len(set(lengths.values())) > 1:
        given = " and ".join(f"{length} {name}" for name, length in lengths.items())
        raise ValueError(f"{given} were given; give as many of each")


def as_examples(names: tuple[str, str], inputs: Any, labels: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return inputs and labels as arrays; raise ValueError unless there is one label for each input."""
    arrays = as_array(names[0], inputs), as_array(names[1], labels)
    for name, array in zip(names, arrays, strict=True):
        if array.ndim == 0 or len(array) == 0:
            raise ValueError(f"{name} of shape {array.shape}: no examples were given; at least one is needed")
    check_same_length(**dict(zip(names, arrays, strict=True)))
    return arrays
