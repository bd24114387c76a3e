"""Chapter 08b: its counter, and the checkers of its exercises."""

from itertools import pairwise

import numpy as np
import pytest

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "08b_gpt"
COUNTER = definitions(CHAPTER, "as_codes", "Table", "count", "find", "foretell")
TEXT = np.random.default_rng(0).integers(4, size=300)


@pytest.mark.parametrize("neighbours", [True, False])
@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_probabilities_of_all_that_may_follow_add_up_to_one(order, neighbours):
    tables = COUNTER["count"](TEXT, order, 5, neighbours)  # the fifth never came
    for context in ([], [0], [3, 1, 2, 0, 1], [4, 4, 4]):
        probabilities = [COUNTER["foretell"](tables, np.array([*context, last]), 5)[-1] for last in range(5)]
        assert sum(probabilities) == pytest.approx(1) and min(probabilities) > 0


def test_counts_of_meetings_and_of_neighbours_by_hand():
    text = np.array([0, 1, 0, 1, 2, 1])  # 1 comes after 0 and 2, 0 after 1, 2 after 1
    meetings, neighbours = (COUNTER["count"](text, 2, 3, flag)[0] for flag in (False, True))
    assert meetings.counts.tolist() == [2, 3, 1] and neighbours.counts.tolist() == [1, 2, 1]
    pairs = COUNTER["count"](text, 2, 3)[1]
    assert pairs.codes.tolist() == [1, 3, 5, 7] and pairs.counts.tolist() == [2, 1, 1, 1]
    assert pairs.totals.tolist() == [2, 2, 1] and pairs.kinds.tolist() == [1, 2, 1]
    assert pairs.taken == pytest.approx((3 + 1) / (3 + 2 * 1 + 2))  # three met once, one twice


def test_formula_by_hand():
    text = np.array([0, 1, 0, 1, 2, 1])
    probability = COUNTER["foretell"](COUNTER["count"](text, 2, 3), np.array([1, 0]), 3)[1]
    taken, taken_of_shorter = 4 / 7, 3 / 6  # of the shorter: two met once, one twice
    shorter = (1 - taken_of_shorter) / 4 + taken_of_shorter * 3 / 4 * (1 / 3)
    assert probability == pytest.approx((1 - taken) / 2 + taken * 2 / 2 * shorter)


def test_codes_are_digits():
    assert COUNTER["as_codes"](np.array([1, 2, 3, 4]), 3, 10).tolist() == [123, 234]


def test_stretches_are_followed_by_what_follows():
    stretches_of = definitions(CHAPTER, "stretches_of")["stretches_of"]
    read, following = stretches_of(np.arange(50), 20, 7, seed=1)
    assert read.shape == following.shape == (20, 7)
    np.testing.assert_array_equal(read + 1, following)


WRONG_ANSWERS = {
    "bits_of": [
        (lambda nats, pieces, characters: nats * pieces / characters, "divide by it"),
        (lambda nats, pieces, characters: nats * np.log(2) * pieces / characters, "divide by it"),
        (lambda nats, pieces, characters: nats / np.log(2), "then divide by the characters"),
        (lambda nats, pieces, characters: nats / np.log(2) * characters / pieces, "then divide by the characters"),
    ],
    "joined": [
        (lambda pieces, pair, new: [new, *pieces[2:]] if tuple(pieces[:2]) == pair else pieces, "Every pair"),
        (lambda pieces, pair, new: [new] * (len(pieces) // 2), "Every pair"),
        (
            lambda pieces, pair, new: (
                [9, 3, 9] if 3 in pieces and pieces[0] == 1 else [new if set(pieces) >= set(pair) else 0, 3]
            ),
            "The order counts",
        ),
    ],
    "neighbours_before": [
        (lambda text, character: sum(right == character for right in text[1:]), "however often"),
        (lambda text, character: len(set(text) - {character}), "Nothing stands before"),
        (
            lambda text, character: len(
                {left for left, right in pairwise(text) if right == character and left != right}
            ),
            "its own neighbour",
        ),
    ],
    "best_share": [
        (lambda first, second: float(np.log(first).mean() > np.log(second).mean()), "not all or nothing"),
        (lambda first, second: 0.5, "better everywhere"),
        (
            lambda first, second: (
                np.argmin([-(s * np.log(first) + (1 - s) * np.log(second)).mean() for s in np.arange(101) / 100]) / 100
            ),
            "",
        ),
        (
            lambda first, second: (
                np.argmax([np.log(s * first + (1 - s) * second).mean() for s in np.arange(101) / 100]) / 100
                if len(first) < 100
                else 0.9
            ),
            "that of the first",
        ),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
