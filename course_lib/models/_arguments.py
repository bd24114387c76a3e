"""Checks of the arguments that model builders share."""

import math
from collections.abc import Sequence
from typing import Any

import keras

from course_lib._arguments import check_type, is_number, is_whole, shown

MOST_CLASSES = 100_000
LARGEST_LAYER = 100_000_000  # weights; they take 400 MB, and training takes four times as much


def check_shape(input_shape: Sequence[int]) -> None:
    """Raise ValueError unless `input_shape` is (height, width, channels)."""
    if not isinstance(input_shape, list | tuple) or len(input_shape) != 3:
        raise ValueError(
            f"input_shape={shown(input_shape)} was given; a picture has three axes (height, width, channels), "
            "(28, 28, 1) for a grey picture of 28x28"
        )
    check_sizes("input_shape", input_shape)


def check_sizes(name: str, sizes: Sequence[int], at_least_one: bool = False) -> None:
    """Raise ValueError unless all sizes are positive whole numbers, and small enough to train."""
    check_type(name, sizes, list | tuple, "a list or tuple of sizes, such as (16,)")
    if at_least_one and not sizes:
        raise ValueError(f"{name} is empty; give at least one size, such as (16,)")
    for size in sizes:
        if not is_whole(size) or size < 1:
            raise ValueError(
                f"{name}={shown(sizes)} was given; each size must be a whole number (int) of at least 1, not "
                f"{type(size).__name__} {shown(size)}"
            )
    check_weights(name, *sizes)


def check_weights(name: str, *sizes: int) -> None:
    """Raise ValueError if a layer between any two of these sizes has more weights than a laptop can train."""
    weights = math.prod(sorted(sizes)[-2:])
    if weights > LARGEST_LAYER:
        raise ValueError(
            f"{name} ask for a layer of {shown(weights)} weights; a laptop trains {LARGEST_LAYER} at most: give "
            "smaller sizes"
        )


def check_classes(num_classes: int) -> None:
    """Raise ValueError unless there are at least two classes."""
    if not is_whole(num_classes) or not 2 <= num_classes <= MOST_CLASSES:
        raise ValueError(
            f"num_classes={shown(num_classes)} was given; a classifier needs a whole number (int) of at least 2, at "
            f"most {MOST_CLASSES}"
        )


def check_dropout(dropout: float) -> None:
    """Raise ValueError unless `dropout` is a share of values that leaves some."""
    if not is_number(dropout) or not 0 <= dropout < 1:
        raise ValueError(f"dropout={shown(dropout)} was given; it is the share of values to drop, from 0 to below 1")


def check_model(name: str, model: Any, axes_in: int | None = None, axes_out: int | None = None) -> None:
    """Raise ValueError unless this is a Keras model whose input and output have so many axes, the batch included."""
    if not isinstance(model, keras.Model) or not hasattr(model, "output_shape"):
        raise ValueError(
            f"{name}={shown(model)} was given; give a Keras model that knows its shapes: one that a builder returns, "
            "keras.Model(inputs, outputs), or keras.Sequential that begins with keras.Input"
        )
    for end, shape, axes in (("input", model.input_shape, axes_in), ("output", model.output_shape, axes_out)):
        if not isinstance(shape, tuple) or axes not in (None, len(shape)):
            raise ValueError(
                f"the {name}'s {end} has the shape {shape}; it must be one tensor with {axes or 'any'} axes"
            )
