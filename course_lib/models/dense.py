"""Dense networks: every unit sees every input, and no input knows its neighbours."""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

import keras
from keras import layers

from course_lib.arguments import CLASSES, PICTURE, SIZES, takes


def _weights(input_shape: Sequence[int], hidden_units: Sequence[int], num_classes: int) -> Iterable[int]:
    return map(math.prod, pairwise((math.prod(input_shape), *hidden_units, num_classes)))


@takes(_weights, input_shape=PICTURE, hidden_units=SIZES, num_classes=CLASSES)
def dense_network(
    input_shape: Sequence[int] = (28, 28, 1), hidden_units: Sequence[int] = (512,), num_classes: int = 10
) -> keras.Model:
    """Build a dense network on pictures: rescale, flatten, hidden ReLU layers, logits.

    Args:
        input_shape: (height, width, channels) of one picture, its values from 0 to 255.
        hidden_units: units of each hidden layer; empty for a linear classifier.
        num_classes: number of logits.

    Returns:
        A model from (batch, height, width, channels) to logits (batch, num_classes).

    Raises:
        ValueError: if a size is not a positive whole number, there are fewer than two classes, or a layer has more
            weights than a laptop can train.

    Source: Goodfellow, Bengio & Courville, Deep Learning (2016), chapter 6.
    """
    inputs = keras.Input(input_shape)
    hidden = layers.Flatten()(layers.Rescaling(1 / 255)(inputs))
    for units in hidden_units:
        hidden = layers.Dense(units, activation="relu")(hidden)
    return keras.Model(inputs, layers.Dense(num_classes)(hidden), name="dense_network")
