"""Chapter 05b: the functions that it defines, and the checkers of its exercises."""

import keras
import numpy as np
import pytest
from keras import layers

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "05b_remedies_together"


@pytest.fixture(scope="module")
def attack():
    return definitions(CHAPTER, "fast_gradient_sign")["fast_gradient_sign"]


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


@pytest.fixture(scope="module")
def calibration():
    return definitions(CHAPTER, "edges", "reliability", "calibration_error", "softened", "loss_of", "best_temperature")


def test_calibration_error_weighs_bins_by_their_counts(calibration):
    answers = np.array([[0.9, 0.1]] * 3 + [[0.55, 0.45]])
    labels = np.array([0, 0, 1, 0])
    expected = 3 / 4 * abs(2 / 3 - 0.9) + 1 / 4 * abs(1 - 0.55)
    assert calibration["calibration_error"](answers, labels) == pytest.approx(expected)
    counts, rights, confidences = calibration["reliability"](np.array([[1.0, 0.0]]), np.array([0]))
    assert counts[9] == 1 and rights[9] == confidences[9] == 1


def test_best_temperature_finds_the_one_that_was_used(calibration):
    random = np.random.default_rng(0)
    logits = 2 * random.normal(size=(20_000, 4))
    labels = (logits + random.gumbel(size=logits.shape)).argmax(axis=1)
    assert calibration["best_temperature"](3 * logits, labels) == pytest.approx(3, rel=0.05)


def test_adversarial_training_step_sees_attacked_pictures():
    names = definitions(CHAPTER, "fast_gradient_sign", "AdversarialTraining")
    inputs = keras.Input((2, 2, 1))
    model = names["AdversarialTraining"](inputs, keras.layers.Dense(3)(keras.layers.Flatten()(inputs)))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.0), loss)
    pictures, labels = np.full((8, 2, 2, 1), 100.0, "float32"), np.arange(8) % 3
    clean = model.evaluate(pictures, labels, verbose=0)
    attacked = model.fit(pictures, labels, batch_size=8, verbose=0).history["loss"][0]
    assert attacked > clean + 1


def test_draws_of_training_pictures_share_none():
    names = definitions(CHAPTER, "splits", "draw")
    first, second = names["draw"](0), names["draw"](1)
    assert np.array_equal(np.bincount(first.labels), [100] * 10)
    assert not {picture.tobytes() for picture in first.inputs} & {picture.tobytes() for picture in second.inputs}


def softmax_without_shift(logits, temperature):
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(logits / temperature)
        return powers / powers.sum(axis=1, keepdims=True)


# For each exercise: plausible wrong answers, each with a part of the hint that it must get.
WRONG_ANSWERS = {
    "smallest_epsilon": [
        (lambda weights, inputs: weights @ inputs, "sum of |w||absolute values"),
        (lambda weights, inputs: weights @ inputs / abs(weights.sum()), "absolute values|stops"),
        (lambda weights, inputs: weights @ inputs / np.linalg.norm(weights), "absolute values"),
        (lambda weights, inputs: np.abs(inputs).mean() / 2, "whole margin"),
    ],
    "pictures_needed": [
        (lambda accuracy, error: accuracy * (1 - accuracy) / error, "error²"),
        (lambda accuracy, error: round(accuracy / error**2 / 2), "not p alone"),
        (lambda accuracy, error: int(round(accuracy * (1 - accuracy) / error**2, 6)), "Round up"),
    ],
    "with_temperature": [
        (lambda logits, temperature: softmax_without_shift(logits, 1 / temperature), "do not multiply"),
        (softmax_without_shift, "largest logit first"),
        (lambda logits, temperature: logits / temperature, "this is softmax"),
        (
            lambda logits, temperature: (
                np.exp(logits / temperature - np.max(logits / temperature))
                / np.exp(logits / temperature - np.max(logits / temperature)).sum()
            ),
            "normalise each row",
        ),
    ],
    "ensemble_answers": [
        (lambda members: np.mean(members, axis=0), "one class for each picture"),
        (lambda members: np.round(members.argmax(axis=2).mean(axis=0)), "A vote would say"),
        (lambda members: members[0].argmax(axis=1), "A vote would say"),
        (lambda members: np.mean(members, axis=1).argmax(axis=1), "for each picture|first axis|A vote"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
