"""A small convolutional classifier that takes each remedy against overfitting as an option."""

from collections.abc import Sequence
from typing import Literal

import keras
from keras import layers

from course_lib.arguments import SHARE, instance, number, takes
from course_lib.models.convolutional import convolutional_network, weights

LAYER = instance(keras.Layer, "a layer, such as keras.layers.RandomFlip('horizontal')", wrong=(3, keras.layers.Flatten))


@takes(weights, **convolutional_network.kinds, dropout=SHARE, l2=number(0), augmentation=LAYER)
def regularised_network(
    input_shape: Sequence[int] = (32, 32, 3),
    filters: Sequence[int] = (32, 64, 128),
    num_classes: int = 10,
    *,
    head: Literal["flatten", "average"] = "flatten",
    normalise: bool = False,
    dropout: float = 0.0,
    l2: float = 0.0,
    augmentation: keras.Layer | None = None,
) -> keras.Model:
    """Build a convolutional network that overfits fast; each option is a remedy, and none is on by default.

    The first layer has 5x5 kernels and stride 2, the others 3x3 kernels. Max pooling halves the maps behind each layer
    but the last: all kernels but the first then work on maps of at most a quarter of the picture's side.

    Args:
        input_shape: (height, width, channels) of one picture, its values from 0 to 255; n layers of `filters` divide
            height and width by 2^n, which must leave at least 1.
        filters: number of kernels of each layer.
        num_classes: number of logits.
        head: "flatten" keeps where a feature was found; "average" (global average pooling) only how strong.
        normalise: batch normalisation before each ReLU, in place of the biases.
        dropout: share of the features set to zero in training, before the last layer; from 0 to below 1.
        l2: each kernel adds `l2` times the sum of its squared weights to the loss (without a factor one half).
        augmentation: changes the pictures in training and leaves them alone otherwise, such as
            `keras.layers.RandomFlip("horizontal")`.

    Returns:
        A model from (batch, height, width, channels) to logits (batch, num_classes).

    Raises:
        ValueError: if a size is not a positive whole number, the picture is too small for the layers, there are
            fewer than two classes, `head` is unknown, `dropout` is not in [0, 1), `l2` is negative or `augmentation`
            is not a layer.

    Source: Srivastava et al., Dropout (2014); Ioffe & Szegedy, Batch normalization (2015); Krogh & Hertz, A simple
    weight decay can improve generalization (1992).
    """
    options = {
        "padding": "same",
        "use_bias": not normalise,
        "kernel_initializer": "he_normal",
        "kernel_regularizer": keras.regularizers.L2(l2) if l2 else None,
    }
    inputs = keras.Input(input_shape)
    features = inputs if augmentation is None else augmentation(inputs)
    features = layers.Rescaling(1 / 127.5, offset=-1)(features)
    for order, count in enumerate(filters):
        size, stride = (5, 2) if order == 0 else (3, 1)
        features = layers.Conv2D(count, size, strides=stride, **options)(features)
        if order < len(filters) - 1:
            features = layers.MaxPooling2D()(features)
        if normalise:  # momentum 0.9, not Keras's 0.99: after a short training the averages must have arrived
            features = layers.BatchNormalization(momentum=0.9)(features)
        features = layers.ReLU()(features)
    features = layers.Flatten()(features) if head == "flatten" else layers.GlobalAveragePooling2D()(features)
    if dropout:
        features = layers.Dropout(dropout)(features)
    # Small weights in the last layer: an untrained network then gives all classes the same probability.
    small = keras.initializers.RandomNormal(stddev=0.003)
    classifier = layers.Dense(num_classes, kernel_initializer=small, kernel_regularizer=options["kernel_regularizer"])
    return keras.Model(inputs, classifier(features), name="regularised_network")
