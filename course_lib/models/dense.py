"""Dense networks: every unit sees every input, and no input knows its neighbours."""

import math
from collections.abc import Sequence

import keras
from keras import layers

from course_lib.models._arguments import check_classes, check_shape, check_sizes, check_weights


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
        ValueError: if a size is not a positive whole number, or there are fewer than two classes.

    Source: Goodfellow, Bengio & Courville, Deep Learning (2016), chapter 6.
    """
    check_shape(input_shape)
    check_sizes("hidden_units", hidden_units)
    check_classes(num_classes)
    check_weights("input_shape, hidden_units and num_classes", math.prod(input_shape), *hidden_units, num_classes)
    inputs = keras.Input(input_shape)
    hidden = layers.Flatten()(layers.Rescaling(1 / 255)(inputs))
    for units in hidden_units:
        hidden = layers.Dense(units, activation="relu")(hidden)
    return keras.Model(inputs, layers.Dense(num_classes)(hidden), name="dense_network")
