"""Chapters 05 and 05b: the checkers of their exercises, and the functions that they define."""

import keras
import numpy as np
import pytest

from exercises import exercise_tests
from story_code import definitions

FIRST, SECOND = "05_overfitting_remedies", "05b_remedies_together"


def eye_rows(labels, num_classes):
    return np.eye(num_classes)[labels]


def stop_at_first_rise(losses, patience):
    for epoch in range(1, len(losses)):
        if losses[epoch] > losses[epoch - 1]:
            return epoch + 1, epoch
    return len(losses), len(losses)


def never_reset(losses, patience):
    best, waited = 0, 0
    for epoch in range(1, len(losses)):
        if losses[epoch] < losses[best]:
            best = epoch
        else:
            waited += 1
        if waited >= patience:
            return epoch + 1, best + 1
    return len(losses), best + 1


def softmax_without_shift(logits, temperature):
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(logits / temperature)
        return powers / powers.sum(axis=1, keepdims=True)


# Chapter, exercise, and for each wrong answer a part of the hint it must get.
WRONG_ANSWERS = {
    (FIRST, "smooth_targets"): [
        (lambda labels, num_classes, alpha: eye_rows(labels, num_classes), "the true one too"),
        (
            lambda labels, num_classes, alpha: (
                (1 - alpha) * eye_rows(labels, num_classes)
                + alpha / (num_classes - 1) * (1 - eye_rows(labels, num_classes))
            ),
            "the true one too",
        ),
        (lambda labels, num_classes, alpha: eye_rows(labels, num_classes) + alpha / num_classes, "the true one too"),
        (lambda labels, num_classes, alpha: np.array(labels), "one-hot rows"),
    ],
    (FIRST, "decay_step"): [
        (lambda weight, gradient, rate, decay: weight - rate * gradient, "shrinks by the factor"),
        (lambda weight, gradient, rate, decay: weight - rate * gradient - decay * weight, "shrinks by the factor"),
        (lambda weight, gradient, rate, decay: (weight + rate * gradient) * (1 - rate * decay), "plain gradient"),
        (
            lambda weight, gradient, rate, decay: weight - rate * gradient - rate * decay * abs(weight),
            "from either side",
        ),
    ],
    (FIRST, "dropout"): [
        (lambda features, kept, share: features * kept, "divided by 1 - share"),
        (lambda features, kept, share: features * (1 - kept) / (1 - share), "divided by 1 - share"),
        (lambda features, kept, share: features * kept / kept.mean(), "the given share"),
        (lambda features, kept, share: features * kept / np.maximum(share, 0.5), "the given share"),
    ],
    (FIRST, "stopped_epochs"): [
        (stop_at_first_rise, "starts the count again"),
        (never_reset, "starts the count again|equal loss"),
        (lambda losses, patience: (len(losses), int(np.argmin(losses)) + 1), "ends it"),
        (lambda losses, patience: (len(losses), int(np.argmin(losses))), "nothing stops it"),
    ],
    (FIRST, "smallest_fit"): [
        (lambda X, y: np.array([y[0], 0.0]), "its norm is larger"),
        (lambda X, y: X.T @ y / np.linalg.norm(X), "its norm is larger|squared length"),
        (lambda X, y: np.linalg.solve(X @ X.T, y), "its norm is larger|one weight for each column"),
        (lambda X, y: X.T @ y / 2, "squared length"),
    ],
    (SECOND, "smallest_epsilon"): [
        (lambda weights, inputs: weights @ inputs, "sum of |w||absolute values"),
        (lambda weights, inputs: weights @ inputs / abs(weights.sum()), "absolute values|stops"),
        (lambda weights, inputs: weights @ inputs / np.linalg.norm(weights), "absolute values"),
        (lambda weights, inputs: np.abs(inputs).mean() / 2, "whole margin"),
    ],
    (SECOND, "pictures_needed"): [
        (lambda accuracy, error: accuracy * (1 - accuracy) / error, "error²"),
        (lambda accuracy, error: round(accuracy / error**2 / 2), "not p alone"),
        (lambda accuracy, error: int(round(accuracy * (1 - accuracy) / error**2, 6)), "Round up"),
    ],
    (SECOND, "with_temperature"): [
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
    (SECOND, "ensemble_answers"): [
        (lambda members: np.mean(members, axis=0), "one class for each picture"),
        (lambda members: np.round(members.argmax(axis=2).mean(axis=0)), "A vote would say"),
        (lambda members: members[0].argmax(axis=1), "A vote would say"),
        (lambda members: np.mean(members, axis=1).argmax(axis=1), "for each picture|first axis|A vote"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(WRONG_ANSWERS)


@pytest.fixture(scope="module")
def calibration():
    return definitions(SECOND, "edges", "reliability", "calibration_error", "softened", "loss_of", "best_temperature")


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
    names = definitions(SECOND, "fast_gradient_sign", "AdversarialTraining")
    inputs = keras.Input((2, 2, 1))
    model = names["AdversarialTraining"](inputs, keras.layers.Dense(3)(keras.layers.Flatten()(inputs)))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.0), loss)
    pictures, labels = np.full((8, 2, 2, 1), 100.0, "float32"), np.arange(8) % 3
    clean = model.evaluate(pictures, labels, verbose=0)
    attacked = model.fit(pictures, labels, batch_size=8, verbose=0).history["loss"][0]
    assert attacked > clean + 1


def test_draws_of_training_pictures_share_none():
    names = definitions(SECOND, "splits", "draw")
    first, second = names["draw"](0), names["draw"](1)
    assert np.array_equal(np.bincount(first.labels), [100] * 10)
    assert not {picture.tobytes() for picture in first.inputs} & {picture.tobytes() for picture in second.inputs}
