"""Chapter 08: its invented languages, its circuit, and the checkers of its exercises."""

import numpy as np
import pytest

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "08_attention"
BY_HAND = definitions(CHAPTER, "softmax", "attention", "two_layers_by_hand")


def followed_last_time(text):
    """Return, for each place, the letter after the last earlier place of the same letter, or None."""
    earlier = [[place for place in range(end) if text[place] == text[end]] for end in range(len(text))]
    return [text[places[-1] + 1] if places else None for places in earlier]


def test_marked_letters_are_those_that_looking_back_foresees():
    texts, known = definitions(CHAPTER, "STEPS", "invent")["invent"](count=50, seed=3)
    assert texts.shape == known.shape == (50, 41) and 0.3 < known.mean() < 0.5
    for text, marks in zip(texts, known, strict=True):
        assert len(set(text)) <= 25
        foreseen = followed_last_time(text[:-1])
        assert all(foreseen[place - 1] == text[place] for place in np.flatnonzero(marks))


def test_circuit_by_hand_looks_back_but_for_the_first_letter():
    text = np.array([4, 1, 2, 3, 1, 2, 3, 1])
    assert BY_HAND["two_layers_by_hand"](text)[4:].tolist() == [2, 3, 1, 2]


@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 4)])
def test_attention_of_equal_scores_is_the_mean_of_what_may_be_seen(shape):
    values = np.random.default_rng(0).normal(size=shape)
    seen, weights = BY_HAND["attention"](np.zeros(shape), np.ones(shape), values, np.tri(3, dtype=bool))
    np.testing.assert_allclose(weights[..., 2, :], 1 / 3)
    np.testing.assert_allclose(seen[..., 1, :], values[..., :2, :].mean(axis=-2))


def exponentials(scores):
    return np.exp(np.asarray(scores, float))


WRONG_ANSWERS = {
    "combined_mask": [
        (lambda real: np.repeat(real[:, None], real.shape[1], axis=1), "Without padding it is the causal mask"),
        (lambda real: np.triu(np.ones((3, 3), bool)) & real[:, None], "Without padding it is the causal mask"),
        (lambda real: np.tri(real.shape[1], dtype=bool) & real[:, :, None], "Padding is forbidden as a key"),
    ],
    "attention_parameters": [
        (lambda width, heads, key_dim: 4 * width * heads * key_dim, "four biases"),
        (lambda width, heads, key_dim: 4 * width * (width + 1), "key_dim wide"),
        (lambda width, heads, key_dim: 4 * heads * key_dim * (width + 1), "last bias"),
    ],
    "keys_in_use": [
        (lambda scores: 1 / (exponentials(scores) / exponentials(scores).sum()) ** 2, "one number a row"),
        (lambda scores: np.full(len(scores), np.shape(scores)[-1]), "counts alone"),
        (
            lambda scores: exponentials(scores).sum(axis=-1) ** 2 / (exponentials(scores) ** 2).sum(axis=-1),
            "subtract the largest",
        ),
    ],
    "copier": [
        (lambda text: text[1:], "one letter for each place"),
        (lambda text: np.append(text[1:], 0), "The last answer is not the text shifted"),
        (BY_HAND["two_layers_by_hand"], "very first place"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
