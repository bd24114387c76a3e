"""A new classifier on a backbone, and low-rank adapters inside it."""

import keras
import numpy as np
import pytest
from keras import layers

from course_lib.models.dense import dense_network
from course_lib.models.efficientnet_lite import efficientnet_lite0
from course_lib.models.transfer import InferenceMode, classifier_on_backbone, enable_adapters

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


@pytest.mark.parametrize(("options", "update_statistics"), [({}, False), ({"update_statistics": True}, True)])
def test_batch_statistics_move_only_where_asked(backbone, batch, options, update_statistics):
    model = classifier_on_backbone(backbone, **options)
    before, kernel = statistics(backbone), backbone.get_layer("kernel").get_weights()[0]
    train(model, batch)
    moved = any(not np.array_equal(one, other) for one, other in zip(before, statistics(backbone), strict=True))
    assert moved == update_statistics
    assert not np.array_equal(kernel, backbone.get_layer("kernel").get_weights()[0])


def test_adapters_change_nothing_at_first_and_train_few_weights(backbone, batch):
    model = classifier_on_backbone(backbone)
    before = model(batch[0]).numpy()
    assert enable_adapters(backbone, rank=1) == 2
    np.testing.assert_allclose(model(batch[0]), before, atol=1e-5)
    trained = {weight.path.split("/")[-1] for weight in backbone.trainable_weights}
    assert trained == {"lora_kernel_a", "lora_kernel_b"}
    frozen = [weight.numpy() for weight in backbone.non_trainable_weights]
    losses = train(model, batch, steps=5)
    assert losses[-1] < losses[0]
    for one, other in zip(frozen, backbone.non_trainable_weights, strict=True):
        np.testing.assert_array_equal(one, other.numpy())


def test_every_convolution_of_the_real_network_gets_an_adapter():
    backbone = efficientnet_lite0(input_shape=(32, 32, 3), image_size=32, weights=None)
    model = classifier_on_backbone(backbone)
    assert enable_adapters(backbone, rank=1) == 33
    assert trainable_parameters(model) < 0.02 * model.count_params()


def test_adapters_work_on_a_frozen_backbone_too(backbone):
    backbone.trainable = False
    classifier_on_backbone(backbone)
    enable_adapters(backbone, rank=2)
    assert len(backbone.trainable_weights) == 2 * 2


@pytest.mark.parametrize("adapted", [False, True])
def test_saved_and_loaded_model_gives_the_same_outputs(backbone, batch, tmp_path, adapted):
    model = classifier_on_backbone(backbone, dropout=0.1)
    if adapted:
        enable_adapters(backbone, rank=1)
        train(model, batch)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(model(batch[0]), loaded(batch[0]), atol=1e-5)


def test_bad_arguments_are_named(backbone):
    with pytest.raises(ValueError, match="feature map"):
        classifier_on_backbone(dense_network())
    with pytest.raises(ValueError, match="at least 2"):
        classifier_on_backbone(backbone, num_classes=1)
    with pytest.raises(ValueError, match="dropout=1"):
        classifier_on_backbone(backbone, dropout=1)
    with pytest.raises(ValueError, match="backbone=None"):
        classifier_on_backbone(None)
    with pytest.raises(ValueError, match="layer=3"):
        InferenceMode(3)
    for rank in (0, 13):  # the convolutions have up to 12 filters
        with pytest.raises(ValueError, match="from 1 to 12"):
            enable_adapters(backbone, rank=rank)
    with pytest.raises(ValueError, match="no Conv2D"):
        enable_adapters(keras.Sequential([keras.Input((3,)), layers.Dense(2)]))
    enable_adapters(backbone)
    with pytest.raises(ValueError, match="adapters already"):
        enable_adapters(backbone)
