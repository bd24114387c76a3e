"""Chapter 12c: its policy gradient, its advantages, and the checkers of its exercises."""

import numpy as np
import pytest

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "12c_policy_gradients"
MACHINE = definitions(CHAPTER, "PAYS", "mean_reward", "policy_gradient")
ADVANTAGES = definitions(CHAPTER, "general_advantages")["general_advantages"]


def test_equal_pays_have_no_slope():
    MACHINE["policy_gradient"].__globals__["PAYS"] = np.ones(3)
    slope, variance = MACHINE["policy_gradient"](np.array([0.3, 0.0, -1.0]), baseline=1.0)
    np.testing.assert_allclose(slope, 0, atol=1e-12)
    assert variance == pytest.approx(0)


def test_full_trust_in_rewards_gives_returns_less_values():
    random = np.random.default_rng(0)
    rewards, values = random.normal(size=(5, 2)), random.normal(size=(6, 2))
    values[5] = 0  # the episode ends there
    surprises = rewards + 0.9 * values[1:] - values[:-1]
    returns = [(0.9 ** np.arange(5 - step)[:, None] * rewards[step:]).sum(axis=0) for step in range(5)]
    advantages = ADVANTAGES(surprises, np.ones((5, 2), bool), discount=0.9, trust=1.0)
    np.testing.assert_allclose(advantages, returns - values[:-1])


def test_no_surprise_crosses_the_end_of_an_episode():
    goes_on = np.array([[True], [False], [True]])
    advantages = ADVANTAGES(np.array([[1.0], [2.0], [100.0]]), goes_on, discount=1.0, trust=1.0)
    np.testing.assert_allclose(advantages[:, 0], [3.0, 2.0, 100.0])


def softmax(theta):
    return np.exp(theta) / np.exp(theta).sum()


WRONG_ANSWERS = {
    "push": [
        (
            lambda theta, arm, coins, baseline: coins * (np.eye(len(theta))[arm] - softmax(theta)),
            "Worse than the baseline",
        ),
        (lambda theta, arm, coins, baseline: (coins - baseline) * np.eye(len(theta))[arm], "Half of 2"),
        (lambda theta, arm, coins, baseline: (coins - baseline) * (np.eye(len(theta))[arm] - 0.5), "The slope holds"),
    ],
    "clipped_gain": [
        (lambda ratio, advantage, clip: ratio * advantage, "gains nothing beyond"),
        (lambda ratio, advantage, clip: np.clip(ratio, 1 - clip, 1 + clip) * advantage, "What got worse"),
        (
            lambda ratio, advantage, clip: np.maximum(
                ratio * advantage, np.clip(ratio, 1 - clip, 1 + clip) * advantage
            ),
            "gains nothing beyond",
        ),
    ],
    "surprises": [
        (lambda rewards, values, next_values, terminated, discount: rewards + next_values - values, "Discount it"),
        (
            lambda rewards, values, next_values, terminated, discount: rewards + discount * next_values - values,
            "It ended",
        ),
        (
            lambda rewards, values, next_values, terminated, discount: np.full(
                len(rewards), np.sum(rewards + discount * next_values * ~terminated - values)
            ),
            "One answer for each",
        ),
    ],
    "quietest_baseline": [
        (lambda shares, pays: shares @ pays, "Not the mean here"),
        (lambda shares, pays: 0.0, "With equal shares"),
        (lambda shares, pays: np.max(pays) / 2, "Not the mean here"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
