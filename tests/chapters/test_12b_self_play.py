"""Chapter 12b: its list of positions, its judge, its two searches, and the checkers of its exercises."""

import numpy as np
import pytest

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "12b_self_play"
GAME = definitions(CHAPTER, "LINES", "all_positions", "count_lines", "search", "search_many")
BOARDS, AFTER = GAME["all_positions"]()
LEGAL = AFTER >= 0
OVER = ~LEGAL.any(axis=1)
OUTCOME = -1.0 * (BOARDS[:, GAME["LINES"]].sum(axis=2) == -3).any(axis=1)
GAME.update(boards=BOARDS, after=AFTER, legal=LEGAL, over=OVER, outcome=OUTCOME)  # what the functions look up


def position_of(*board):
    """Return the number of a board, given as the player sees it who is to move."""
    return int(np.flatnonzero((board == BOARDS).all(axis=1))[0])


def test_a_move_puts_a_stone_and_turns_the_sides():
    positions, squares = np.nonzero(LEGAL)
    expected = BOARDS[positions].copy()
    assert (expected[np.arange(len(squares)), squares] == 0).all()
    expected[np.arange(len(squares)), squares] = 1
    np.testing.assert_array_equal(BOARDS[AFTER[positions, squares]], -expected)


def test_a_game_ends_with_three_in_a_row_or_a_full_board():
    lost = position_of(-1, -1, -1, 1, 1, 0, 0, 0, 0)
    assert OVER[lost]
    assert OUTCOME[lost] == -1
    drawn = OVER & (OUTCOME == 0)
    assert (BOARDS[drawn] != 0).all()
    assert not OVER[0]


def test_the_judge_counts_every_line():
    first_free = np.where(OVER, -1, LEGAL.argmax(axis=1))
    for first in (True, False):
        lines = lines_of(first_free, first)
        assert GAME["count_lines"](lambda positions: first_free[positions], first) == (sum(lines), len(lines))


def lines_of(moves, mine, position=0):
    """Return for each line of replies whether it is lost, one after the other."""
    if OVER[position]:
        return [mine and OUTCOME[position] == -1]
    squares = [moves[position]] if mine else np.flatnonzero(LEGAL[position])
    return [lost for square in squares for lost in lines_of(moves, not mine, AFTER[position, square])]


@pytest.fixture
def advice():
    random = np.random.Generator(np.random.PCG64(0))
    priors = random.random((len(BOARDS), 9)) * LEGAL
    return priors / np.maximum(priors.sum(axis=1, keepdims=True), 1e-9), random.uniform(-1, 1, size=len(BOARDS))


def test_both_searches_visit_alike(advice):
    roots = np.flatnonzero(~OVER)[[0, 5, 50, 500, 4000]]
    alone = [GAME["search"](root, *advice, 30) for root in roots]
    np.testing.assert_array_equal(GAME["search_many"](roots, *advice, 30), alone)
    assert np.sum(alone, axis=1).tolist() == [30] * 5
    assert not np.array(alone)[~LEGAL[roots]].any()


def test_search_takes_a_win_and_stops_a_loss():
    even, nothing = LEGAL / np.maximum(LEGAL.sum(axis=1, keepdims=True), 1), np.zeros(len(BOARDS))
    win = position_of(1, 1, 0, -1, -1, 0, 0, 0, 0)
    threat = position_of(-1, -1, 0, 1, 0, 0, 0, 0, 1)
    assert GAME["search"](win, even, nothing, 100).argmax() == 2
    assert GAME["search"](threat, even, nothing, 100).argmax() == 2


def test_search_follows_the_priors_of_the_root_at_first(advice):
    priors, values = advice
    wanted = np.eye(9)[[7]]
    assert GAME["search_many"](np.array([0]), priors, values, 1, root_priors=wanted)[0].argmax() == 7


def sums_to_minus_three(board, lines):
    return any(board[a] + board[b] + board[c] == -3 for a, b, c in lines)


def chosen(scores, legal):
    return int(np.where(legal, scores, -np.inf).argmax())


def bonus(visits, priors, curiosity):
    return curiosity * np.array(priors) * np.sqrt(1 + np.sum(visits)) / (1 + np.array(visits))


WRONG_ANSWERS = {
    "is_lost": [
        (lambda board: sums_to_minus_three(board, [(0, 1, 2), (3, 4, 5), (6, 7, 8)]), "Diagonals count"),
        (lambda board: any(abs(board[a] + board[a + 1] + board[a + 2]) == 3 for a in (0, 3, 6)), "no loss"),
        (lambda board: board.count(-1) >= 3, "no loss"),
    ],
    "next_look": [
        (
            lambda visits, totals, priors, legal, curiosity: chosen(np.array(totals) / np.maximum(visits, 1), legal),
            "the prior decides",
        ),
        (
            lambda visits, totals, priors, legal, curiosity: chosen(
                np.array(totals) + bonus(visits, priors, curiosity), legal
            ),
            "Means, not sums",
        ),
        (
            lambda visits, totals, priors, legal, curiosity: chosen(
                np.array(totals) / np.maximum(visits, 1) + bonus(visits, priors, curiosity), [True] * 3
            ),
            "Legal moves only",
        ),
    ],
    "results_of": [
        (lambda outcome, moves: np.full(moves, outcome), "has won"),
        (lambda outcome, moves: np.full(moves, -outcome), "The sign flips"),
        (lambda outcome, moves: -outcome * (-1.0) ** np.arange(moves), "The sign flips"),
    ],
    "lost_heaps": [
        (lambda largest, allowed: np.arange(0, largest + 1, 4), "Patterns change"),
        (lambda largest, allowed: np.arange(0, largest + 1, max(allowed) + 1), "Patterns change"),
        (lambda largest, allowed: np.array([0]), "there is a pattern"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
