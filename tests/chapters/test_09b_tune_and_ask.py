"""Chapter 09b: its search by words and by both, its places and pairs, and the checkers of its exercises."""

import numpy as np
import pytest

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "09b_tune_and_ask"


def test_fusion_needs_ranks_alone():
    fused = definitions(CHAPTER, "fused")["fused"]
    words, meaning = np.array([[9.0, 5.0, 0.0]]), np.array([[0.1, 0.9, 0.3]])
    np.testing.assert_allclose(fused(words, meaning), [[1 / 61 + 1 / 63, 1 / 62 + 1 / 61, 1 / 63 + 1 / 62]])
    np.testing.assert_array_equal(fused(words * 1000 - 5, meaning), fused(words, meaning))


def test_the_place_is_that_of_the_best_answer():
    places = definitions(CHAPTER, "places")["places"]
    scores = np.array([[0.9, 0.5, 0.7, 0.1], [0.1, 0.2, 0.3, 0.4]])
    np.testing.assert_array_equal(places(scores, [[1, 2], [0]]), [2, 4])


def test_a_paired_comparison_counts_what_one_alone_answers():
    paired = definitions(CHAPTER, "paired")["paired"]
    first, second = np.array([1, 1, 1, 0, 0], bool), np.array([1, 0, 0, 1, 0], bool)
    assert paired(first, second) == (2, 1, pytest.approx(1.0))
    assert paired(np.ones(12, bool), np.zeros(12, bool))[2] == pytest.approx(2 / 2**12)


def test_batches_hold_texts_of_like_length_and_each_once():
    by_length = definitions(CHAPTER, "by_length")["by_length"]
    batches = by_length([5, 1, 4, 2, 3], 2)
    assert [batch.tolist() for batch in batches] == [[1, 3], [4, 2], [0]]


def score(count, length, mean_length, holders, total, by_length=True):
    weight = np.log(1 + (total - holders + 0.5) / (holders + 0.5))
    return weight * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * (length / mean_length if by_length else 1)))


def fuse_by(value):
    return lambda first, second: sorted(
        first, key=lambda item: -(value(first.index(item) + 1) + value(second.index(item) + 1))
    )


def rank(inputs, outputs, kernels, megabytes):
    return int(megabytes * 1e6 // (4 * kernels * (inputs + outputs)))


WRONG_ANSWERS = {
    "term_score": [
        (lambda count, length, mean_length, holders, total: 3.3623575, "adds nothing"),
        (lambda count, length, mean_length, holders, total: 3.3623575 * count, "not five times as good"),
        (
            lambda count, length, mean_length, holders, total: score(count, length, mean_length, holders, total, False),
            "twice as long",
        ),
        (
            lambda count, length, mean_length, holders, total: (
                score(count, length, mean_length, holders, total)
                if holders < total
                else np.log((total - holders + 0.5) / (holders + 0.5))
            ),
            "never less than 0",
        ),
    ],
    "fuse": [
        (lambda first, second: first[::-1], "First in both lists"),
        (lambda first, second: first, "Add both lists"),
        (fuse_by(lambda rank: -rank), "not as their sum"),
        (fuse_by(lambda rank: 1 / rank), "Add both lists"),
    ],
    "largest_rank": [
        (lambda inputs, outputs, kernels, megabytes: rank(inputs, outputs, kernels, 4 * megabytes), "four bytes"),
        (lambda inputs, outputs, kernels, megabytes: rank(inputs, inputs, kernels, megabytes), "not inputs times"),
        (lambda inputs, outputs, kernels, megabytes: max(1, rank(inputs, outputs, kernels, megabytes)), "return 0"),
    ],
    "rerank": [
        (lambda by_count, by_vector, keep: (-by_vector).argsort(), "the others follow"),
        (lambda by_count, by_vector, keep: (-by_count).argsort(), "ordered by vector"),
        (
            lambda by_count, by_vector, keep: np.concatenate(
                [(-by_vector[:keep]).argsort(), np.arange(keep, len(by_count))]
            ),
            "may stand last",
        ),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
