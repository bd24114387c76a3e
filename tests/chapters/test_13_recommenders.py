"""Chapter 13: its recommenders, its measure of ties, and the checkers of its exercises."""

import numpy as np
import pytest

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "13_recommenders"


def ranked_by_sorting(scores, known, later, k):
    """Return the mean recall@k of each person, over many random orders of equal scores, counted the slow way."""
    random, found = np.random.default_rng(0), []
    for person in np.flatnonzero(((later > 0) & (known == 0)).any(axis=1) & known.any(axis=1)):
        wanted = np.flatnonzero((later[person] > 0) & (known[person] == 0))
        open_items = np.flatnonzero(known[person] == 0)
        hits = 0
        for _ in range(2000):
            order = open_items[random.permutation(len(open_items))]
            first = order[np.argsort(-scores[person, order], kind="stable")][:k]
            hits += np.isin(first, wanted).sum()
        found.append(hits / 2000 / min(k, len(wanted)))
    return np.array(found)


@pytest.mark.parametrize("k", [1, 3])
def test_recall_counts_equal_scores_in_expectation(k):
    measure = definitions(CHAPTER, "ranks", "recall")["recall"]
    random = np.random.default_rng(1)
    known, later = (random.random((2, 12, 9)) < 0.3).astype("float32")
    known[0] = 0  # a person without a past is not asked about
    scores = random.integers(0, 3, (12, 9)).astype(float)
    np.testing.assert_allclose(measure(scores, known, later, k), ranked_by_sorting(scores, known, later, k), atol=0.05)


def test_counts_of_steps_follow_the_direction_of_time():
    names = definitions(CHAPTER, "table", "by_steps")
    # Person 0 goes 0, 1, 2 and so on; person 1 is two semesters behind, and asks for what comes next.
    columns = {"student": [0, 0, 0, 0, 1, 1], "lecturer": [0, 1, 2, 3, 0, 1], "age": [5, 4, 3, 2, 3, 2]}
    names |= {name: np.array(column) for name, column in columns.items()} | {"STUDENTS": 2, "LECTURERS": 4}
    for step, best in ((1, 2), (-1, 0)):
        scores, counts = names["by_steps"](latest=2, step=step)
        assert scores[1].argmax() == best
        assert counts[1, best] == 1 + (step == -1)


def test_shrinkage_keeps_items_without_a_past_finite():
    likeness = definitions(CHAPTER, "likeness")["likeness"]
    known = np.array([[1, 1, 0], [1, 0, 0]])
    np.testing.assert_allclose(likeness(known, shrinkage=1)[2], 0)
    with np.errstate(invalid="ignore"):
        np.testing.assert_allclose(likeness(known, shrinkage=0)[0, 1], 1 / np.sqrt(2))


def best_first(scores, k):
    return np.argsort(-np.asarray(scores, float))[:k].tolist()


def inverse(chosen, strength):
    return np.linalg.inv(chosen.T @ chosen + strength * np.eye(chosen.shape[1]))


def steps(before, after, shrinkage):
    return before.T @ after / (before.sum(axis=0)[:, None] + shrinkage)


WRONG_ANSWERS = {
    "recall_for_one": [
        (lambda scores, known, wanted, k: float(best_first(-scores, k)[0] in wanted), "best two"),
        (
            lambda scores, known, wanted, k: len({*best_first(scores, k)} & {*wanted}) / min(k, len(wanted)),
            "make room",
        ),
        (
            lambda scores, known, wanted, k: (
                len({*best_first(np.where(np.isin(range(4), known), -1, scores), k)} & {*wanted}) / k
            ),
            "no more than one",
        ),
    ],
    "ease": [
        (lambda chosen, strength: -inverse(chosen, strength) / np.diag(inverse(chosen, strength)), "the diagonal is 0"),
        (
            lambda chosen, strength: (np.eye(3) - 1) * inverse(chosen, strength),
            "not ridge regression",
        ),
        (
            lambda chosen, strength: (
                (np.eye(3) - 1) * inverse(chosen, strength) / np.diag(inverse(chosen, strength))[:, None]
            ),
            "divide columns",
        ),
    ],
    "chance_to_be_found": [
        (lambda better, rivals, drawn, k: better / rivals, "always first"),
        (lambda better, rivals, drawn, k: 1 - better / rivals, "number 11"),
        (lambda better, rivals, drawn, k: (1 - better / rivals) ** drawn if k == 1 else float(better < k), "half"),
    ],
    "next_scores": [
        (lambda before, after, latest, shrinkage: latest @ steps(after, before, shrinkage), "comes after item 0"),
        (
            lambda before, after, latest, shrinkage: (
                latest @ (before.T @ after / ((before.T @ after).sum(axis=1, keepdims=True) + shrinkage))
            ),
            "comes after item 0|Divide by",
        ),
        (
            lambda before, after, latest, shrinkage: latest @ (before.T @ after) / (len(before) + shrinkage),
            "comes after item 0|Divide by",
        ),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
