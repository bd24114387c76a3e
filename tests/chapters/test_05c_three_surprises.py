"""Chapter 05c: its attack and defence, and the checkers of its exercises."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "05c_three_surprises"


@pytest.fixture(scope="module")
def attack():
    return definitions(CHAPTER, "loss_and_gradient", "fast_gradient_sign")["fast_gradient_sign"]


@pytest.mark.parametrize("epsilon", [0.0, 0.5, 300.0])
def test_attack_moves_by_epsilon_at_most_and_stays_a_picture(attack, epsilon):
    pictures = np.random.default_rng(0).integers(0, 256, (8, 4, 4, 1), dtype=np.uint8)
    model = keras.Sequential([keras.Input((4, 4, 1)), layers.Flatten(), layers.Dropout(0.5), layers.Dense(3)])
    first, second = (attack(model, pictures, np.arange(8) % 3, epsilon) for _ in range(2))
    np.testing.assert_array_equal(first, second, "dropout is off while it looks for the direction")
    assert np.abs(first - pictures.astype("float32")).max() <= epsilon
    assert np.min(first) >= 0 and np.max(first) <= 255


def test_attack_follows_the_sign_of_the_gradient_of_a_linear_model(attack):
    model = keras.Sequential([keras.Input((2,)), layers.Dense(2, use_bias=False)])
    model.set_weights([np.array([[1.0, -1.0], [-2.0, 2.0]], "float32")])
    np.testing.assert_allclose(attack(model, np.array([[5.0, 5.0]]), np.array([0]), 2.0), [[3.0, 7.0]])


# keras.datasets hands out labels as columns of uint8; NumPy, TensorFlow and plain Python have others.
@pytest.mark.parametrize(
    "labels",
    [
        *(np.array([0, 1, 2], kind) for kind in ("uint8", "int8", "int16", "int32", "int64", "float32")),
        np.array([[0], [1], [2]], "uint8"),
        tf.constant([0, 1, 2], tf.uint8),
        [0, 1, 2],
    ],
    ids=lambda labels: f"{type(labels).__name__}-{getattr(labels, 'dtype', '')}-{np.ndim(labels)}",
)
def test_attack_takes_labels_of_all_kinds(attack, labels):
    pictures = np.random.default_rng(0).uniform(50, 200, (3, 2, 2, 1))
    model = keras.Sequential([keras.Input((2, 2, 1)), layers.Flatten(), layers.Dense(3)])
    expected = attack(model, pictures, np.array([0, 1, 2]), 1.0)
    np.testing.assert_array_equal(attack(model, pictures, labels, 1.0), expected)


def test_adversarial_training_step_sees_attacked_pictures():
    names = definitions(CHAPTER, "loss_and_gradient", "fast_gradient_sign", "AdversarialTraining")
    inputs = keras.Input((2, 2, 1))
    model = names["AdversarialTraining"](inputs, keras.layers.Dense(3)(keras.layers.Flatten()(inputs)))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.0), loss)
    pictures, labels = np.full((8, 2, 2, 1), 100.0, "float32"), np.arange(8) % 3
    clean = model.evaluate(pictures, labels, verbose=0)
    attacked = model.fit(pictures, labels, batch_size=8, verbose=0).history["loss"][0]
    assert attacked > clean + 1


def errors_of(p):
    squared_errors = definitions(CHAPTER, "squared_errors")["squared_errors"]
    return squared_errors(p, np.random.default_rng(0), n=12, fits=4000)


@pytest.mark.parametrize("p", [2, 5, 30])
def test_simulated_errors_are_those_of_the_formula(p):
    training, new = errors_of(p)
    assert training == pytest.approx(max(0, 1 - p / 12), abs=0.02)
    assert new == pytest.approx(1 + (p / (12 - p - 1) if p < 12 else 12 / (p - 13)), rel=0.06)


def test_kernel_of_infinite_width_is_the_mean_over_random_features():
    infinite_width = definitions(CHAPTER, "infinite_width")["infinite_width"]
    rng = np.random.default_rng(0)
    A, B, W = rng.normal(size=(3, 5)), rng.normal(size=(4, 5)), rng.normal(size=(5, 400_000))
    mean = np.maximum(A @ W, 0) @ np.maximum(B @ W, 0).T / W.shape[1]
    np.testing.assert_allclose(infinite_width(A, B), mean, rtol=0.03, atol=0.03)


def simulated_worst(n, sizes, norm):
    random = np.random.default_rng(1)
    fits = {p: [norm(random.normal(size=(n, p)), random.normal(size=n)) for _ in range(60)] for p in sizes}
    return max(sizes, key=lambda p: np.median(fits[p]))


def training_error(X, noise):
    return np.mean((noise - X @ np.linalg.pinv(X) @ noise) ** 2)


# For each exercise: plausible wrong answers, each with a part of the hint that it must get.
WRONG_ANSWERS = {
    "expected_gap": [
        (lambda n, p, variance: 2 * variance * p / n, "n - p - 1"),
        (lambda n, p, variance: variance * p / (n - p - 1), "n - p - 1"),
        (lambda n, p, variance: p / n + p / (n - p - 1), "Multiply by the variance"),
        (lambda n, p, variance: variance * (p / n + p / abs(n - p - 1)), "the whole error"),
        (
            lambda n, p, variance: (
                variance * (p / n + p / (n - p - 1)) if p < n - 1 else variance * (1 + n / max(p - n - 1, 0.1))
            ),
            "At p = n",
        ),
    ],
    "smallest_fit": [
        (lambda X, y: np.array([y[0], 0.0]), "its norm is larger"),
        (lambda X, y: X.T @ y / np.linalg.norm(X), "its norm is larger|squared length"),
        (lambda X, y: np.linalg.solve(X @ X.T, y), "its norm is larger|one weight for each column"),
        (lambda X, y: X.T @ y / 2, "squared length"),
    ],
    "smallest_epsilon": [
        (lambda weights, inputs: weights @ inputs, "sum of |w||absolute values"),
        (lambda weights, inputs: weights @ inputs / abs(weights.sum()), "absolute values|stops"),
        (lambda weights, inputs: weights @ inputs / np.linalg.norm(weights), "absolute values"),
        (lambda weights, inputs: np.abs(inputs).mean() / 2, "whole margin"),
    ],
    "worst_size": [
        (lambda n, sizes: n, "do not assume"),
        (lambda n, sizes: max(sizes), "barely exact"),
        (lambda n, sizes: min(sizes), "barely exact"),
        (lambda n, sizes: simulated_worst(n, sizes, training_error), "barely exact"),
        (lambda n, sizes: simulated_worst(n, sizes, lambda X, noise: np.sum(X**2)), "barely exact"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
