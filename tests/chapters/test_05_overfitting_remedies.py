"""Chapter 05: its measure of the gap, and the checkers of its exercises."""

import keras
import numpy as np
import pytest
from keras import layers

from course_lib import datasets
from exercises import exercise_tests
from story_code import definitions

CHAPTER = "05_overfitting_remedies"


def test_gap_is_measured_in_inference_mode_after_each_epoch():
    names = definitions(CHAPTER, "GeneralisationGap")
    inputs = np.random.default_rng(0).normal(size=(64, 2)).astype("float32")
    few = datasets.Examples(inputs, (inputs[:, 0] > 0).astype("int64"))
    names |= {"few": few, "pictures": {"validation": datasets.Examples(inputs, 1 - few.labels)}}
    gap = names["GeneralisationGap"]()
    gap.on_train_begin.__globals__.update(names)
    model = keras.Sequential([keras.Input((2,)), layers.Dropout(0.9), layers.Dense(2)])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    model.fit(*few, epochs=2, verbose=0, callbacks=[gap])
    assert {name: len(values) for name, values in gap.history.items()} == dict.fromkeys(
        ("loss", "accuracy", "val_loss", "val_accuracy"), 2
    )
    loss, accuracy = model.evaluate(*few, verbose=0)
    assert gap.history["loss"][-1] == pytest.approx(loss, rel=1e-5)
    assert gap.history["accuracy"][-1] == pytest.approx(accuracy)
    assert gap.history["val_accuracy"][-1] == pytest.approx(1 - accuracy)


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


# For each exercise: plausible wrong answers, each with a part of the hint that it must get.
WRONG_ANSWERS = {
    "smooth_targets": [
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
    "decay_step": [
        (lambda weight, gradient, rate, decay: weight - rate * gradient, "shrinks by the factor"),
        (lambda weight, gradient, rate, decay: weight - rate * gradient - decay * weight, "shrinks by the factor"),
        (lambda weight, gradient, rate, decay: (weight + rate * gradient) * (1 - rate * decay), "plain gradient"),
        (
            lambda weight, gradient, rate, decay: weight - rate * gradient - rate * decay * abs(weight),
            "from either side",
        ),
    ],
    "dropout": [
        (lambda features, kept, share: features * kept, "divided by 1 - share"),
        (lambda features, kept, share: features * (1 - kept) / (1 - share), "divided by 1 - share"),
        (lambda features, kept, share: features * kept / kept.mean(), "the given share"),
        (lambda features, kept, share: features * kept / np.maximum(share, 0.5), "the given share"),
    ],
    "stopped_epochs": [
        (stop_at_first_rise, "starts the count again"),
        (never_reset, "starts the count again|equal loss"),
        (lambda losses, patience: (len(losses), int(np.argmin(losses)) + 1), "ends it"),
        (lambda losses, patience: (len(losses), int(np.argmin(losses))), "nothing stops it"),
    ],
    "smallest_fit": [
        (lambda X, y: np.array([y[0], 0.0]), "its norm is larger"),
        (lambda X, y: X.T @ y / np.linalg.norm(X), "its norm is larger|squared length"),
        (lambda X, y: np.linalg.solve(X @ X.T, y), "its norm is larger|one weight for each column"),
        (lambda X, y: X.T @ y / 2, "squared length"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
