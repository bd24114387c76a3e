"""Chapter 09: BERT by hand, its way to hide words, its shuffles, and the checkers of its exercises."""

import numpy as np
import pytest

from course_lib.models.minilm import stored_weights
from exercises import exercise_tests
from story_code import definitions

CHAPTER = "09_bert"


def test_words_are_hidden_as_bert_does():
    words = np.full(200_000, 7)
    shown, asked = definitions(CHAPTER, "hide")["hide"](words, np.random.default_rng(3))
    assert asked.mean() == pytest.approx(0.15, abs=0.005)
    assert (shown[~asked] == 7).all()
    assert np.mean(shown[asked] == 1) == pytest.approx(0.8, abs=0.01)
    assert np.mean(shown[asked] == 7) == pytest.approx(0.1, abs=0.01)
    assert shown[asked & (shown > 1)].max() < 4000


def test_a_layer_by_hand_ends_in_a_norm_and_treats_pieces_alike():
    names = definitions(CHAPTER, "dense", "normed", "layer_by_hand")
    names["dense"].__globals__["weights"] = stored_weights()
    vectors = np.random.default_rng(0).normal(size=(5, 384))
    out, order = names["layer_by_hand"](vectors, "layer_1"), np.array([4, 2, 0, 1, 3])
    np.testing.assert_allclose(names["layer_by_hand"](vectors[order], "layer_1"), out[order], atol=1e-6)
    weights = stored_weights()
    plain = (out - weights["layer_1/output_norm/beta"]) / weights["layer_1/output_norm/gamma"]
    np.testing.assert_allclose([plain.mean(axis=1), plain.std(axis=1)], [[0] * 5, [1] * 5], atol=1e-4)


def test_shuffling_keeps_the_words_and_chunks_keep_their_order():
    shuffle = definitions(CHAPTER, "shuffle")["shuffle"]
    sentence, random = "a b c d e f g", np.random.default_rng(0)
    assert sorted(shuffle(sentence, random).split()) == sentence.split()
    assert {shuffle(sentence, random, together=4) for _ in range(20)} == {sentence, "e f g a b c d"}


def test_the_mean_leaves_padding_out():
    states = np.array([[[1.0], [3.0], [99.0]]])
    mean = definitions(CHAPTER, "mean_of_real")["mean_of_real"](states, np.array([[5, 6, 0]]))
    np.testing.assert_array_equal(mean, [[2.0]])


def without_signs(pieces):
    return [piece for piece in pieces if piece[0] != "["]


def mean(states, real):
    return (states * real).sum(axis=1) / real.sum(axis=1)


def of_length_one(vectors):
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


WRONG_ANSWERS = {
    "join_pieces": [
        (lambda pieces: without_signs(pieces), "A piece with ## continues"),
        (lambda pieces: ["".join(without_signs(pieces)).replace("##", "")], "Without ## a new word begins"),
        (lambda pieces: " ".join(pieces).replace(" ##", "").split(), "Leave out"),
    ],
    "bert_parameters": [
        (lambda vocabulary, positions, width, depth: (vocabulary + positions) * width, "the norm behind them"),
        (
            lambda vocabulary, positions, width, depth: (vocabulary + positions + 2) * width + depth * 12 * width**2,
            "13 width",
        ),
        (
            lambda vocabulary, positions, width, depth: (
                (vocabulary + positions + 2) * width + min(depth, 1) * (12 * width**2 + 13 * width)
            ),
            "weights of its own",
        ),
    ],
    "text_vectors": [
        (lambda states, numbers: mean(states, (numbers > 0)[..., None]), "its length must become 1"),
        (lambda states, numbers: of_length_one(states.mean(axis=1)), "leave it out"),
        (
            lambda states, numbers: (lambda m: m / np.linalg.norm(m))(mean(states, (numbers > 0)[..., None])),
            "its own length",
        ),
    ],
    "most_alike": [
        (lambda question, texts: 3, "The first text"),
        (lambda question, texts: 0, "from 0 on"),
        (
            lambda question, texts: int(
                np.argmax([len({*question.lower().split()} & {*text.lower().split()}) for text in texts])
            ),
            "no important word is shared",
        ),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
