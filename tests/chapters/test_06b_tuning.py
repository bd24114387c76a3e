"""Chapter 06b: what it computes by hand, and the checkers of its exercises."""

import numpy as np
import pytest
from scipy.stats import norm

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "06b_tuning"


def test_gaussian_process_goes_through_what_it_knows_and_doubts_what_is_far():
    process = definitions(CHAPTER, "gaussian_process")["gaussian_process"]
    tried, results = np.array([[0.0], [0.5]]), np.array([1.0, -1.0])
    mean, deviation = process(tried, results, np.array([[0.0], [0.5], [50.0]]), noise=1e-9)
    np.testing.assert_allclose(mean, [1, -1, 0], atol=1e-6)
    np.testing.assert_allclose(deviation, [0, 0, 1], atol=1e-3)


def test_expected_gain_is_the_mean_of_what_exceeds_the_best():
    expected_gain = definitions(CHAPTER, "expected_gain")["expected_gain"]
    results = np.linspace(-9, 11, 200_001)
    by_sum = np.sum(np.maximum(results - 2, 0) * norm.pdf(results, 1, 0.7)) * 1e-4
    assert expected_gain(1.0, 0.7, 2.0) == pytest.approx(by_sum, rel=1e-4)


def test_rule_keeps_its_velocity_and_nesterov_looks_ahead():
    rule = definitions(CHAPTER, "momentum_with")["momentum_with"](decay=0.5, nesterov=np.array([[0], [1]]))
    weights = np.zeros((2, 1))
    rule(weights, np.ones((2, 1)), 0.1, {})
    np.testing.assert_allclose(weights[:, 0], [-0.1, -0.19])
    rule(weights, np.zeros((2, 1)), 0.1, {})
    np.testing.assert_allclose(weights[:, 0], [-0.1 * 0.95 - 0.09, -0.19 * 0.95 - 0.081])


def price_without_going_on(settings, rounds):
    return sum(settings / 2**number * 2.0 ** (number + 1 - rounds) for number in range(rounds))


def curse_by_formula(count, accuracy, size):
    return 100 * np.sqrt(2 * np.log(count) * accuracy * (1 - accuracy) / size)


WRONG_ANSWERS = {
    "log_grid": [
        (lambda low, high, count: np.linspace(low, high, count), "equal ratios"),
        (lambda low, high, count: np.logspace(low, high, count), "equal ratios"),
        (lambda low, high, count: 10.0 ** np.arange(np.log10(low), np.log10(low) + count), "not always"),
        (
            lambda low, high, count: np.exp(np.linspace(np.log(low), np.log(high), count, endpoint=False)),
            "equal ratios",
        ),
    ],
    "expected_drop": [
        (lambda mean, deviation, best: max(best - mean, 0.0), "density of the normal at 0"),
        (
            lambda mean, deviation, best: (
                deviation
                * (
                    (mean - best) / deviation * norm.cdf((mean - best) / deviation)
                    + norm.pdf((mean - best) / deviation)
                )
            ),
            "leaves little hope",
        ),
        (
            lambda mean, deviation, best: (
                (best - mean) / deviation * norm.cdf((best - mean) / deviation) + norm.pdf((best - mean) / deviation)
            ),
            "leaves little hope|Multiply by the deviation",
        ),
    ],
    "price_of_halving": [
        (lambda settings, rounds: settings, "8 networks for half"),
        (price_without_going_on, "8 networks for half|another eighth"),
        (lambda settings, rounds: settings / rounds, "8 networks for half"),
    ],
    "curse_of_equals": [
        (lambda count, accuracy, size: 100 * np.sqrt(accuracy * (1 - accuracy) / size), "0 points"),
        (curse_by_formula, "less accuracy"),
        (
            lambda count, accuracy, size: (
                np.random.default_rng(0).binomial(size, accuracy, (4000, count)).max(axis=1).mean() / size - accuracy
            ),
            "less accuracy",
        ),
        (lambda count, accuracy, size: 6.3 * (count > 1), "nine times smaller"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
