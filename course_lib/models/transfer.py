"""Transfer: a new classifier on a trained network."""

import keras
from keras import layers

from course_lib.arguments import CLASSES, SHARE, Kind, takes

BACKBONE = Kind("a Keras model that ends in a feature map", lambda model: len(model.output_shape) == 4)


@keras.saving.register_keras_serializable("course_lib")
class InferenceMode(layers.Wrapper):
    """Runs a layer as in inference, also while `fit` trains its weights: running statistics of batches do not move.

    In Keras 3.15, `training=False` in a call that builds a functional model is overruled by `fit`; in a layer's own
    `call` it holds.

    Args:
        layer: a layer or a model.

    Raises:
        ValueError: by Keras, if `layer` is neither.
    """

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        """Return what the layer makes of the inputs."""
        return self.layer(inputs, training=False)


# Where a saved model is loaded and this class is not known, all that Keras's message says of it is its name.
InferenceMode.__name__ = f"{__name__}.InferenceMode"


@takes(backbone=BACKBONE, num_classes=CLASSES, dropout=SHARE)
def classifier_on_backbone(backbone: keras.Model, num_classes: int = 10, dropout: float = 0.0) -> keras.Model:
    """Put a fresh linear classifier on a backbone's features, averaged over all places.

    The backbone becomes one layer of the new model and stays the object that was given: freezing one freezes both. It
    always runs as in inference: a trainable backbone's batch normalisation keeps its running statistics. A program that
    loads the model from a file imports this module first, or calls `runtime.start`.

    Args:
        backbone: a model from pictures to features (batch, height, width, channels).
        num_classes: number of logits.
        dropout: share of the averaged features that training leaves out at random.

    Returns:
        A model from the backbone's pictures to logits (batch, num_classes).

    Raises:
        ValueError: if the backbone's output is not a feature map, there are fewer than two classes, or `dropout` is not
            in [0, 1).

    Source: Yosinski et al., How transferable are features in deep neural networks? (2014), arXiv:1411.1792.
    """
    inputs = keras.Input(backbone.input_shape[1:])
    features = InferenceMode(backbone)(inputs)
    pooled = layers.Dropout(dropout)(layers.GlobalAveragePooling2D()(features))
    return keras.Model(inputs, layers.Dense(num_classes, name="head")(pooled), name="classifier")
