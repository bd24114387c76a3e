"""Convolutional networks: small kernels that look at neighbouring pixels, the same everywhere."""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Literal

import keras
from keras import layers

from course_lib.arguments import CLASSES, PICTURE, many, one_of, takes, whole

FILTERS = many(whole(), "a list or tuple of one or more whole numbers (int) from 1 on, such as (16, 32)")


def weights(input_shape: Any, filters: Any, num_classes: int, head: str, **options: Any) -> Iterable[int]:
    """Return the layers' numbers of weights; raise ValueError where layers that halve the picture leave nothing."""
    scale = 2 ** len(filters)
    if min(input_shape[:2]) < scale:
        found = f"input_shape={input_shape} is too small for {len(filters)} layers that each halve the picture"
        raise ValueError(f"{found}; give at least {scale} pixels a side, or fewer filters: each makes a layer")
    places = math.prod(side // scale for side in input_shape[:2]) if head == "flatten" else 1
    kernels = [25 * before * after for before, after in pairwise((input_shape[2], *filters))]
    return *kernels, places * filters[-1] * num_classes


@takes(weights, input_shape=PICTURE, filters=FILTERS, num_classes=CLASSES, head=one_of("flatten", "average"))
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
            fewer than two classes, `head` is unknown, or a layer has more weights than a laptop can train.

    Source: LeCun et al., Gradient-based learning applied to document recognition (1998); Ioffe & Szegedy, Batch
    normalization (2015); Lin et al., Network in network (2014) for the averaging head.
    """
    inputs = keras.Input(input_shape)
    features = layers.Rescaling(1 / 255)(inputs)
    for order, count in enumerate(filters):
        size, stride = (5, 2) if order == 0 else (3, 1)
        features = layers.Conv2D(count, size, strides=stride, padding="same", use_bias=False)(features)
        if order > 0:
            features = layers.MaxPooling2D()(features)
        # After a short training the running statistics must have arrived: momentum 0.9, where Keras has 0.99.
        features = layers.BatchNormalization(momentum=0.9)(features)
        features = layers.ReLU()(features)
    features = layers.Flatten()(features) if head == "flatten" else layers.GlobalAveragePooling2D()(features)
    return keras.Model(inputs, layers.Dense(num_classes)(features), name="convolutional_network")
