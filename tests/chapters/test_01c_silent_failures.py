"""Chapter 01c: the loss and the deep network that the notebook teaches, and the checkers of its exercises."""

import math
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "01c_silent_failures"
# The same examples on every machine: a test that fails here fails everywhere.
steady = settings(derandomize=True, deadline=None)
STORY = definitions(
    CHAPTER, "sigmoid", "binary_cross_entropy", "new_network", "forward", "gradients", "SIGMOID", "RELU"
)


@steady
@given(
    logits=st.lists(st.floats(-700, 700), min_size=1, max_size=8),
    labels=st.lists(st.integers(0, 1), min_size=8, max_size=8),
)
def test_binary_cross_entropy_agrees_with_tensorflow(logits: list, labels: list) -> None:
    logits, labels = np.array(logits), np.array(labels[: len(logits)], dtype=float)
    expected = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels, logits))
    assert STORY["binary_cross_entropy"](logits, labels) == pytest.approx(float(expected), rel=1e-12, abs=1e-300)


def test_binary_cross_entropy_says_which_input_is_wrong_and_why() -> None:
    loss = STORY["binary_cross_entropy"]
    with pytest.raises(ValueError, match=r"logits \(4, 1\) and labels \(4,\) must have the same shape"):
        loss(np.zeros((4, 1)), np.zeros(4))
    with pytest.raises(ValueError, match=r"labels must be 0 or 1; found \[-1"):
        loss(np.zeros(2), np.array([-1.0, 1.0]))


@pytest.mark.parametrize(("name", "function", "variance"), [("SIGMOID", tf.sigmoid, 16), ("RELU", tf.nn.relu, 2)])
def test_the_deep_gradients_agree_with_gradient_tape(name: str, function: Any, variance: float) -> None:
    network = [array.astype("float64") for array in STORY["new_network"](variance, seed=0, centred=name == "SIGMOID")]
    generator = np.random.default_rng(1)
    X, labels = generator.uniform(size=(5, 784)), generator.integers(0, 10, size=5)
    variables = [tf.Variable(array) for array in network]
    with tf.GradientTape() as tape:
        H = X
        for W, b in zip(variables[:-2:2], variables[1:-2:2], strict=True):
            H = function(H @ W + b)
        logits = H @ variables[-2] + variables[-1]
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
    found = STORY["gradients"](X, labels, network, STORY[name])
    for ours, expected in zip(found, tape.gradient(loss, variables), strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-9, atol=1e-14)
    np.testing.assert_allclose(STORY["forward"](X, network, STORY[name][0])[1], logits, rtol=1e-12)


def test_a_centred_network_answers_one_half_with_a_first_push_of_0() -> None:
    network = STORY["new_network"](16, seed=0, centred=True)
    outputs, _ = STORY["forward"](np.zeros((1, 784)), network, STORY["SIGMOID"][0])
    assert all(np.allclose(H, 0.5, atol=1e-4) for H in outputs[1:])
    assert len(network) == 22 and network[0].std() == pytest.approx(4 / math.sqrt(784), rel=0.01)


# --- exercises ----------------------------------------------------------------------------------------------------


def entropy(counts: list, log: Any = np.log, weighted: bool = True, keep_zeros: bool = False) -> float:
    shares = np.array([count for count in counts if count > 0 or keep_zeros]) / sum(counts)
    with np.errstate(all="ignore"):
        return float(-np.sum((shares if weighted else 1 / len(shares)) * log(shares)))


def shifted_by_at_least_0(logits: np.ndarray) -> float:
    shift = max(logits.max(), 0)
    with np.errstate(divide="ignore"):
        return shift + np.log(np.sum(np.exp(logits - shift)))


def clipped(p: float, label: int, mirrored: bool = True, clip: bool = True) -> float:
    kept = np.clip(p, 1e-7, 1 - 1e-7) if clip else p
    with np.errstate(all="ignore"):
        return float(-np.log(kept if label == 1 or not mirrored else 1 - kept))


def until_flat(first: int = 1, chained: bool = True, never: int = 0, before: bool = False) -> Any:
    def layers_until_flat(inputs: np.ndarray, weights: list) -> int:
        H = inputs
        for number, W in enumerate(weights, start=first):
            Z = (H if chained else inputs) @ W
            H = 1 / (1 + np.exp(-Z))
            if (Z if before else H).std(axis=0).mean() < 0.001:
                return number
        return never

    return layers_until_flat


# For each exercise: plausible wrong answers, each with a part of the hint that it must get.
WRONG_ANSWERS = {
    "loss_of_counting": [
        (lambda counts: entropy(counts, log=np.log2), "natural logarithm"),
        (lambda counts: entropy(counts, weighted=False), "Weight each"),
        (lambda counts: math.log(len(counts)), "Weight each"),
        (lambda counts: entropy(counts, keep_zeros=True), "leave it out"),
        (lambda counts: -entropy(counts), "ln 2"),
    ],
    "log_sum_exp": [
        (lambda z: np.sum(np.log(np.exp(z))), "comes last"),
        (lambda z: np.log(np.sum(np.exp(z - np.max(z)))), "Add the maximum"),
        (lambda z: float(np.log(np.sum(np.exp(np.minimum(z, 700))))), "overflows"),
        (shifted_by_at_least_0, "not 0"),
    ],
    "clipped_loss": [
        (lambda p, label: (clipped(p, label, mirrored=False), False), "1 - p"),
        (lambda p, label: (clipped(p, label, clip=False), p in (0, 1)), "before the logarithm"),
        (lambda p, label: (clipped(p, label), False), "p = 1 was changed"),
        (lambda p, label: (clipped(p, label), True), "Nothing was changed"),
    ],
    "layers_until_flat": [
        (until_flat(first=0), "count from 1"),
        (until_flat(chained=False), "count from 1|the one before"),
        (until_flat(never=2), "return 0"),
        (until_flat(before=True), "after the activation|count from 1"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
