"""Chapters 03 and 03b: the cells taught by hand against Keras, and the checkers of the exercises."""

import keras
import numpy as np
import pytest

from course_lib import data_files
from course_lib.datasets import load_arrays
from exercises import exercise_tests
from story_code import definitions

CELLS, REVIEWS = "03_lstm", "03b_film_reviews"
taught = definitions(CELLS, "rnn_step", "sigmoid", "lstm_step", "lstm", "lstm_layer", "recall_task")


@pytest.mark.parametrize(("batch", "steps", "features", "units"), [(1, 1, 1, 1), (3, 7, 2, 5), (8, 30, 6, 4)])
def test_the_lstm_by_hand_equals_that_of_keras(batch, steps, features, units):
    keras.utils.set_random_seed(0)
    layer = keras.layers.LSTM(units, bias_initializer=keras.initializers.RandomNormal())
    sequences = np.random.default_rng(0).normal(size=(batch, steps, features))
    expected = layer(sequences.astype("float32"))
    np.testing.assert_allclose(taught["lstm"](sequences, *layer.get_weights()), expected, atol=1e-5)


def test_the_recurrent_step_by_hand_equals_that_of_keras():
    layer = keras.layers.SimpleRNN(4, bias_initializer=keras.initializers.RandomNormal())
    x = np.random.default_rng(0).normal(size=(3, 1, 2))
    expected = layer(x.astype("float32"))
    np.testing.assert_allclose(taught["rnn_step"](x[:, 0], np.zeros((3, 4)), *layer.get_weights()), expected, atol=1e-5)


def test_the_gates_biases_stand_in_their_blocks():
    layer = taught["lstm_layer"](forget_bias=5.0, input_bias=-2.0)
    layer.build((None, 3, 4))
    expected = np.repeat([-2.0, 5.0, 0.0, 0.0], 32)
    np.testing.assert_array_equal(layer.get_weights()[2], expected)


def test_the_answer_of_the_memory_task_is_the_first_symbol():
    sequences, first = taught["recall_task"](count=50, steps=9, seed=1)
    assert sequences.shape == (50, 9, 4) and (sequences.sum(axis=2) == 1).all()
    np.testing.assert_array_equal(sequences[:, 0].argmax(axis=1), first)


def test_minimal_pairs_differ_and_those_of_order_have_the_same_words():
    import csv
    import re

    with (data_files.DATA_DIR / "minimal_pairs" / "minimal_pairs.csv").open(encoding="utf-8") as file:
        pairs = list(csv.DictReader(file))
    assert len(pairs) == 40 and len({pair["positive"] for pair in pairs}) == 40
    known = {sentence.casefold() for split in load_arrays("movie_snippets").values() for sentence in split.inputs}
    for pair in pairs:
        positive, negative = (re.findall(r"[\w']+", pair[key].lower()) for key in ("positive", "negative"))
        assert (sorted(positive) == sorted(negative)) == (pair["kind"] == "order"), pair
        assert positive != negative and pair["positive"].casefold() not in known


def gru_with_first_form(x, h, kernel, recurrent_kernel, bias):
    """The form before 2014's revision: the reset gate multiplies the state, before the matrix."""
    size = h.shape[1]
    gate = lambda z: 1 / (1 + np.exp(-z))  # noqa: E731
    p, q = x @ kernel + bias[0], h @ recurrent_kernel + bias[1]
    z, r = (gate(p[:, k * size : (k + 1) * size] + q[:, k * size : (k + 1) * size]) for k in (0, 1))
    candidate = np.tanh(p[:, 2 * size :] + (r * h) @ recurrent_kernel[:, 2 * size :] + bias[1, 2 * size :])
    return z * h + (1 - z) * candidate


def gru(x, h, kernel, recurrent_kernel, bias, order=(0, 1, 2), keep_with_z=True):
    gate = lambda z: 1 / (1 + np.exp(-z))  # noqa: E731
    p = np.split(x @ kernel + bias[0], 3, axis=-1)
    q = np.split(h @ recurrent_kernel + bias[1], 3, axis=-1)
    z, r, c = order
    update, candidate = gate(p[z] + q[z]), np.tanh(p[c] + gate(p[r] + q[r]) * q[c])
    return update * h + (1 - update) * candidate if keep_with_z else (1 - update) * h + update * candidate


def linear_scores(vocabulary_size, loss="mse", units=1, rate=0.01):
    words = keras.layers.Embedding(vocabulary_size, 8)
    model = keras.Sequential([keras.Input((40,)), words, keras.layers.Flatten(), keras.layers.Dense(units)])
    if loss:
        model.compile(keras.optimizers.SGD(rate), loss)
    return model


WRONG_ANSWERS = {
    (CELLS, "lstm_parameters"): [
        (lambda features, units: 4 * units * (features + units), "bias"),
        (lambda features, units: units * (features + units + 1), "four blocks"),
        (lambda features, units: 4 * units * (2 * features + 1), "four blocks|as many values as units"),
    ],
    (CELLS, "forget_bias_for"): [
        (lambda steps, share: share ** (1 / steps), "half is kept with bias 0"),
        (lambda steps, share: np.log(share / steps / (1 - share / steps)), "not share / steps"),
        (lambda steps, share: -np.log(share ** (1 / steps) / (1 - share ** (1 / steps))), "Undo the sigmoid"),
    ],
    (CELLS, "clip_by_norm"): [
        (lambda gradient, limit: np.clip(gradient, -limit, limit), "direction"),
        (lambda gradient, limit: gradient / np.linalg.norm(gradient) * limit, "short gradient"),
        (
            lambda gradient, limit: gradient * min(1.0, limit / max(np.abs(gradient).max(), 1e-9)),
            "whole vector|new length",
        ),
    ],
    (CELLS, "gru_step"): [
        (lambda *arguments: gru(*arguments, keep_with_z=False), "keeps h with z"),
        (lambda *arguments: gru(*arguments, order=(1, 0, 2)), "keeps h with z|order z, r"),
        (gru_with_first_form, "its bias included|keeps h with z"),
        (lambda x, h, kernel, recurrent_kernel, bias: np.tanh(x @ kernel), "keeps h with z"),
    ],
    (REVIEWS, "word_pairs"): [
        (lambda sentence: sentence.lower().split(), "pair with the one after"),
        (lambda sentence: list(zip(sentence.split()[:-1], sentence.split()[1:], strict=True)), "Lower the case"),
        (lambda sentence: list(zip(*[iter(sentence.lower().split())] * 2, strict=False)), "pair with the one after"),
    ],
    (REVIEWS, "masked_mean"): [
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
    (REVIEWS, "paired_error"): [
        (lambda b, c, n: np.sqrt(b + c), "sqrt(b + c) / n"),
        (lambda b, c, n: np.sqrt(b + c) / n, "inside the root"),
        (lambda b, c, n: np.sqrt(n / 4) / n, "sqrt(b + c) / n"),
    ],
    (REVIEWS, "score_network"): [
        (lambda size: linear_scores(size, units=2), "Dense(1)"),
        (lambda size: linear_scores(size, loss=None), "Compile it"),
        (lambda size: linear_scores(size, rate=1e-9), "learning rate"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(WRONG_ANSWERS)
