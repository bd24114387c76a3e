"""Chapter 05: its measure of the gap, and the checkers of its exercises."""

import keras
import numpy as np
import pytest
from keras import layers

from course_lib import datasets
from exercises import exercise_tests
from story_code import definitions

CHAPTER = "05_overfitting_remedies"


def test_diary_keeps_the_logits_of_inference_after_each_epoch():
    diary_of = definitions(CHAPTER, "Diary", "logits_of", "curve", "loss_of", "accuracy")
    inputs = np.random.default_rng(0).normal(size=(64, 2)).astype("float32")
    labels = (inputs[:, 0] > 0).astype("int64")
    parts = {"training": datasets.Examples(inputs, labels), "turned": datasets.Examples(inputs, 1 - labels)}
    diary = diary_of["Diary"](parts)
    model = keras.Sequential([keras.Input((2,)), layers.Dropout(0.9), layers.Dense(2)])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    model.fit(inputs, labels, epochs=2, verbose=0, callbacks=[diary])
    losses, accuracies = (diary_of["curve"](diary, "training", diary_of[kind]) for kind in ("loss_of", "accuracy"))
    assert len(losses) == len(accuracies) == 2
    loss, accuracy = model.evaluate(inputs, labels, verbose=0)
    assert losses[-1] == pytest.approx(loss, rel=1e-5)
    assert accuracies[-1] == pytest.approx(accuracy)
    assert diary_of["curve"](diary, "turned", diary_of["accuracy"])[-1] == pytest.approx(1 - accuracy)
    model.fit(inputs, labels, epochs=1, verbose=0, callbacks=[diary])
    assert len(diary.logits["training"]) == 1  # a second training begins a new diary


def test_layers_that_draw_at_random_are_made_anew_for_each_run():
    """A layer that two runs share goes on where the first stopped, whatever seed is set."""
    new_layer = definitions(CHAPTER, "new_layer")["new_layer"]
    pictures = np.random.default_rng(0).uniform(0, 255, (8, 16, 16, 3)).astype("float32")
    for make in new_layer.values():
        drawn = []
        for _ in range(2):
            keras.utils.set_random_seed(0)
            drawn.append(np.asarray(make()(pictures, training=True)))
        np.testing.assert_array_equal(*drawn)
        assert not np.array_equal(drawn[0], pictures)


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


def simulated(count, n, p):
    return np.random.default_rng(1).binomial(n, p, size=(2000, count)) / n


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
    "luck_of_the_best": [
        (lambda count, n, p: simulated(count, n, p).max(axis=1).mean(), "subtract p"),
        (lambda count, n, p: simulated(count, n, p).mean(), "subtract p"),
        (lambda count, n, p: simulated(count, n, p).mean() - p, "the best of each round"),
        (lambda count, n, p: simulated(count, 1000, p).max(axis=1).mean() - p, "use n"),
        (lambda count, n, p: simulated(min(count, 10), n, p).max(axis=1).mean() - p, "use count"),
        (lambda count, n, p: (p * (1 - p) / n) ** 0.5, "subtract p"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
