"""Convolutional networks: small kernels that look at neighbouring pixels, the same everywhere."""

import math
from collections.abc import Sequence
from typing import Literal

import keras
from keras import layers

from course_lib._arguments import check_choice
from course_lib.models._arguments import check_classes, check_shape, check_sizes, check_weights

HEADS = {"flatten": layers.Flatten, "average": layers.GlobalAveragePooling2D}


def convolutional_network(
    input_shape: Sequence[int] = (28, 28, 1),
    filters: Sequence[int] = (16, 16, 96),
    num_classes: int = 10,
    head: Literal["flatten", "average"] = "flatten",
) -> keras.Model:
    """Build a small convolutional network that trains fast on a CPU.

    The first layer has 5x5 kernels and stride 2, the others 3x3 kernels and 2x2 max pooling. Where there is pooling,
    batch normalisation and ReLU come after it: they then work on a quarter of the values.

    Args:
        input_shape: (height, width, channels) of one picture, its values from 0 to 255; each layer of `filters`
            halves height and width, which must stay at least 1.
        filters: number of kernels of each layer.
        num_classes: number of logits.
        head: "flatten" keeps where a feature was found; "average" (global average pooling) keeps only how strong.

    Returns:
        A model from (batch, height, width, channels) to logits (batch, num_classes).

    Raises:
        ValueError: if a size is not a positive whole number, the picture is too small for the layers, there are
            fewer than two classes or `head` is unknown.

    Source: LeCun et al., Gradient-based learning applied to document recognition (1998); Ioffe & Szegedy, Batch
    normalization (2015); Lin et al., Network in network (2014) for the averaging head.
    """
    check_network(input_shape, filters, num_classes, head)
    inputs = keras.Input(input_shape)
    features = layers.Rescaling(1 / 255)(inputs)
    features = layers.Conv2D(filters[0], 5, strides=2, padding="same", use_bias=False)(features)
    features = _normalise(features)
    for count in filters[1:]:
        features = layers.Conv2D(count, 3, padding="same", use_bias=False)(features)
        features = _normalise(layers.MaxPooling2D()(features))
    logits = layers.Dense(num_classes)(HEADS[head]()(features))
    return keras.Model(inputs, logits, name="convolutional_network")


def _normalise(features: keras.KerasTensor) -> keras.KerasTensor:
    # After a short training the running statistics must have arrived: momentum 0.9, where Keras has 0.99.
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9)(features))


def check_network(input_shape: Sequence[int], filters: Sequence[int], num_classes: int, head: str) -> None:
    """Raise ValueError unless a network whose layers each halve the picture can be built from these."""
    check_shape(input_shape)
    check_sizes("filters", filters, at_least_one=True)
    check_classes(num_classes)
    if min(input_shape[:2]) < 2 ** len(filters):
        raise ValueError(
            f"input_shape={input_shape} is too small for {len(filters)} layers that each halve the picture; use at "
            f"least {2 ** len(filters)} pixels a side, or fewer filters: each makes a layer"
        )
    check_choice("head", head, HEADS)
    places = math.prod(side // 2 ** len(filters) for side in input_shape[:2]) if head == "flatten" else 1
    check_weights("input_shape, filters and num_classes", input_shape[2], *filters, places * filters[-1], num_classes)
