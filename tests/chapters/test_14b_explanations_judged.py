"""Chapter 14b: its ranks, areas and shares, and the checkers of its exercises."""

import numpy as np
import pytest

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "14b_explanations_judged"


def test_ranks_say_where_each_cell_stands_the_most_important_at_0():
    ranks = definitions(CHAPTER, "ranks")["ranks"]
    maps = np.random.default_rng(0).random((3, 6, 6))
    order = ranks(maps)
    for one, places in zip(maps, order, strict=True):
        assert sorted(places.ravel()) == list(range(36))
        assert places.ravel()[one.argmax()] == 0
        assert places.ravel()[one.argmin()] == 35


def test_a_curve_of_ones_has_the_area_1_and_equal_curves_have_no_gap():
    names = definitions(CHAPTER, "COUNTS", "area", "gap")
    ones = np.ones((5, 2))
    assert names["area"](ones) == pytest.approx(1)
    assert names["gap"]((ones, ones)) == pytest.approx(0)
    assert names["area"](np.array([[1.0], [0], [0], [0], [0]])) == pytest.approx(names["COUNTS"][0] / 72)


def test_cells_are_means_of_16_by_16_pixels():
    in_cells = definitions(CHAPTER, "in_cells")["in_cells"]
    maps = np.zeros((1, 96, 96))
    maps[0, 16:32, :16] = 3
    cells = in_cells(maps)
    assert cells.shape == (1, 6, 6)
    assert cells[0, 1, 0] == 3
    assert cells.sum() == 3


def test_the_quarter_is_the_one_with_the_largest_sum():
    quarter = definitions(CHAPTER, "quarter")["quarter"]
    maps = np.zeros((4, 6, 6))
    maps[0, :3, :3] = maps[1, :3, 3:] = maps[2, 3:, :3] = maps[3, 3:, 3:] = 1
    assert quarter(maps).tolist() == [0, 1, 2, 3]


def test_a_lead_is_paired():
    lead = definitions(CHAPTER, "lead")["lead"]
    theirs = np.array([1.0, 5, 3])
    assert lead(theirs + 2, theirs) == (pytest.approx(2), pytest.approx(0))


def test_weights_of_the_sets_give_shapley_values():
    names = definitions(CHAPTER, "sets", "others", "weights")
    sets, weights = names["sets"], names["weights"]
    alone = np.arange(8.0)
    assert (sets @ alone) @ weights == pytest.approx(alone)
    both_needed = (sets[:, 2] & sets[:, 5]).astype(float)
    assert both_needed @ weights == pytest.approx(np.isin(np.arange(8), [2, 5]) / 2)
    worth = np.random.default_rng(0).random(256)
    assert (worth @ weights).sum() == pytest.approx(worth[255] - worth[0])


def unpaired(ours, theirs):
    spread = np.sqrt(ours.var(ddof=1) / len(ours) + theirs.var(ddof=1) / len(theirs))
    return ours.mean() - theirs.mean(), spread


def against_the_first(values):
    main = np.abs(values).argmax(axis=2)
    return np.mean(main[1:] != main[0])


def with_itself(values):
    main = np.abs(values).argmax(axis=2)
    return np.mean(main[:, None] != main[None])


def without_sizes(values):
    main = np.asarray(values).argmax(axis=2)
    first, second = np.triu_indices(len(main), k=1)
    return np.mean(main[first] != main[second])


WRONG_ANSWERS = {
    "area_under": [
        (lambda shares, probabilities: np.mean(probabilities), "half of width"),
        (lambda shares, probabilities: np.sum(probabilities), "constant curve"),
        (lambda shares, probabilities: np.sum(np.diff(shares) * probabilities[1:]), "half of width"),
        (
            lambda shares, probabilities: (
                np.mean((np.array(probabilities[1:]) + probabilities[:-1]) / 2) * (shares[-1] - shares[0])
            ),
            "not evenly spaced",
        ),
    ],
    "ranks_of": [
        (lambda values: np.argsort(-values), "do it again|smallest"),
        (lambda values: np.argsort(np.argsort(values)), "rank 0"),
        (lambda values: np.argsort(np.argsort(-np.abs(values))), "smallest"),
    ],
    "paired": [
        (unpaired, "no doubt"),
        (lambda ours, theirs: ((ours - theirs).mean(), (ours - theirs).std() / len(ours) ** 0.5), "ddof=1"),
        (lambda ours, theirs: ((ours - theirs).mean(), (ours - theirs).std(ddof=1)), "ddof=1|root of 4"),
    ],
    "quarrel": [
        (without_sizes, "negative share"),
        (against_the_first, "without the first"),
        (with_itself, "two reasons"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
