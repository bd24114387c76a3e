"""Chapter 16d: its targets and its thief's questions, what a file would run, and the checkers of its exercises."""

import keras
import numpy as np
import pytest

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "16d_teacher_and_thief"
STORY = definitions(
    CHAPTER,
    *("softened", "smoothed", "mean_of_class", "moved", "from_outside", "rounded", "drawn"),
    *("photographs", "outlines", "mixed"),
)
RANDOM = np.random.default_rng(0)
LOGITS = RANDOM.normal(0, 3, (60, 10))
LABELS = np.where(RANDOM.random(60) < 0.8, LOGITS.argmax(axis=1), np.arange(60) % 10)
STORY |= {"answers": LOGITS, "labels": LABELS, "one_hot": np.eye(10)[LABELS]}
STORY["pictures"] = RANDOM.integers(0, 256, (40_000, 28, 28, 1), dtype=np.uint8)


@pytest.mark.parametrize("temperature", [1.0, 4.0])
def test_probabilities_give_the_softened_answers_away(temperature):
    outside = STORY["from_outside"](STORY["softened"](LOGITS), temperature)
    np.testing.assert_allclose(outside, STORY["softened"](LOGITS, temperature), atol=1e-12)


def test_smoothed_labels_are_as_soft_as_the_answers_and_say_nothing_else():
    own = np.arange(60)
    targets, soft = STORY["smoothed"](own), STORY["softened"](LOGITS, 4)
    np.testing.assert_allclose(targets.sum(axis=1), 1)
    assert targets[own, LABELS].mean() == pytest.approx(soft[own, LABELS].mean())
    assert len(np.unique(targets.round(12))) == 2


def test_the_mean_answer_of_a_class_is_the_same_for_all_its_pictures():
    targets = STORY["mean_of_class"](np.arange(60))
    np.testing.assert_allclose(targets.sum(axis=1), 1)
    assert len(np.unique(targets.round(12), axis=0)) == len(np.unique(LABELS))
    first = STORY["softened"](LOGITS, 4)[LABELS[0] == LABELS].mean(axis=0)
    np.testing.assert_allclose(targets[0], first)


def test_shifted_copies_keep_the_order_of_their_pictures():
    own = np.array([3, 7])
    images = STORY["moved"](own)
    assert images.shape == (16, 28, 28, 1)
    np.testing.assert_array_equal(images.sum(axis=(1, 2, 3)), np.tile(STORY["pictures"][own].sum(axis=(1, 2, 3)), 8))


def test_two_digits_hide_the_small_parts_but_not_the_largest():
    sold = STORY["rounded"](np.array([[0.996, 0.004, 0.0], [0.5, 0.3, 0.2]]))
    np.testing.assert_allclose(sold, [[1.0, 0.005, 0.005], [0.5, 0.3, 0.2]])


def test_students_draw_pictures_that_the_teacher_never_saw_and_with_more_the_same_first():
    few, many = STORY["drawn"](1, 100), STORY["drawn"](1, 500)
    assert many.min() >= 20_000 and many.max() < 40_000 and len(set(many)) == 500
    np.testing.assert_array_equal(few, many[:100])


@pytest.mark.parametrize("name", ["photographs", "outlines", "mixed"])
def test_the_questions_of_the_thief_are_pictures_that_the_service_takes(name):
    images = STORY[name](0)
    assert images.shape == (2500, 28, 28, 1) and images.dtype == np.uint8
    if name == "outlines":
        assert set(np.unique(images)) == {0, 255} and 0.1 < (images > 0).mean() < 0.2


def test_what_the_chapter_refuses_to_load_would_have_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    # Harmless: our own function, in a temporary folder. Of a loaded one only the names that Python has built in are
    # known.
    spy = keras.layers.Lambda(lambda inputs: (open("word.txt", "w").write("here"), inputs)[1])  # noqa: PTH123, SIM115
    keras.Sequential([keras.Input((4,)), spy, keras.layers.Dense(2)]).save("gift.keras")
    word = tmp_path / "word.txt"
    word.unlink()  # building the model wrote it
    with pytest.raises(ValueError, match="safe_mode"):
        keras.saving.load_model("gift.keras")
    assert not word.exists()
    keras.saving.load_model("gift.keras", safe_mode=False)(np.ones((1, 4)))
    assert word.read_text() == "here"


def _soft(logits, temperature):
    return STORY["softened"](np.asarray(logits), temperature)


WRONG_ANSWERS = {
    "soft_answer": [
        (lambda logits, temperature: _soft(logits, 1.0), "not the exponentials"),
        (lambda logits, temperature: np.exp(logits) / temperature, "plain softmax"),
        (lambda logits, temperature: _soft(logits * temperature, 1.0), "not the exponentials"),
        (lambda logits, temperature: np.exp(logits / temperature) / np.exp(logits / temperature).sum(), "largest"),
    ],
    "soft_gradient": [
        (lambda z, v, temperature: temperature * (_soft(v, temperature) - _soft(z, temperature)), "pushed down"),
        (lambda z, v, temperature: (_soft(z, temperature) - _soft(v, temperature)) / temperature, "T² times"),
        (lambda z, v, temperature: temperature**2 * (_soft(z, temperature) - _soft(v, temperature)), "T² times"),
        (lambda z, v, temperature: temperature * (_soft(z, 1.0) - _soft(v, 1.0)), "Soften both"),
        (lambda z, v, temperature: temperature * _soft(z, temperature), "p - q"),
    ],
    "queries_needed": [
        (lambda queries, agreement, wanted: float(np.interp(wanted, agreement, queries)), "logarithmic"),
        (
            lambda queries, agreement, wanted: float(np.exp(np.interp(wanted, agreement, np.log(queries)))),
            "nobody measured beyond",
        ),
        (lambda queries, agreement, wanted: float(np.interp(wanted, agreement, np.log(queries))), "Half of the way"),
        (lambda queries, agreement, wanted: float(queries[int(np.searchsorted(agreement, wanted))]), "Half of the way"),
    ],
    "agreement_and_error": [
        (lambda copy, original: np.mean(copy == original), "n is 4"),
        (lambda copy, original: (np.mean(copy == original), np.std(copy == original)), "n is 4"),
        (
            lambda copy, original: (np.mean(copy == original), np.std(copy == original) / len(copy)),
            "n is 4",
        ),
    ],
    "bare_labels": [
        (lambda probabilities, digits: np.mean(np.max(probabilities, axis=1) > 0.99), "To one digit"),
        (lambda probabilities, digits: np.mean(np.round(probabilities, digits) == 1), "0.996 becomes"),
        (lambda probabilities, digits: np.mean(np.round(np.max(probabilities, axis=1)) == 1), "0.98 does not"),
        (
            lambda probabilities, digits: np.mean((np.round(probabilities, digits) > 0).sum(axis=1) == 1),
            "the largest is 0.99",
        ),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
