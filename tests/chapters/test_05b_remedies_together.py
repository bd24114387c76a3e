"""Chapter 05b: the functions that it defines, and the checkers of its exercises."""

from functools import partial

import numpy as np
import pytest

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "05b_remedies_together"


@pytest.fixture(scope="module")
def calibration():
    return definitions(CHAPTER, "edges", "reliability", "calibration_error", "softened", "loss_of", "best_temperature")


def test_calibration_error_weighs_bins_by_their_counts(calibration):
    answers = np.array([[0.9, 0.1]] * 3 + [[0.55, 0.45]])
    labels = np.array([0, 0, 1, 0])
    expected = 3 / 4 * abs(2 / 3 - 0.9) + 1 / 4 * abs(1 - 0.55)
    assert calibration["calibration_error"](answers, labels) == pytest.approx(expected)
    counts, rights, confidences = calibration["reliability"](np.array([[1.0, 0.0]]), np.array([0]))
    assert counts[9] == 1 and rights[9] == confidences[9] == 1


def test_best_temperature_finds_the_one_that_was_used(calibration):
    random = np.random.default_rng(0)
    logits = 2 * random.normal(size=(20_000, 4))
    labels = (logits + random.gumbel(size=logits.shape)).argmax(axis=1)
    assert calibration["best_temperature"](3 * logits, labels) == pytest.approx(3, rel=0.05)


def test_draws_of_training_pictures_share_none():
    names = definitions(CHAPTER, "splits", "draw")
    first, second = names["draw"](0), names["draw"](1)
    assert np.array_equal(np.bincount(first.labels), [100] * 10)
    assert not {picture.tobytes() for picture in first.inputs} & {picture.tobytes() for picture in second.inputs}


def test_a_run_after_another_one_is_the_run_alone():
    training = ("one_hot", "compiled", "logits_of", "train", "plain_network", "augmented_network")
    names = definitions(CHAPTER, "splits", "draw", *training)
    few, names["pictures"] = names["draw"](0, count=10), {"new": names["draw"](3, count=10)}
    with_dice = partial(names["augmented_network"], filters=(4, 4, 4), normalise=True, dropout=0.5)
    second = names["train"](with_dice, [(0, few), (1, few)], steps=50)[1]
    alone = names["train"](with_dice, [(1, few)], steps=50)[0]
    np.testing.assert_allclose(second["new"], alone["new"], atol=1e-4)


def test_variance_components_find_what_was_put_in():
    random = np.random.default_rng(0)
    components = definitions(CHAPTER, "variance_components")["variance_components"]
    found = []
    for _ in range(3000):
        draws, seeds = random.normal(0, 2, (4, 1)), random.normal(0, 1, (1, 3))
        found.append(list(components(draws + seeds + random.normal(0, 3, (4, 3))).values()))
    np.testing.assert_allclose(np.mean(found, axis=0), [4, 1, 9], atol=0.3)


def test_luck_of_the_run_is_not_counted_as_an_effect_of_the_draw():
    random = np.random.default_rng(0)
    components = definitions(CHAPTER, "variance_components")["variance_components"]
    found = [components(random.normal(0, 1.3, (4, 3)))["draw"] for _ in range(3000)]
    assert np.mean(found) == pytest.approx(0, abs=0.1)


def softmax_without_shift(logits, temperature):
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(logits / temperature)
        return powers / powers.sum(axis=1, keepdims=True)


def differences(seeds, spread):
    first, second = np.random.default_rng(1).normal(40, spread, size=(2, 20_000, seeds)).mean(axis=2)
    return second - first


# For each exercise: plausible wrong answers, each with a part of the hint that it must get.
WRONG_ANSWERS = {
    "pictures_needed": [
        (lambda accuracy, error: accuracy * (1 - accuracy) / error, "error²"),
        (lambda accuracy, error: round(accuracy / error**2 / 2), "not p alone"),
        (lambda accuracy, error: int(round(accuracy * (1 - accuracy) / error**2, 6)), "Round up"),
    ],
    "with_temperature": [
        (lambda logits, temperature: softmax_without_shift(logits, 1 / temperature), "do not multiply"),
        (softmax_without_shift, "largest logit first"),
        (lambda logits, temperature: logits / temperature, "this is softmax"),
        (
            lambda logits, temperature: (
                np.exp(logits / temperature - np.max(logits / temperature))
                / np.exp(logits / temperature - np.max(logits / temperature)).sum()
            ),
            "normalise each row",
        ),
    ],
    "ensemble_answers": [
        (lambda members: np.mean(members, axis=0), "one class for each picture"),
        (lambda members: np.round(members.argmax(axis=2).mean(axis=0)), "A vote would say"),
        (lambda members: members[0].argmax(axis=1), "A vote would say"),
        (lambda members: np.mean(members, axis=1).argmax(axis=1), "for each picture|first axis|A vote"),
    ],
    "false_gains": [
        (lambda seeds, spread, gain: np.mean(np.abs(differences(seeds, spread)) >= gain), "in half of the rounds"),
        (lambda seeds, spread, gain: np.mean(differences(seeds, spread) >= gain / 2), "the difference of the two"),
        (lambda seeds, spread, gain: np.mean(differences(1, spread) >= gain), "the mean over the seeds"),
        (
            lambda seeds, spread, gain: np.mean(differences(seeds, spread**0.5) >= gain),
            "difference|not as the variance",
        ),
        (lambda seeds, spread, gain: np.mean(differences(seeds, 1.5) >= gain), "not as the variance"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
