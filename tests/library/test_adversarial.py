"""The attack stays where it may, and does harm."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_lib.adversarial import fast_gradient_sign
from course_lib.models.dense import dense_network


@pytest.fixture(scope="module")
def examples():
    random = np.random.default_rng(0)
    return random.integers(0, 256, (64, 6, 6, 1), dtype=np.uint8), random.integers(0, 3, 64)


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    return dense_network((6, 6, 1), hidden_units=(16,), num_classes=3)


@pytest.mark.parametrize("epsilon", [0.0, 0.5, 8.0, 300.0])
def test_attack_stays_within_epsilon_and_the_pixel_range(model, examples, epsilon):
    attacked = fast_gradient_sign(model, *examples, epsilon)
    assert attacked.shape == examples[0].shape and attacked.dtype == tf.float32
    assert np.abs(attacked - examples[0].astype("float32")).max() <= epsilon
    assert np.min(attacked) >= 0 and np.max(attacked) <= 255


def test_attack_raises_the_loss_more_than_noise_of_the_same_size(model, examples):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    noise = 8 * np.random.default_rng(1).choice([-1.0, 1.0], examples[0].shape)
    noisy = np.clip(examples[0] + noise, 0, 255)
    clean, random, attacked = (
        float(loss(examples[1], model(pictures)))
        for pictures in (examples[0], noisy, fast_gradient_sign(model, *examples, 8.0))
    )
    assert attacked > clean and attacked - clean > 3 * abs(random - clean)


def test_attack_follows_the_sign_of_the_gradient_of_a_linear_model():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, use_bias=False)])
    model.set_weights([np.array([[1.0, -1.0], [-2.0, 2.0]], "float32")])
    attacked = fast_gradient_sign(model, np.array([[0.5, 0.5]]), np.array([0]), 0.25, largest=1.0)
    np.testing.assert_allclose(attacked, [[0.25, 0.75]])


def test_attack_uses_inference_mode(examples):
    model = keras.Sequential([keras.Input((6, 6, 1)), keras.layers.Flatten(), keras.layers.Dropout(0.5)])
    model.add(keras.layers.Dense(3))
    first, second = (fast_gradient_sign(model, *examples, 1.0) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_a_negative_epsilon_is_refused(model, examples):
    with pytest.raises(ValueError, match=r"epsilon=-1.0 .* from 0"):
        fast_gradient_sign(model, *examples, -1.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda inputs, labels: (inputs[:, :5], labels), "the model reads"),
        (lambda inputs, labels: (inputs - 1.0, labels), "largest=255"),
        (lambda inputs, labels: (inputs * np.nan, labels), "inputs="),
        (lambda inputs, labels: (inputs, labels + 1), "labels="),
        (lambda inputs, labels: (inputs, labels.astype(float)), "whole numbers"),
        (lambda inputs, labels: (inputs, labels[:-1]), "64 inputs and 63 labels"),
    ],
)
def test_examples_that_do_not_fit_the_model_are_refused(model, examples, change, message):
    with pytest.raises(ValueError, match=message):
        fast_gradient_sign(model, *change(*examples), 1.0)


def test_attack_works_inside_a_traced_function(model, examples):
    attack = tf.function(lambda inputs, labels: fast_gradient_sign(model, inputs, labels, 8.0))
    np.testing.assert_allclose(attack(*examples), fast_gradient_sign(model, *examples, 8.0))
