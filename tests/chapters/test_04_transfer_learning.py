"""Chapter 04: what its story defines, and each exercise's checker against stub, solution and wrong answers."""

import numpy as np
import pytest

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "04_transfer_learning"


def test_gradients_agree_with_finite_differences():
    gradients, softmax = (
        definitions(CHAPTER, "softmax", "gradients")["gradients"],
        definitions(CHAPTER, "softmax")["softmax"],
    )
    random = np.random.default_rng(0)
    inputs, one_hot, bias = random.normal(size=(6, 4)), np.eye(3)[[0, 1, 2, 0, 1, 2]], random.normal(size=3)
    weights = random.normal(size=(4, 3))

    def loss(weights, bias):
        return -np.mean(np.log(softmax(inputs @ weights + bias)[one_hot == 1]))

    by_weights, by_bias = gradients(weights, bias, inputs, one_hot)
    for index in np.ndindex(4, 3):
        nudge = np.zeros((4, 3))
        nudge[index] = 1e-5
        slope = (loss(weights + nudge, bias) - loss(weights - nudge, bias)) / 2e-5
        assert slope == pytest.approx(by_weights[index], abs=1e-7)
    nudge = np.array([1e-5, 0, 0])
    assert (loss(weights, bias + nudge) - loss(weights, bias - nudge)) / 2e-5 == pytest.approx(by_bias[0], abs=1e-7)


def test_paired_difference_is_that_of_the_textbook():
    paired_difference = definitions(CHAPTER, "paired_difference")["paired_difference"]
    first, second = np.array([True, True, False, False]), np.array([True, False, False, False])
    assert paired_difference(first, second) == pytest.approx((0.25, 0.25))
    assert paired_difference(first, first) == (0.0, 0.0)


def test_draws_are_balanced_and_follow_the_seed():
    draw = definitions(CHAPTER, "draw")["draw"]
    chosen = draw(50, seed=3)
    assert np.bincount(chosen // 200).tolist() == [50] * 10
    assert len(set(chosen)) == 500
    np.testing.assert_array_equal(chosen, draw(50, seed=3))
    assert set(draw(50, seed=4)) != set(chosen)


def unscaled_uint8(pixels):
    return ((pixels - np.asarray(127, pixels.dtype)) / 128.0).astype("float64")


def by_distance(queries, features):
    return ((queries[:, np.newaxis] - features) ** 2).sum(axis=2).argmin(axis=1)


# For each exercise: plausible wrong answers, each with a part of the hint that it must get.
WRONG_ANSWERS = {
    "rescale": [
        (lambda pixels: pixels / 255, "127 becomes 0"),
        (lambda pixels: (pixels.astype(float) - 127) / 127, "127 becomes 0"),
        (unscaled_uint8, "convert to float"),
    ],
    "adapter_weights": [
        (lambda size, channels, filters, rank: size**2 * channels * filters, "channels · rank"),
        (lambda size, channels, filters, rank: size**2 * channels + filters, "grow with the rank"),
        (lambda size, channels, filters, rank: rank * (channels + filters), "whole kernel"),
        (lambda size, channels, filters, rank: rank * size**2 * (channels + filters), "B does not"),
    ],
    "nearest": [
        (lambda queries, features: (queries @ features.T).argmax(axis=1), "not win by its length"),
        (by_distance, "largest cosine|directions"),
        (lambda queries, features: (queries @ features.T).argmin(axis=1), "largest cosine"),
    ],
    "paired_error": [
        (lambda first, second: np.sqrt(first.var(ddof=1) / len(first) + second.var(ddof=1) / len(second)), "pair them"),
        (lambda first, second: (first - second).std() / np.sqrt(len(first)), "ddof=1"),
        (lambda first, second: abs(first - second).std(ddof=1) / np.sqrt(len(first)), "signed"),
        (lambda first, second: (first - second).std(ddof=1), "root of n"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
