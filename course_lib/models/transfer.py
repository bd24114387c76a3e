"""Transfer: a new classifier on a trained network, and low-rank adapters inside it."""

from typing import Any

import keras
from keras import layers

from course_lib._arguments import check_type, check_whole
from course_lib.models._arguments import check_classes, check_dropout, check_model


@keras.saving.register_keras_serializable("course_lib")
class InferenceMode(layers.Wrapper):
    """Runs a layer as in inference, also while `fit` trains its weights: running statistics of batches do not move.

    In Keras 3.15, `training=False` in a call that builds a functional model is overruled by `fit`; in a layer's own
    `call` it holds.

    Args:
        layer: a layer or a model.

    Raises:
        ValueError: if `layer` is no layer.
    """

    def __init__(self, layer: keras.Layer, **options: Any):
        check_type("layer", layer, keras.Layer, "a layer or a model")
        super().__init__(layer, **options)

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Return what the layer makes of the inputs."""
        return self.layer(inputs, training=False)


def classifier_on_backbone(
    backbone: keras.Model, num_classes: int = 10, dropout: float = 0.0, update_statistics: bool = False
) -> keras.Model:
    """Put a fresh linear classifier on a backbone's features, averaged over all places.

    The backbone becomes one layer of the new model and stays the object that was given: freezing one freezes both.

    Args:
        backbone: a model from pictures to features (batch, height, width, channels).
        num_classes: number of logits.
        dropout: share of the averaged features that training leaves out at random.
        update_statistics: let a trainable backbone's batch normalisation use each batch's statistics in training, and
            learn new running ones. By default it always runs as in inference.

    Returns:
        A model from the backbone's pictures to logits (batch, num_classes).

    Raises:
        ValueError: if the backbone's output is no feature map, there are fewer than two classes, or `dropout` is not
            in [0, 1).

    Source: Yosinski et al., How transferable are features in deep neural networks? (2014), arXiv:1411.1792.
    """
    _check_arguments(backbone, num_classes, dropout)
    inputs = keras.Input(backbone.input_shape[1:])
    features = (backbone if update_statistics else InferenceMode(backbone))(inputs)
    pooled = layers.Dropout(dropout)(layers.GlobalAveragePooling2D()(features))
    return keras.Model(inputs, layers.Dense(num_classes, name="head")(pooled), name="classifier")


def _check_arguments(backbone: keras.Model, num_classes: int, dropout: float) -> None:
    check_model("backbone", backbone)
    if len(backbone.output_shape) != 4:
        raise ValueError(
            f"the backbone's output has the shape {backbone.output_shape}; give one that ends in a feature map (batch, "
            "height, width, channels), such as efficientnet_lite0(include_top=False)"
        )
    check_classes(num_classes)
    check_dropout(dropout)


def enable_adapters(backbone: keras.Model, rank: int = 1) -> int:
    """Freeze a backbone and give each of its convolutions a trainable low-rank addition, through Keras's `enable_lora`.

    Depthwise convolutions and batch normalisation stay frozen: Keras has no adapters for them, and would go on to
    train them. Compile the model again afterwards, and do not set `backbone.trainable` any more: that would unfreeze
    the kernels beneath the adapters.

    Args:
        backbone: a model with `Conv2D` layers.
        rank: inner size of each addition, at most the largest number of filters; its weights are (height, width,
            channels in, rank), as wide and high as the kernel, and (rank, filters).

    Returns:
        The number of adapters.

    Raises:
        ValueError: if `rank` is no whole number in that range, there is no convolution, or it has adapters already.

    Source: Hu et al., LoRA: low-rank adaptation of large language models (2021), arXiv:2106.09685.
    """
    check_model("backbone", backbone)
    convolutions = [layer for layer in backbone.layers if isinstance(layer, layers.Conv2D)]
    if not convolutions:
        raise ValueError(f"the backbone {backbone.name} has no Conv2D layer to adapt")
    check_whole("rank", rank, at_most=max(layer.filters for layer in convolutions))
    if any(layer.lora_enabled for layer in convolutions):
        raise ValueError(
            f"the backbone {backbone.name} has adapters already; build a new backbone to change their rank"
        )
    backbone.trainable = True  # a layer that is frozen now would also freeze its adapter
    for layer in backbone.layers:
        layer.trainable = layer in convolutions
    for layer in convolutions:
        layer.enable_lora(rank)
    return len(convolutions)
