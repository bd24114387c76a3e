"""The network that takes each remedy as an option: each option does what its definition says."""

import keras
import numpy as np
import pytest
from keras import layers

from course_lib.models.regularised import regularised_network

GOOD_CALLS = {
    regularised_network: {
        "input_shape": (4, 6, 1),
        "filters": (2, 3),
        "num_classes": 2,
        "head": "flatten",
        "normalise": False,
        "dropout": 0.5,
        "l2": 0.1,
        "augmentation": layers.RandomFlip("horizontal"),
    }
}

LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
SMALL = {"input_shape": (16, 16, 3), "filters": (4, 8), "num_classes": 5}


@pytest.fixture(scope="module")
def batch():
    random = np.random.default_rng(0)
    return random.integers(0, 256, (32, 16, 16, 3), dtype=np.uint8), random.integers(0, 5, 32)


def layers_of(model, kind):
    return [layer for layer in model.layers if isinstance(layer, kind)]


@pytest.mark.parametrize(
    "options", [{}, {"normalise": True}, {"dropout": 0.5}, {"l2": 0.1}, {"head": "average"}], ids=str
)
def test_it_gives_logits_learns_and_survives_saving(options, batch, tmp_path):
    keras.utils.set_random_seed(0)
    model = regularised_network(**SMALL, **options)
    assert not getattr(model, "compiled", False)
    model.compile(keras.optimizers.SGD(0.01), LOSS)
    model.fit(*batch, epochs=1, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    logits = model(batch[0])
    assert logits.shape == (32, 5)
    np.testing.assert_array_equal(logits, loaded(batch[0]))


def test_parameters_of_the_chapter():
    assert regularised_network().count_params() == 115_274
    assert regularised_network(normalise=True).count_params() == 115_274 - 224 + 4 * 224
    assert regularised_network(filters=(16, 32, 64)).count_params() == 34_602


def test_pictures_are_read_from_minus_one_to_one_and_an_untrained_network_has_no_favourite(batch):
    model = regularised_network(**SMALL, normalise=True)
    rescaled = keras.Model(model.input, model.get_layer(index=1).output)
    assert np.unique(rescaled(np.array([[[[0, 0, 255]]]] * 256).reshape(1, 16, 16, 3))).tolist() == [-1, 1]
    np.testing.assert_allclose(keras.ops.softmax(model(batch[0])), 0.2, atol=0.05)
    assert {layer.momentum for layer in layers_of(model, keras.layers.BatchNormalization)} == {0.9}
    assert [layer.output.shape[1:] for layer in layers_of(model, keras.layers.ReLU)] == [(4, 4, 4), (4, 4, 8)]


def test_dropout_acts_in_training_only_and_keeps_the_expectation(batch):
    model = regularised_network(**SMALL, dropout=0.5)
    assert len(layers_of(model, keras.layers.Dropout)) == 1
    np.testing.assert_array_equal(model(batch[0], training=False), model(batch[0], training=False))
    assert np.abs(model(batch[0], training=True) - model(batch[0], training=True)).max() > 0
    in_training = np.mean([model(batch[0], training=True) for _ in range(400)], axis=0)
    assert np.abs(in_training - model(batch[0], training=False)).max() < 0.4
    assert np.abs(in_training - model(batch[0], training=False)).mean() < 0.06


def test_penalty_is_the_sum_of_squared_kernels_without_one_half():
    model = regularised_network(**SMALL, l2=0.3)
    kernels = [layer.kernel for layer in model.layers if hasattr(layer, "kernel")]
    expected = 0.3 * sum(np.sum(np.square(kernel)) for kernel in kernels)
    assert float(sum(model.losses)) == pytest.approx(expected, rel=1e-5)
    assert not regularised_network(**SMALL).losses


def test_normalisation_takes_the_place_of_biases():
    model = regularised_network(**SMALL, normalise=True)
    assert len(layers_of(model, keras.layers.BatchNormalization)) == 2
    assert all(not layer.use_bias for layer in layers_of(model, keras.layers.Conv2D))


def test_augmentation_keeps_shape_and_range_and_is_off_in_inference(batch):
    augmentation = keras.Sequential(
        [
            keras.layers.RandomFlip("horizontal"),
            keras.layers.RandomTranslation(0.125, 0.125, fill_mode="constant", interpolation="nearest"),
            keras.layers.RandomErasing(factor=(1.0, 1.0), scale=(0.3, 0.3), fill_value=0.0),
        ]
    )
    pictures = batch[0].astype("float32")
    changed = np.asarray(augmentation(pictures, training=True))
    assert changed.shape == pictures.shape and changed.dtype == pictures.dtype
    assert changed.min() >= 0 and changed.max() <= 255
    assert all(np.any(one != other) for one, other in zip(changed, pictures, strict=True))
    np.testing.assert_array_equal(augmentation(pictures, training=False), pictures)
    keras.utils.set_random_seed(0)
    plain = regularised_network(**SMALL)
    augmented = regularised_network(**SMALL, augmentation=augmentation)
    augmented.set_weights([*augmented.get_weights()[: -len(plain.get_weights())], *plain.get_weights()])
    np.testing.assert_array_equal(augmented(pictures, training=False), plain(pictures, training=False))
    assert np.abs(augmented(pictures, training=True) - plain(pictures, training=True)).max() > 0


def test_decoupled_decay_shrinks_weights_where_the_gradient_is_zero():
    weight = keras.Variable(np.array([2.0, -3.0], "float32"))
    keras.optimizers.AdamW(learning_rate=0.1, weight_decay=0.5).apply([np.zeros(2, "float32")], [weight])
    np.testing.assert_allclose(weight, np.array([2.0, -3.0]) * (1 - 0.1 * 0.5), rtol=1e-6)


def test_label_smoothing_moves_a_share_of_the_target_to_all_classes():
    logits = np.array([[2.0, -1.0, 0.5]], "float32")
    smoothed = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.3)
    target = np.array([0.7 + 0.1, 0.1, 0.1])
    log_probabilities = np.asarray(keras.ops.log_softmax(logits))[0]
    assert float(smoothed(np.eye(3)[[0]], logits)) == pytest.approx(-target @ log_probabilities, rel=1e-5)
