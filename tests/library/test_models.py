"""Both model families: shapes, saving, learning, and errors for people."""

import keras
import numpy as np
import pytest

from course_lib.models.convolutional import convolutional_network
from course_lib.models.dense import dense_network

GOOD_CALLS = {
    convolutional_network: {"input_shape": (4, 6, 1), "filters": (2, 3), "num_classes": 2, "head": "flatten"},
    dense_network: {"input_shape": (2, 2, 1), "hidden_units": (3,), "num_classes": 2},
}

BUILDERS = [dense_network, convolutional_network]
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@pytest.fixture(scope="module")
def batch():
    random = np.random.default_rng(0)
    return random.integers(0, 256, (32, 28, 28, 1), dtype=np.uint8), random.integers(0, 10, 32)


@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.parametrize(("shape", "classes"), [((28, 28, 1), 10), ((32, 40, 3), 7)])
def test_logits_have_one_column_a_class(builder, shape, classes):
    model = builder(input_shape=shape, num_classes=classes)
    logits = model(np.zeros((2, *shape), np.uint8))
    assert logits.shape == (2, classes)
    assert keras.backend.standardize_dtype(logits.dtype) == "float32"
    assert not getattr(model, "compiled", False)


@pytest.mark.parametrize(("builder", "parameters"), [(dense_network, 407_050), (convolutional_network, 25_690)])
def test_parameter_counts_are_those_the_chapter_states(builder, parameters):
    assert builder().count_params() == parameters


def test_heads_differ_in_the_classifier_only():
    assert convolutional_network(head="average").count_params() == 25_690 - 8 * 96 * 10
    assert dense_network(hidden_units=()).count_params() == 7_850


@pytest.mark.parametrize("builder", BUILDERS)
def test_saved_and_loaded_model_gives_the_same_outputs(builder, batch, tmp_path):
    model = builder()
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(model(batch[0]), loaded(batch[0]))


@pytest.mark.parametrize("builder", BUILDERS)
def test_one_training_step_lowers_the_loss(builder, batch):
    keras.utils.set_random_seed(0)
    model = builder()
    model.compile(keras.optimizers.SGD(0.01), LOSS)
    before = model.train_on_batch(*batch)
    assert model.train_on_batch(*batch) < before


@pytest.mark.parametrize("builder", BUILDERS)
def test_white_is_one_after_rescaling(builder):
    model = builder()
    rescaled = keras.Model(model.input, model.get_layer(index=1).output)
    assert np.unique(rescaled(np.full((1, 28, 28, 1), 255, np.uint8))).tolist() == [1.0]


def test_the_network_halves_the_picture_in_each_layer_and_its_statistics_arrive_soon():
    model = convolutional_network()
    maps = [layer.output.shape[1:] for layer in model.layers if isinstance(layer, keras.layers.ReLU)]
    assert maps == [(14, 14, 16), (7, 7, 16), (3, 3, 96)]
    assert {layer.momentum for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)} == {0.9}


def test_values_are_rescaled_inside_the_model(batch):
    model = dense_network(hidden_units=())
    kernel, bias = model.get_weights()
    expected = batch[0].reshape(32, 784) / 255 @ kernel + bias
    np.testing.assert_allclose(model(batch[0]), expected, rtol=1e-4, atol=1e-5)


def test_the_smallest_sizes_are_allowed():
    assert dense_network((1, 1, 1), hidden_units=(1,), num_classes=2).output.shape == (None, 2)
    assert convolutional_network((4, 4, 1), filters=(1, 1), num_classes=2).output.shape == (None, 2)
