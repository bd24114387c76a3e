"""Answers to exercises: compared with what is right, and described in a few words."""

import math
import reprlib
from typing import Any

import numpy as np


def brief(value: Any) -> str:
    """Return a value in a few words: digits rounded, a large array by its shape."""
    if (isinstance(value, np.ndarray) or hasattr(value, "numpy")) and np.ndim(value) > 0:  # a tensor has `numpy`
        array = np.asarray(value)
        rounded = np.round(array, 4) if array.dtype.kind == "f" else array
        values = f" {rounded.tolist()}" if array.size <= 9 and array.dtype.kind in "biuf" else ""
        return f"an array of shape {array.shape}{values}"
    if isinstance(value, float | np.floating):
        return f"{value:.6g}"
    return reprlib.repr(value)


def agree(result: Any, expected: Any, tolerance: float) -> bool:
    """Tell whether a result is the expected truth value, text, number or array, numbers within the tolerance."""
    if isinstance(expected, bool):
        return isinstance(result, bool | np.bool_) and bool(result) == expected
    if isinstance(expected, str):
        return isinstance(result, str) and result == expected
    try:
        given, wanted = np.asarray(result, dtype=float), np.asarray(expected, dtype=float)
    except (OverflowError, TypeError, ValueError):
        return False
    if given.shape != wanted.shape or not math.isfinite(np.sum(np.abs(given))):
        return False
    return bool(np.allclose(given, wanted, rtol=tolerance, atol=tolerance))
