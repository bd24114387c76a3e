"""Chapter 16c: its distances, tables and residuals, and the checkers of its exercises."""

import numpy as np
import pytest
from scipy.stats import ks_2samp

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "16c_watching"


def test_distances_by_hand_and_at_once_are_those_of_scipy():
    names = definitions(CHAPTER, "share_up_to", "distance", "distances", "threshold", "alarms")
    random = np.random.default_rng(0)
    known, windows = random.random(300), random.random((7, 40)) ** np.arange(1, 8)[:, None]
    expected = [ks_2samp(known, window).statistic for window in windows]
    assert names["distances"](known, windows) == pytest.approx(expected)
    assert [names["distance"](known, window) for window in windows] == pytest.approx(expected)
    assert names["alarms"](known, windows).tolist() == [one > names["threshold"](40, 300) for one in expected]
    assert len(set(names["alarms"](known, windows))) == 2


def test_the_threshold_is_that_of_scipys_p_value():
    far = definitions(CHAPTER, "threshold")["threshold"](1000, 1000, 0.01)
    even = np.arange(1000) / 1000
    assert ks_2samp(even, even + far, method="asymp").pvalue == pytest.approx(0.01, rel=0.1)


def test_a_table_holds_the_shares_of_answers_down_and_digits_across():
    names = definitions(CHAPTER, "shares", "table_of")
    answers, digits = np.array([1, 1, 2, 15]), np.array([1, 3, 3, 3])
    table = names["table_of"](answers, digits, rows=20)
    assert table.shape == (20, 10)
    assert (table[1, 1], table[1, 3], table[2, 3], table[15, 3]) == (0.25, 0.25, 0.25, 0.25)
    assert table.sum(axis=0) == pytest.approx(names["shares"](digits))
    assert table.sum(axis=1) == pytest.approx(names["shares"](answers, 20))


class Stream:
    labels = np.repeat(np.arange(10), 100)


def test_forty_percent_are_sevens_and_no_picture_comes_twice():
    many_sevens = definitions(CHAPTER, "many_sevens")["many_sevens"]
    many_sevens.__globals__.update(stream=Stream, random=np.random.default_rng(0))
    chosen = many_sevens(200)
    assert len(set(chosen)) == 200
    assert np.sum(Stream.labels[chosen] == 7) == 80
    assert 10 < np.sum(Stream.labels[chosen[:100]] == 7) < 70, "in a random order"


def test_nothing_is_left_where_only_the_mixture_has_changed():
    names = definitions(CHAPTER, "shares", "table_of", "rows_of", "residual")
    random = np.random.default_rng(0)
    digits = np.repeat(np.arange(10), 200)
    logits = random.normal(size=(2000, 10)) + 3 * np.eye(10)[digits]
    one = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    names["residual"].__globals__["reference"] = Stream
    Stream.labels, before = digits, Stream.labels
    mixture = one[np.repeat(np.arange(2000), np.where(digits == 7, 5, 1))]
    flatter = np.exp(logits / 2) / np.exp(logits / 2).sum(axis=1, keepdims=True)
    assert names["residual"](one, mixture) == pytest.approx(0, abs=1e-9)
    assert names["residual"](one, flatter) > 0.3
    Stream.labels = before


def test_weights_of_1_gain_nothing():
    names = definitions(CHAPTER, "shares", "table_of", "gain")
    digits = np.repeat(np.arange(10), 20)
    one = np.full((200, 10), 0.05) + 0.5 * np.eye(10)[(digits + (np.arange(200) % 5 == 0)) % 10]
    table = names["table_of"](one.argmax(axis=1), digits)
    assert names["gain"](table, one, np.arange(200), digits) == (0, 0)


def any_day(windows_a_day, rate, days):
    return windows_a_day * rate * days, 1 - (1 - rate) ** (windows_a_day * days)


WRONG_ANSWERS = {
    "quiet_days": [
        (lambda windows_a_day, rate, days: (windows_a_day * rate * days, windows_a_day * rate), "do not add up"),
        (lambda windows_a_day, rate, days: (windows_a_day * rate, 1 - (1 - rate) ** windows_a_day), "half an alarm"),
        (any_day, "half an alarm|not of all days"),
        (lambda windows_a_day, rate, days: (windows_a_day * rate * days, (1 - rate) ** windows_a_day), "0.05 on each"),
    ],
    "quiet_threshold": [
        (lambda n, m, windows_a_day, days: np.sqrt(np.log(200) / 2 * (1 / n + 1 / m)), "all windows of all days"),
        (
            lambda n, m, windows_a_day, days: np.sqrt(np.log(2 * windows_a_day) / 2 * (1 / n + 1 / m)),
            "all windows of all days",
        ),
        (lambda n, m, windows_a_day, days: np.sqrt(np.log(2 * windows_a_day * days) / 2 / n), "as in the chapter"),
        (
            lambda n, m, windows_a_day, days: np.sqrt(np.log(2 * windows_a_day * days) / 2 / (n + m)),
            "as in the chapter",
        ),
    ],
    "weights_of": [
        (lambda counts, answer_shares: np.linalg.solve(counts, answer_shares), "Counts are no shares"),
        (lambda counts, answer_shares: np.linalg.solve(counts.T / counts.sum(), answer_shares), "Counts are no shares"),
        (lambda counts, answer_shares: np.linalg.solve(counts / counts.sum(axis=0), answer_shares), "no shares"),
        (lambda counts, answer_shares: answer_shares / (counts.sum(axis=1) / counts.sum()), "no shares"),
    ],
    "rings_after": [
        (lambda far, threshold, n, in_a_row: n * (int(np.argmax(far > threshold)) + 1), "quiet window"),
        (
            lambda far, threshold, n, in_a_row: (
                n * (int(np.argmax(np.cumsum(far > threshold) == in_a_row)) + 1)
                if np.sum(far > threshold) >= in_a_row
                else -1
            ),
            "quiet window",
        ),
        (lambda far, threshold, n, in_a_row: int(np.argmax(far > threshold)) * n, "its pictures have passed"),
        (lambda far, threshold, n, in_a_row: int(np.argmax(far > threshold)) + 1, "its pictures have passed"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
