"""Chapter 03b: its minimal pairs, its functions, and the checkers of its exercises."""

import csv
import re

import keras
import numpy as np
from keras import layers

from course_lib import data_files
from course_lib.datasets import load_arrays
from exercises import exercise_tests
from story_code import definitions

CHAPTER = "03b_film_reviews"


def test_minimal_pairs_differ_and_those_of_order_have_the_same_words():
    with (data_files.DATA_DIR / "minimal_pairs" / "minimal_pairs.csv").open(encoding="utf-8") as file:
        pairs = list(csv.DictReader(file))
    assert len(pairs) == 40 and len({pair["positive"] for pair in pairs}) == 40
    known = {sentence.casefold() for split in load_arrays("movie_snippets").values() for sentence in split.inputs}
    for pair in pairs:
        positive, negative = (re.findall(r"[\w']+", pair[key].lower()) for key in ("positive", "negative"))
        assert (sorted(positive) == sorted(negative)) == (pair["kind"] == "order"), pair
        assert positive != negative and pair["positive"].casefold() not in known


def test_words_stand_side_by_side_with_the_score_below():
    words, scores = [["good", "a", "film"], ["end"]], [[0.0, 0.5, 1.0], [0.5]]
    axes = definitions(CHAPTER, "coloured_words")["coloured_words"](words, scores, "t").axes[0]
    shown, below = axes.texts[::2], axes.texts[1::2]
    assert [text.get_text() for text in shown] == ["good", "a", "film", "end"]
    assert [text.get_text() for text in below] == ["0", "50", "100", "50"]
    assert [text.get_position() for text in shown] == [(2, 0), (7, 0), (12, 0), (2, 1.4)]
    red, white, blue = (text.get_bbox_patch().get_facecolor()[:3] for text in shown[:3])
    assert red[0] > 2 * red[2] and min(white) > 0.9 and blue[2] > 2 * blue[0]


def test_probabilities_of_any_text_add_up_to_one():
    vectorizer = layers.TextVectorization(output_sequence_length=6)
    vectorizer.adapt(["a fine film", "a dull film"])
    texts = keras.Input((), dtype="string")
    ids = layers.Embedding(vectorizer.vocabulary_size(), 2)(vectorizer(texts))
    model = keras.Model(texts, layers.Dense(2)(layers.Flatten()(ids)))
    answers = definitions(CHAPTER, "class_probabilities")["class_probabilities"]
    odd = ["", "zyx wvu", "电影很好", "a fine film " * 3333]
    np.testing.assert_allclose(answers(model, odd).sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_array_equal(answers(model, np.array(["a FINE film"])), answers(model, ["a fine film!"]))


def linear_scores(vocabulary_size, loss="mse", units=1, rate=0.01):
    words = keras.layers.Embedding(vocabulary_size, 8)
    model = keras.Sequential([keras.Input((40,)), words, keras.layers.Flatten(), keras.layers.Dense(units)])
    if loss:
        model.compile(keras.optimizers.SGD(rate), loss)
    return model


# For each exercise: plausible wrong answers, each with a part of the hint that it must get.
WRONG_ANSWERS = {
    "word_pairs": [
        (lambda sentence: sentence.lower().split(), "pair with the one after"),
        (lambda sentence: list(zip(sentence.split()[:-1], sentence.split()[1:], strict=True)), "Lower the case"),
        (lambda sentence: list(zip(*[iter(sentence.lower().split())] * 2, strict=False)), "pair with the one after"),
    ],
    "masked_mean": [
        (lambda vectors, mask: vectors.mean(axis=1), "not of steps"),
        (lambda vectors, mask: (vectors * mask[..., None]).sum(axis=1) / mask.sum(), "number of words"),
        (
            lambda vectors, mask: (
                (vectors * mask[..., None]).sum(axis=1) / (mask.sum(axis=1, keepdims=True) + 1e-12)
                + (~mask.any(axis=1, keepdims=True))
            ),
            "return zeros",
        ),
    ],
    "paired_error": [
        (lambda b, c, n: np.sqrt(b + c), "sqrt(b + c) / n"),
        (lambda b, c, n: np.sqrt(b + c) / n, "inside the root"),
        (lambda b, c, n: np.sqrt(n / 4) / n, "sqrt(b + c) / n"),
    ],
    "score_network": [
        (lambda size: linear_scores(size, units=2), "Dense(1)"),
        (lambda size: linear_scores(size, loss=None), "Compile it"),
        (lambda size: linear_scores(size, rate=1e-9), "learning rate"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
