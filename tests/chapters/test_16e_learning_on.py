"""Chapter 16e: its streams, gates and memory, and the checkers of its exercises."""

import numpy as np
import pytest

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "16e_learning_on"


def test_a_stream_has_batches_and_replay_takes_its_share_of_each():
    names = definitions(CHAPTER, "stream", "mixed")
    examples = names["Examples"]
    new, old = (examples(np.full((50, 2), value), np.full(50, value)) for value in (1, 0))
    inputs, labels = names["mixed"](names["stream"](new, 7, 0, each=9), names["stream"](old, 7, 0, each=1))
    assert inputs.shape == (7, 10, 2)
    assert labels.sum(axis=1).tolist() == [9] * 7


def test_the_worlds_keep_labels_and_ink():
    names = definitions(CHAPTER, "turned", "inverted")
    pictures = np.random.default_rng(0).integers(0, 256, (3, 14, 14, 1)).astype("float32")
    given = names["Examples"](pictures, np.arange(3))
    for world in ("turned", "inverted"):
        seen = names[world](given)
        assert seen.labels is given.labels
        assert not np.array_equal(seen.inputs, pictures)
    assert names["turned"](given).inputs.sum() == pytest.approx(pictures.sum())
    assert np.array_equal(names["inverted"](names["inverted"](given)).inputs, pictures)


def test_averaged_weights_lie_between():
    averaged = definitions(CHAPTER, "averaged")["averaged"]
    old, new = [np.zeros(3), np.ones((2, 2))], [np.ones(3), np.full((2, 2), 5.0)]
    first, second = averaged(old, new, 0.25)
    assert first.tolist() == [0.25] * 3
    assert second.tolist() == [[2.0, 2.0]] * 2


def test_poison_replaces_as_many_as_it_says_and_no_label_of_it_is_right():
    names = definitions(CHAPTER, "marked", "poisoned")
    truth = np.random.default_rng(0).integers(0, 10, 2000)
    names["spare"] = names["Examples"](np.zeros((2000, 14, 14, 1)), truth)
    names["honest"] = names["Examples"](np.ones((1000, 14, 14, 1)), np.zeros(1000, int))
    for attack, sources in {
        "random labels": truth,
        "4 as 9": truth[truth == 4],
        "back door": truth[truth != 7],
    }.items():
        pictures, labels = names["poisoned"](attack, 100)
        assert len(pictures) == len(labels) == 1000
        assert np.all(labels[:100] != sources[:100])
        assert np.all(pictures[100:] == 1)
        assert pictures[:100].sum() == (100 * 9 * 255 if attack == "back door" else 0)


def test_errors_are_paired_and_nothing_lost_is_no_error():
    errors_worse = definitions(CHAPTER, "errors_worse")["errors_worse"]
    right = np.random.default_rng(0).random(400) < 0.9
    assert errors_worse(right, right) == 0
    worse = right & (np.arange(400) >= 20)
    lead = right.astype(float) - worse
    assert errors_worse(right, worse) == pytest.approx(lead.mean() / (lead.std(ddof=1) / 20))
    assert errors_worse(worse, right) < 0


def test_a_reservoir_keeps_different_items_and_all_of_a_short_stream():
    reservoir = definitions(CHAPTER, "reservoir")["reservoir"]
    random = np.random.default_rng(0)
    assert reservoir(5, 5, random) == [0, 1, 2, 3, 4]
    assert len(set(reservoir(500, 50, random))) == 50


def unpaired(before, after, errors):
    spread = np.sqrt((np.var(before, ddof=1) + np.var(after, ddof=1)) / len(before))
    return bool(np.mean(before) - np.mean(after) <= errors * spread)


def first_at_or_above(doses, hits, level):
    return next((dose for dose, hit in zip(doses, hits, strict=True) if hit >= level), np.inf)


def from_the_end(doses, hits, level):
    for place in range(len(doses) - 1, 0, -1):
        if hits[place] >= level > hits[place - 1]:
            share = (level - hits[place - 1]) / (hits[place] - hits[place - 1])
            return doses[place - 1] * (doses[place] / doses[place - 1]) ** share
    return doses[0] if hits[0] >= level else np.inf


WRONG_ANSWERS = {
    "old_left": [
        (lambda size, old, new: (size - new, size * old / (old + new)), "with chance"),
        (lambda size, old, new: (max(size - new, 0), size * new / (old + new)), "with chance"),
        (lambda size, old, new: (max(size - new, 0), min(size, old)), "with chance"),
        (lambda size, old, new: (size * old / (old + new), max(size - new, 0)), "with chance"),
        (lambda size, old, new: (0, size * old / (old + new)), "leave 600"),
    ],
    "between": [
        (lambda old, new, share: [share * a + (1 - share) * b for a, b in zip(old, new, strict=True)], "3/4 old"),
        (lambda old, new, share: [(a + b) / 2 for a, b in zip(old, new, strict=True)], "3/4 old"),
        (lambda old, new, share: [a + share * b for a, b in zip(old, new, strict=True)], "3/4 old"),
    ],
    "may_go": [
        (unpaired, "Paired"),
        (lambda before, after, errors: bool(np.mean(after) >= np.mean(before)), "below 2"),
        (lambda before, after, errors: True, "Paired"),
        (lambda before, after, errors: bool(np.mean(before - after) <= errors * np.std(before - after)), "Paired"),
    ],
    "enough": [
        (lambda doses, hits, level: np.interp(level, hits, doses), "in logarithms"),
        (first_at_or_above, "in logarithms"),
        (from_the_end, "first crossing"),
        (lambda doses, hits, level: 10 ** np.interp(level, hits, np.log10(doses)), "Never reached"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
