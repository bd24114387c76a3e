"""A new classifier on a backbone."""

import keras
import numpy as np
import pytest
from keras import layers

from course_lib.models.transfer import InferenceMode, classifier_on_backbone

GOOD_CALLS = {
    classifier_on_backbone: {
        "backbone": keras.Sequential([keras.Input((4, 4, 1)), layers.Conv2D(2, 3)]),
        "num_classes": 2,
        "dropout": 0.5,
    }
}

LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@pytest.fixture
def backbone():
    """Convolutions of three kinds, batch normalisation, a feature map at the end, as in a large network."""
    stack = [layers.Rescaling(1 / 255), layers.Conv2D(8, 3, strides=4, use_bias=False, name="kernel")]
    stack += [layers.BatchNormalization(), layers.ReLU(), layers.DepthwiseConv2D(3, use_bias=False)]
    stack += [layers.BatchNormalization(), layers.Conv2D(12, 1, use_bias=False)]
    inputs = features = keras.Input((32, 32, 3))
    for layer in stack:
        features = layer(features)
    return keras.Model(inputs, features)


@pytest.fixture(scope="module")
def batch():
    random = np.random.default_rng(0)
    return random.integers(0, 256, (16, 32, 32, 3), dtype=np.uint8), random.integers(0, 10, 16)


def trainable_parameters(model):
    return sum(int(np.prod(weights.shape)) for weights in model.trainable_weights)


def train(model, batch, steps=2):
    model.compile(keras.optimizers.Adam(1e-2), LOSS)
    return [model.train_on_batch(*batch) for _ in range(steps)]


def statistics(backbone):
    return [weight.numpy() for weight in backbone.weights if "moving" in weight.path]


def test_frozen_backbone_trains_only_the_head(backbone, batch):
    backbone.trainable = False
    model = classifier_on_backbone(backbone)
    assert model(batch[0]).shape == (16, 10)
    np.testing.assert_array_equal(model(batch[0], training=True), model(batch[0]))
    assert trainable_parameters(model) == 12 * 10 + 10
    before = backbone.get_weights()
    train(model, batch)
    for one, other in zip(before, backbone.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_batch_statistics_stay_while_the_weights_are_trained(backbone, batch):
    model = classifier_on_backbone(backbone)
    before, kernel = statistics(backbone), backbone.get_layer("kernel").get_weights()[0]
    train(model, batch)
    for one, other in zip(before, statistics(backbone), strict=True):
        np.testing.assert_array_equal(one, other)
    assert not np.array_equal(kernel, backbone.get_layer("kernel").get_weights()[0])


def test_saved_and_loaded_model_gives_the_same_outputs(backbone, batch, tmp_path):
    model = classifier_on_backbone(backbone, dropout=0.1)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(model(batch[0]), loaded(batch[0]), atol=1e-5)


def test_where_the_class_is_not_known_the_message_says_what_to_import(backbone, tmp_path, monkeypatch):
    classifier_on_backbone(backbone).save(tmp_path / "model.keras")
    monkeypatch.delitem(keras.saving.get_custom_objects(), "course_lib>InferenceMode")
    with pytest.raises(
        TypeError, match=r"not locate class 'course_lib\.models\.transfer\.InferenceMode'\. .* all imported"
    ):
        keras.saving.load_model(tmp_path / "model.keras")


def test_keras_refuses_to_wrap_what_is_not_a_layer():
    with pytest.raises(ValueError, match="Layer 3 supplied to Wrapper"):
        InferenceMode(3)
