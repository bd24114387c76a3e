"""Chapter 19b: its words and features, its sums over paths and best rows, and the checkers of its exercises."""

import itertools

import numpy as np
import tensorflow as tf

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "19b_parts_of_an_address"
RANDOM = np.random.Generator(np.random.PCG64(0))
LENGTHS = (6, 3, 1)


def paths_and_scores(scores, table):
    """All paths of a row, and the score of each, as the formula says it."""
    paths = np.array(list(itertools.product(range(len(table)), repeat=len(scores))))
    of_pairs = [sum(table[i, j] for i, j in itertools.pairwise(path)) for path in paths]
    return paths, scores[np.arange(len(scores)), paths].sum(axis=1) + of_pairs


def a_batch():
    """Three rows of different lengths; what stands behind their ends is large, and must not matter."""
    scores, table = RANDOM.normal(size=(3, 6, 3)), RANDOM.normal(size=(3, 3))
    is_word = np.arange(6) < np.array(LENGTHS)[:, None]
    return np.where(is_word[..., None], scores, 50.0), table, is_word


def test_a_word_loses_capitals_and_marks_and_a_mark_stays():
    plain = definitions(CHAPTER, "plain")["plain"]
    assert [plain(word) for word in ("Ave.,", "(M/C", "N.W.,", "#", "&", "10;")] == ["ave", "m/c", "nw", "#", "&", "10"]


def test_each_word_has_fourteen_features_that_say_what_they_name():
    names = definitions(CHAPTER, "plain", "DIRECTIONS", "describe")
    names["STREETS"] = {"blvd"}
    features = names["describe"]("BLVD.,", 2, 3)
    assert len(features) == 14
    assert {"word blvd", "begins blv", "ends lvd", "ends vd", "shape a", "length 4"} <= set(features)
    assert {"street True", "direction False", "first False", "last True", "mark ,", "vowel False"} <= set(features)
    assert {"digits True, all False", "capitals True, none False"} <= set(names["describe"]("12TH", 0, 3))


def test_all_ways_of_adding_up_agree_with_all_paths():
    names = definitions(CHAPTER, "forward", "along", "log_z", "row_score")
    scores, table, is_word = a_batch()
    wanted = []
    for row, length in zip(scores, LENGTHS, strict=True):
        sums = paths_and_scores(row[:length], table)[1]
        wanted.append(np.log(np.exp(sums).sum()))
        np.testing.assert_allclose(names["forward"](row[:length], table), wanted[-1])
    tensors = tf.constant(scores), tf.constant(table), tf.constant(is_word)
    np.testing.assert_allclose(names["along"](*tensors), wanted)
    np.testing.assert_allclose(names["log_z"](*tensors), wanted)


def test_the_score_of_a_row_is_that_of_its_path():
    row_score = definitions(CHAPTER, "row_score")["row_score"]
    scores, table, is_word = (
        tf.cast(part, kind) for part, kind in zip(a_batch(), ("float32", "float32", bool), strict=True)
    )
    rows = np.where(is_word, RANDOM.integers(0, 3, size=(3, 6)), -1)
    found = row_score(scores, table, rows, is_word)
    for one, row, length, score in zip(scores.numpy(), rows, LENGTHS, found.numpy(), strict=True):
        paths, sums = paths_and_scores(one[:length], table.numpy())
        np.testing.assert_allclose(score, sums[(paths == row[:length]).all(axis=1)][0], rtol=1e-5)


def test_best_rows_are_those_of_brute_force():
    best_rows = definitions(CHAPTER, "along", "best_rows")["best_rows"]
    scores, table, is_word = a_batch()
    for row, length, found in zip(scores, LENGTHS, best_rows(scores, table, is_word), strict=True):
        paths, sums = paths_and_scores(row[:length], table)
        np.testing.assert_array_equal(found[:length], paths[sums.argmax()])


def scores_alone(scores, pairs, path):
    return scores[np.arange(len(path)), path].sum()


def pairs_turned(scores, pairs, path):
    return scores_alone(scores, pairs, path) + sum(pairs[after, before] for before, after in itertools.pairwise(path))


def pairs_in_a_ring(scores, pairs, path):
    return scores_alone(scores, pairs, path) + sum(pairs[path[i - 1], path[i]] for i in range(len(path)))


def one_step_more(allowed, length):
    return np.linalg.matrix_power(allowed, length).sum()


def from_the_first_label(allowed, length):
    return np.linalg.matrix_power(allowed, length - 1)[0].sum()


def pairs_to_a_power(allowed, length):
    return allowed.sum() ** (length - 1)


def label_by_label(allowed, length):
    return float(len(allowed) * allowed.sum(axis=1).mean() ** (length - 1))


def each_word_alone(scores, pairs):
    return scores.argmax(axis=1)


def greedy(scores, pairs):
    path = [int(scores[0].argmax())]
    for score in scores[1:]:
        path.append(int((pairs[path[-1]] + score).argmax()))
    return path


def table_turned(scores, pairs):
    paths, sums = paths_and_scores(scores, pairs.T)
    return paths[sums.argmax()]


def words_found(given, right):
    return np.mean([one == other for one, other in zip(given, right, strict=True)])


def kinds_found(given, right):
    return len(set(given) & set(right)) / len(set(right))


def over_given(given, right):
    def parts(labels):
        starts = [i for i in range(len(labels)) if i == 0 or labels[i] != labels[i - 1]]
        return set(zip(starts, [*starts[1:], len(labels)], [labels[i] for i in starts], strict=True))

    return len(parts(given) & parts(right)) / len(parts(given))


WRONG_ANSWERS = {
    "path_score": [
        (scores_alone, "Three scores and two pairs"),
        (pairs_turned, "the row is the label before"),
        (pairs_in_a_ring, "Three scores and two pairs"),
    ],
    "rows_allowed": [
        (one_step_more, "four to the power of five"),
        (from_the_first_label, "one row for each label"),
        (pairs_to_a_power, "one row for each label"),
        (label_by_label, "Never back"),
    ],
    "best_path": [
        (each_word_alone, "The first two words alone"),
        (greedy, "The first two words alone"),
        (table_turned, "The first two words alone"),
    ],
    "parts_found": [
        (words_found, "one word too long"),
        (kinds_found, "one word too long"),
        (over_given, "one word too long"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
