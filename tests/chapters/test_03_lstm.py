"""Chapter 03: the cells taught by hand against those of Keras, and the checkers of the exercises."""

import keras
import numpy as np
import pytest

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "03_lstm"
taught = definitions(
    CHAPTER,
    *("rnn_step", "sigmoid", "lstm_step", "lstm", "gate_biases", "lstm_layer", "recall_task", "read_with"),
    *("count_letters", "table_probability"),
)


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
    layer = taught["lstm_layer"](forget_bias=5.0)
    layer.build((None, 3, 4))
    np.testing.assert_array_equal(layer.get_weights()[2], np.repeat([0.0, 5.0, 0.0, 0.0], 32))
    np.testing.assert_array_equal(taught["gate_biases"](5.0, units=2), [0, 0, 5, 5, 0, 0, 0, 0])


def test_reading_by_hand_gives_the_networks_logits_and_gates_no_wider_than_the_cap():
    keras.utils.set_random_seed(0)
    network = keras.Sequential([keras.Input((None, 4)), taught["lstm_layer"](forget_bias=1.0), keras.layers.Dense(4)])
    sequences, _ = taught["recall_task"](count=3, steps=5, seed=0)
    weights = network.get_weights()
    gates, logits = taught["read_with"](weights, sequences)
    np.testing.assert_allclose(logits, network(sequences), atol=1e-5)
    assert gates.shape == (5, 3, 32)
    first = 1 / (1 + np.exp(-(sequences[:, 0] @ weights[0] + weights[2])))
    np.testing.assert_allclose(gates[0], first[:, 32:64], rtol=1e-5)
    capped, others = taught["read_with"](weights, sequences, cap=0.7)
    assert capped.max() == 0.7
    assert np.abs(others - logits).max() > 1e-3
    without = [array.copy() for array in weights]
    without[1][:, 64:96] = 0  # what the candidate takes from the state
    np.testing.assert_allclose(
        taught["read_with"](weights, sequences, loop=0)[1], taught["read_with"](without, sequences)[1]
    )


def test_the_table_gives_probabilities_and_leans_on_shorter_contexts():
    table = taught["count_letters"](["abab", "ba"], longest=2)
    probability = taught["table_probability"]
    assert table["^"] == {"a": 1, "b": 1} and table["ab"] == {"a": 1, ".": 1} and "aba" not in table
    signs = [chr(code) for code in range(97, 123)] + ["^", "."]
    for context in ("", "a", "ab", "zz", "zb"):
        assert sum(probability(table, context, sign) for sign in signs) == pytest.approx(1)
    assert probability(table, "zb", "a") == probability(table, "b", "a")


def test_the_answer_of_the_memory_task_is_the_first_symbol():
    sequences, first = taught["recall_task"](count=50, steps=9, seed=1)
    assert sequences.shape == (50, 9, 4) and (sequences.sum(axis=2) == 1).all()
    np.testing.assert_array_equal(sequences[:, 0].argmax(axis=1), first)


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


# For each exercise: plausible wrong answers, each with a part of the hint that it must get.
WRONG_ANSWERS = {
    "lstm_parameters": [
        (lambda features, units: 4 * units * (features + units), "bias"),
        (lambda features, units: units * (features + units + 1), "four blocks"),
        (lambda features, units: 4 * units * (2 * features + 1), "four blocks|as many values as units"),
    ],
    "forget_bias_for": [
        (lambda steps, share: share ** (1 / steps), "half is kept with bias 0"),
        (lambda steps, share: np.log(share / steps / (1 - share / steps)), "not share / steps"),
        (lambda steps, share: -np.log(share ** (1 / steps) / (1 - share ** (1 / steps))), "Undo the sigmoid"),
    ],
    "gru_step": [
        (lambda *arguments: gru(*arguments, keep_with_z=False), "keeps h with z"),
        (lambda *arguments: gru(*arguments, order=(1, 0, 2)), "keeps h with z|order z, r"),
        (gru_with_first_form, "its bias included|keeps h with z"),
        (lambda x, h, kernel, recurrent_kernel, bias: np.tanh(x @ kernel), "keeps h with z"),
    ],
    "remembering_layer": [
        (lambda: keras.layers.SimpleRNN(16), "Return an LSTM"),
        (lambda: keras.layers.LSTM(32), "16 units"),
        (lambda: keras.layers.LSTM(16), "open the forget gate wider"),
        (lambda: keras.layers.LSTM(16, bias_initializer="ones"), "open the forget gate wider"),
        (
            lambda: keras.layers.LSTM(16, bias_initializer=keras.initializers.Constant(20.0), unit_forget_bias=False),
            "cannot forget",
        ),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
