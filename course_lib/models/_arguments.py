"""Checks of the arguments that all model builders share."""

from collections.abc import Sequence
from numbers import Integral


def check_shape(input_shape: Sequence[int]) -> None:
    """Raise ValueError unless `input_shape` is (height, width, channels)."""
    if len(tuple(input_shape)) != 3:
        raise ValueError(
            f"input_shape={input_shape} was given; a picture has three axes (height, width, channels), "
            "(28, 28, 1) for a grey picture of 28x28"
        )
    check_sizes("input_shape", input_shape)


def check_sizes(name: str, sizes: Sequence[int], at_least_one: bool = False) -> None:
    """Raise ValueError unless all sizes are positive whole numbers."""
    if at_least_one and not len(sizes):
        raise ValueError(f"{name} is empty; give at least one size, such as (16,)")
    for size in sizes:
        if not isinstance(size, Integral) or size < 1:
            raise ValueError(f"{name}={tuple(sizes)} was given; each size must be a whole number of at least 1")


def check_classes(num_classes: int) -> None:
    """Raise ValueError unless there are at least two classes."""
    if not isinstance(num_classes, Integral) or num_classes < 2:
        raise ValueError(f"num_classes={num_classes} was given; a classifier needs a whole number of at least 2")


def check_dropout(dropout: float) -> None:
    """Raise ValueError unless `dropout` is a share of values that leaves some."""
    if not 0 <= dropout < 1:
        raise ValueError(f"dropout={dropout} was given; it is the share of values to drop, from 0 to below 1")
