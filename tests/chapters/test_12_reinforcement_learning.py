"""Chapter 12: its two ways to compute values, its learners, and the checkers of its exercises."""

import numpy as np

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "12_reinforcement_learning"
EXACT = definitions(CHAPTER, "value_iteration", "exact_values")


def test_values_of_a_chain_are_discounted_rewards():
    moves, rewards = np.zeros((2, 1, 2)), np.array([[0.0], [1.0]])
    moves[0, 0, 1] = 1.0  # from the first state to the second, which ends with a reward of 1
    for values in (
        EXACT["value_iteration"](moves, rewards, discount=0.5)[0],
        EXACT["exact_values"](np.ones((2, 1)), moves, rewards, discount=0.5),
    ):
        np.testing.assert_allclose(values, [0.5, 1.0])


def test_who_explores_gets_a_mixture_of_best_and_mean():
    moves, rewards = np.zeros((1, 2, 1)), np.array([[1.0, 0.0]])
    values, _ = EXACT["value_iteration"](moves, rewards, exploration=0.5)
    np.testing.assert_allclose(values, [0.75])


def sweep(moves, rewards, discount, rounds=1):
    """Return the greedy actions after so many rounds of value iteration."""
    values = np.zeros(len(moves))
    for _ in range(rounds):
        values = (rewards + discount * moves @ values).max(axis=1)
    return (rewards + discount * moves @ values).argmax(axis=1)


WRONG_ANSWERS = {
    "returns_to_go": [
        (lambda rewards, ended: np.cumsum(rewards), "From each step on"),
        (lambda rewards, ended: np.cumsum(rewards[::-1])[::-1], "Stop at the ends"),
        (lambda rewards, ended: np.full(len(rewards), np.sum(rewards)), "From each step on"),
    ],
    "expected_target": [
        (lambda reward, row, exploration, ended: reward + np.mean(row), "Q-learning's target"),
        (lambda reward, row, exploration, ended: reward + np.max(row) * (not ended), "mean of all actions"),
        (
            lambda reward, row, exploration, ended: (
                reward + (1 - exploration) * np.max(row) + exploration * np.mean(row)
            ),
            "Nothing follows an end",
        ),
    ],
    "rounds_pay": [
        (lambda bonus, left, discount: bonus > 2, "the discount decides"),
        (lambda bonus, left, discount: True, "does not pay for two steps"),
        (lambda bonus, left, discount: bonus > 1.5, "With the goal so near"),
    ],
    "policy_iteration": [
        (lambda moves, rewards, discount: rewards.argmax(axis=1), "repeat until none changes"),
        (lambda moves, rewards, discount: np.zeros(len(moves), int), "repeat until none changes"),
        (lambda moves, rewards, discount: -sweep(moves, rewards, discount), "repeat until none changes"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
