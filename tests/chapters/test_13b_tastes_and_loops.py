"""Chapter 13b: its planted people, its loop, and the checkers of its exercises."""

import numpy as np
import pytest

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "13b_tastes_and_loops"


def test_people_click_on_pictures_of_their_mood():
    names = definitions(CHAPTER, "CLICKS", "people")
    labels = np.random.default_rng(0).integers(10, size=300)
    clicks, moods = names["people"](count=2000, labels=labels, seed=1)
    assert clicks.shape == moods.shape == (2000, names["CLICKS"])
    assert np.array_equal(labels[clicks], moods)
    assert set(clicks.ravel()) == set(range(300))
    assert 0.8 < np.mean(moods[:, 1:] == moods[:, :-1]) < 0.84


@pytest.mark.parametrize(("shown", "number"), [([[0, 1], [2, 3]], 4), ([[5, 5, 5]], 1), ([[0, 0, 0, 1]], 4 / 3**0.75)])
def test_effective_number(shown, number):
    effective_number = definitions(CHAPTER, "effective_number")["effective_number"]
    assert effective_number(np.array(shown)) == pytest.approx(number)


def test_logged_chances_are_those_with_which_items_are_shown():
    logged = definitions(CHAPTER, "click_chances", "ease", "logged")["logged"]
    _, chance_shown, _ = logged(seed=0, explore=0.2)
    random, favourite = 0.2 / 200, 0.2 / 200 + 0.8
    assert np.all(np.isclose(chance_shown, random) | np.isclose(chance_shown, favourite))
    assert 0.75 < np.isclose(chance_shown, favourite).mean() < 0.85


def shares(counts):
    return np.asarray(counts) / np.sum(counts)


def commonest(groups, labels):
    return [np.bincount(labels[groups == group]).max() for group in np.unique(groups)]


def cross_entropy(scores):
    return np.mean(np.log(np.exp(scores).sum(axis=1)) - np.diag(scores))


WRONG_ANSWERS = {
    "effective_items": [
        (lambda counts: np.count_nonzero(counts), "not shares yet"),
        (lambda counts: np.exp(-np.nansum(np.log(np.where(counts, shares(counts), 1)))), "four"),
        (lambda counts: 1 / (shares(counts) ** 2).sum(), "not shares yet"),
    ],
    "purity_of": [
        (lambda groups, labels: np.mean(groups == labels), "names of groups"),
        (lambda groups, labels: np.mean(commonest(groups, labels) / np.unique_counts(groups).counts), "commonest"),
        (lambda groups, labels: max(commonest(groups, labels)) / len(labels), "names of groups"),
    ],
    "batch_loss": [
        (lambda people, items: cross_entropy(people @ items.T) / len(people), "one in four"),
        (lambda people, items: np.mean(-np.log(np.diag(np.exp(people @ items.T)))), "one in four"),
        (lambda people, items: cross_entropy(items @ people.T), "not items among people"),
    ],
    "value_of": [
        (lambda clicked, chance_shown, chance_new: np.mean(clicked), "new chance over the old"),
        (lambda clicked, chance_shown, chance_new: np.mean(clicked / chance_shown), "plain mean"),
        (
            lambda clicked, chance_shown, chance_new: (
                (clicked * chance_new / chance_shown).sum() / (chance_new / chance_shown).sum()
            ),
            "not by the weights",
        ),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
