"""Chapter 04b: what its story defines, and each exercise's checker against stub, solution and wrong answers."""

import numpy as np
import pytest

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "04b_fine_tuning"


def test_mean_and_error_are_those_of_the_textbook():
    mean_and_error = definitions(CHAPTER, "mean_and_error")["mean_and_error"]
    assert mean_and_error(np.array([1.0, 3.0])) == pytest.approx((2.0, 1.0))
    assert mean_and_error(np.array([2.0, 2.0, 2.0])) == (2.0, 0.0)


# For each exercise: plausible wrong answers, each with a part of the hint that it must get.
WRONG_ANSWERS = {
    "adapter_weights": [
        (lambda size, channels, filters, rank: size**2 * channels * filters, "channels · rank"),
        (lambda size, channels, filters, rank: size**2 * channels + filters, "grow with the rank"),
        (lambda size, channels, filters, rank: rank * (channels + filters), "whole kernel"),
        (lambda size, channels, filters, rank: rank * size**2 * (channels + filters), "B does not"),
    ],
    "paired_error": [
        (lambda first, second: np.sqrt(first.var(ddof=1) / len(first) + second.var(ddof=1) / len(second)), "pair them"),
        (lambda first, second: (first - second).std() / np.sqrt(len(first)), "ddof=1"),
        (lambda first, second: abs(first - second).std(ddof=1) / np.sqrt(len(first)), "signed"),
        (lambda first, second: (first - second).std(ddof=1), "root of n"),
    ],
    "merged": [
        (lambda kernel, a, b, alpha: kernel + alpha * (a @ b), "over the rank"),
        (lambda kernel, a, b, alpha: alpha / a.shape[1] * (a @ b), "Add it to the kernel"),
        (lambda kernel, a, b, alpha: kernel + alpha / a.shape[0] * (a @ b), "a column times a row"),
        (lambda kernel, a, b, alpha: kernel + alpha / a.shape[1] * a * b.sum(), "a column times a row"),
    ],
    "ruined": [
        (lambda curvatures, rate, steps: rate > 2 / curvatures.min(), "steepest direction"),
        (lambda curvatures, rate, steps: rate >= 1 / curvatures.max(), "below 2 / 10"),
        (lambda curvatures, rate, steps: steps > 1 and rate > 2 / curvatures.max(), "One step"),
        (lambda curvatures, rate, steps: rate > 0.2, "Run the steps"),
        (lambda curvatures, rate, steps: rate > 2 / curvatures.max(), "Run the steps"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
