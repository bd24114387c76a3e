"""EfficientNet-Lite0, a small network that was trained on the 1.28 million photographs of ImageNet."""

from collections.abc import Sequence
from typing import Literal

import keras
from keras import layers

from course_lib import data_files
from course_lib.arguments import PICTURE, Kind, one_of, takes, whole

NAME = "efficientnet_lite0"
# Blocks of the same kind: how many, kernel size, stride of the first, expansion, channels out.
STAGES = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


PICTURES = Kind(
    "(height, width, 3) for colour or (height, width, 1) for grey, with None for a height or width that varies",
    lambda shape: PICTURE.accepts([1 if side is None else side for side in shape]) and shape[2] in (1, 3),
    wrong=(3, (32, 32), (0, 32, 3), (32, 32, None), (32, 32, 2)),
    read=lambda shape: tuple(side and int(side) for side in shape),
)


@takes(input_shape=PICTURES, image_size=whole(32), weights=one_of("imagenet", None))  # five layers halve the picture
def efficientnet_lite0(
    input_shape: Sequence[int | None] = (None, None, 3),
    image_size: int = 224,
    weights: Literal["imagenet"] | None = "imagenet",
    include_top: bool = False,
) -> keras.Model:
    """Build EfficientNet-Lite0; raw pictures go in, the network crops, resizes and rescales them itself.

    Its 16 blocks end in the layers "block1_output" to "block16_output". Stochastic depth, which its authors used while
    they trained it, is left out.

    Args:
        input_shape: (height, width, channels) of one picture, its values from 0 to 255; `None` for a height or width
            that varies; 3 channels, or 1 for grey pictures, which the network repeats three times.
        image_size: side in pixels of the square that the picture is resized to, its longer side cropped; 224 in
            training. A smaller one is faster and less exact.
        weights: "imagenet" for the trained weights in data/, `None` for random ones.
        include_top: keep the classifier of 1,000 classes, whose names stand in data/efficientnet_lite0.

    Returns:
        A model from (batch, height, width, channels) to logits (batch, 1000), or, without the classifier, to features
        (batch, image_size / 32, image_size / 32, 1280), rounded up.

    Raises:
        ValueError: if a size or `weights` is not allowed.
        DataError: if the file of weights is missing or damaged.

    Source: Tan & Le, EfficientNet (2019), arXiv:1905.11946; Liu, Higher accuracy on vision models with
    EfficientNet-Lite (TensorFlow blog, 2020) for "Lite": ReLU6, no squeeze-and-excitation.
    """
    inputs = keras.Input(input_shape)
    # Not the layer Resizing: in Keras 3.15 a model that holds it and is called without `training` normalises as in
    # training, as that layer's default, True, is passed on to the layers behind it.
    features = keras.ops.image.resize(inputs, (image_size, image_size), crop_to_aspect_ratio=True)
    if input_shape[2] == 1:
        features = layers.Concatenate()([features] * 3)
    features = layers.Rescaling(1 / 128, offset=-127 / 128)(features)
    features = _normalised(layers.Conv2D(32, 3, strides=2, padding="same", use_bias=False)(features))
    block = 0
    for repeats, kernel_size, first_stride, expansion, channels in STAGES:
        for repeat in range(repeats):
            block += 1
            stride = first_stride if repeat == 0 else 1
            features = _inverted_block(features, kernel_size, stride, expansion, channels, name=f"block{block}_output")
    features = _normalised(layers.Conv2D(1280, 1, use_bias=False)(features), name="features")
    pooled = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(features))
    model = keras.Model(inputs, layers.Dense(1000, name="imagenet_logits")(pooled), name=NAME)
    if weights == "imagenet":
        data_files.verify(NAME)
        model.load_weights(data_files.DATA_DIR / NAME / f"{NAME}.weights.h5")
    return model if include_top else keras.Model(inputs, features, name=NAME)


def _inverted_block(
    inputs: keras.KerasTensor, kernel_size: int, stride: int, expansion: int, channels: int, name: str
) -> keras.KerasTensor:
    """Expand the channels, look at neighbours in each of them alone, project to few channels, add the input."""
    features = inputs
    if expansion > 1:
        features = _normalised(layers.Conv2D(expansion * inputs.shape[-1], 1, use_bias=False)(features))
    depthwise = layers.DepthwiseConv2D(kernel_size, strides=stride, padding="same", use_bias=False)
    features = layers.Conv2D(channels, 1, use_bias=False)(_normalised(depthwise(features)))
    if stride > 1 or inputs.shape[-1] != channels:
        return layers.BatchNormalization(epsilon=1e-3, name=name)(features)
    return layers.Add(name=name)([layers.BatchNormalization(epsilon=1e-3)(features), inputs])


def _normalised(features: keras.KerasTensor, name: str | None = None) -> keras.KerasTensor:
    return layers.ReLU(max_value=6, name=name)(layers.BatchNormalization(epsilon=1e-3)(features))
