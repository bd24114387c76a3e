"""The residual network: its layers, its skips, and its start as the identity."""

import keras
import numpy as np
import pytest
from keras import layers

from course_lib.models.residual import residual_network

GOOD_CALLS = {
    residual_network: {
        "input_shape": (4, 6, 1),
        "filters": (2, 3),
        "blocks": 1,
        "num_classes": 2,
        "skip": True,
        "augmentation": layers.RandomFlip("horizontal"),
    }
}


def layers_of(model, kind):
    return [layer for layer in model.layers if isinstance(layer, kind)]


@pytest.mark.parametrize("skip", [True, False])
@pytest.mark.parametrize(("blocks", "convolutions"), [(1, 7), (3, 19)])
def test_number_of_layers(skip, blocks, convolutions):
    model = residual_network((16, 16, 3), (8, 16, 32), blocks, skip=skip)
    widened = 2 if skip else 0  # where the maps change their shape, the skip has a convolution of its own
    assert len(layers_of(model, layers.Conv2D)) == convolutions + widened
    assert len(layers_of(model, layers.Add)) == (3 * blocks if skip else 0)
    assert {layer.momentum for layer in layers_of(model, layers.BatchNormalization)} == {0.9}


def test_parameters_of_the_chapter():
    assert residual_network((16, 16, 3)).count_params() == 78_714
    assert residual_network((16, 16, 3), blocks=3).count_params() == 274_042


def test_an_untrained_block_passes_on_what_it_gets():
    model = residual_network((16, 16, 3), (8,), blocks=3)
    first, *_, last = layers_of(model, layers.ReLU)
    pictures = np.random.default_rng(0).integers(0, 256, (2, 16, 16, 3))
    before, after = keras.Model(model.input, [first.output, last.output])(pictures, training=True)
    assert np.asarray(before).std() > 0
    np.testing.assert_array_equal(before, after)


def test_maps_are_halved_from_stage_to_stage_and_an_untrained_network_has_no_favourite():
    model = residual_network((16, 24, 3), (4, 8, 16), num_classes=5)
    added = [layer.output.shape[1:] for layer in layers_of(model, layers.Add)]
    assert added == [(8, 12, 4), (4, 6, 8), (2, 3, 16)]
    np.testing.assert_allclose(keras.ops.softmax(model(np.full((1, 16, 24, 3), 255))), 0.2, atol=0.05)


def test_it_learns_and_survives_saving(tmp_path):
    keras.utils.set_random_seed(0)
    random = np.random.default_rng(0)
    pictures, labels = random.integers(0, 256, (32, 8, 8, 1), dtype=np.uint8), random.integers(0, 2, 32)
    model = residual_network((8, 8, 1), (4, 8), num_classes=2)
    assert not getattr(model, "compiled", False)
    model.compile(keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    losses = model.fit(pictures, labels, epochs=10, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    model.save(tmp_path / "model.keras")
    np.testing.assert_array_equal(model(pictures), keras.saving.load_model(tmp_path / "model.keras")(pictures))
