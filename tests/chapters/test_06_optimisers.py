"""Chapter 06: its rules and its descent, and the checkers of its exercises."""

import numpy as np
import pytest

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "06_optimisers"


def test_descent_stops_where_it_is_a_million_times_nearer_or_farther():
    descend = definitions(CHAPTER, "descend")["descend"]
    assert np.linalg.norm(descend(1, 0.5)[-1]) / np.sqrt(2) == pytest.approx(2.0**-20)
    assert np.linalg.norm(descend(1, 3.0)[-1]) / np.sqrt(2) == pytest.approx(2.0**20)
    assert len(descend(1, 0.0, limit=10)) == 11


def test_rules_change_weights_in_place_and_remember():
    rules = definitions(CHAPTER, "sgd", "momentum", "adam")
    for name, second_step in (("sgd", 0.1), ("momentum", 0.19), ("adam", 0.1)):
        weights, memory = np.zeros((1, 2)), {}
        for _ in range(2):
            before = weights.copy()
            rules[name](weights, np.ones((1, 2)), 0.1, memory)
        np.testing.assert_allclose(before - weights, second_step, rtol=1e-5)


WRONG_ANSWERS = {
    "steps_needed": [
        (lambda condition, times_closer: 3 * condition, "halves"),
        (
            lambda condition, times_closer: int(np.ceil(np.log(times_closer) * condition / 4.3)),
            "Divide the logarithm|halves",
        ),
        (
            lambda condition, times_closer: int(
                np.log(times_closer) / np.log((condition + 1) / (condition - 1)) + 1e-9
            ),
            "Divide the logarithm|Round up",
        ),
    ],
    "nesterov_step": [
        (lambda weights, velocity, slope, rate, beta: weights + rate * slope, "plain gradient descent"),
        (lambda weights, velocity, slope, rate, beta: weights + beta * velocity - rate * slope, "new velocity"),
        (
            lambda weights, velocity, slope, rate, beta: weights + velocity - rate * slope * (1 + beta),
            "twice",
        ),
    ],
    "first_step_of_adam": [
        (lambda slopes, rate: -rate * slopes, "the step has the size of the rate"),
        (lambda slopes, rate: rate * np.sign(slopes), "the step has the size of the rate"),
        (lambda slopes, rate: -0.1 * np.sign(slopes), "grows with the rate"),
    ],
    "edge_of_momentum": [
        (lambda curvature, beta: 1 / curvature, "Without momentum"),
        (lambda curvature, beta: 2 / curvature, "steeper direction"),
        (lambda curvature, beta: 2 * (1 + beta) / curvature * (1 - 0.1 * (beta > 0.8)), "Run long enough"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
