"""A residual network for small pictures, and the same without its skips."""

from collections.abc import Iterable, Sequence

import keras
from keras import layers

from course_lib.arguments import CLASSES, PICTURE, takes, whole
from course_lib.models.convolutional import FILTERS
from course_lib.models.regularised import LAYER


def _weights(input_shape: Sequence[int], filters: Sequence[int], num_classes: int, **others: object) -> Iterable[int]:
    return 9 * input_shape[2] * filters[0], 9 * max(filters) ** 2, filters[-1] * num_classes


def _convolution(
    maps: keras.KerasTensor, filters: int, *, size: int = 3, stride: int = 1, scale: str = "ones"
) -> keras.KerasTensor:
    options = {"padding": "same", "use_bias": False, "kernel_initializer": "he_normal"}
    maps = layers.Conv2D(filters, size, strides=stride, **options)(maps)
    # Momentum 0.9, not Keras's 0.99: after a short training the averages must have arrived.
    return layers.BatchNormalization(momentum=0.9, gamma_initializer=scale)(maps)


def _block(maps: keras.KerasTensor, filters: int, *, stride: int, skip: bool) -> keras.KerasTensor:
    branch = layers.ReLU()(_convolution(maps, filters, stride=stride))
    branch = _convolution(branch, filters, scale="zeros" if skip else "ones")
    if not skip:
        return layers.ReLU()(branch)
    if branch.shape != maps.shape:
        maps = _convolution(maps, filters, size=1, stride=stride)
    return layers.ReLU()(layers.Add()([maps, branch]))


@takes(_weights, input_shape=PICTURE, filters=FILTERS, blocks=whole(), num_classes=CLASSES, augmentation=LAYER)
def residual_network(
    input_shape: Sequence[int] = (32, 32, 3),
    filters: Sequence[int] = (16, 32, 64),
    blocks: int = 1,
    num_classes: int = 10,
    *,
    skip: bool = True,
    augmentation: keras.Layer | None = None,
) -> keras.Model:
    """Build a residual network whose blocks, untrained, pass on what they get.

    A convolution of stride 2, then stages of blocks; each stage but the first halves the maps. A block has two 3x3
    convolutions, and the last scale of its branch starts at 0. Where the maps change their shape, the skip is a 1x1
    convolution.

    Args:
        input_shape: (height, width, channels) of one picture, its values from 0 to 255.
        filters: number of maps in each stage.
        blocks: blocks in a stage.
        num_classes: number of logits.
        skip: without it, the same layers stand one behind the other, and every scale starts at 1.
        augmentation: changes the pictures in training and leaves them alone otherwise, such as
            `keras.layers.RandomFlip("horizontal")`.

    Returns:
        A model from (batch, height, width, channels) to logits (batch, num_classes).

    Raises:
        ValueError: if a size is not a positive whole number, there are fewer than two classes, `augmentation` is not a
            layer, or a layer has more weights than a laptop can train.

    Source: He et al., Deep residual learning for image recognition (2016); the scale that starts at 0 after Goyal et
    al., Accurate, large minibatch SGD (2017).
    """
    inputs = keras.Input(input_shape)
    maps = layers.Rescaling(1 / 127.5, offset=-1)(inputs if augmentation is None else augmentation(inputs))
    maps = layers.ReLU()(_convolution(maps, filters[0], stride=2))
    for stage, count in enumerate(filters):
        for number in range(blocks):
            maps = _block(maps, count, stride=2 if stage and number == 0 else 1, skip=skip)
    # Small weights in the last layer: an untrained network then gives all classes the same probability.
    classifier = layers.Dense(num_classes, kernel_initializer=keras.initializers.RandomNormal(stddev=0.003))
    return keras.Model(inputs, classifier(layers.GlobalAveragePooling2D()(maps)), name="residual_network")
