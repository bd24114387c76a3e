"""Chapter 01b: the layers that the notebook teaches, and the checkers of its exercises.

The layers live in the notebook; the tests take them from the stored cells.
"""

import math
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "01b_networks_by_hand"
# The same examples on every machine: a test that fails here fails everywhere.
steady = settings(derandomize=True, deadline=None)
NETWORK = definitions(
    CHAPTER, *("sigmoid", "ACTIVATIONS", "forward", "backward", "check_shapes", "random_parameters"),
    *("squared_error", "softmax_cross_entropy", "loss_and_gradients", "numerical_gradient", "tape_gradients"),
    "relative_error",
)  # fmt: skip


# --- layers -------------------------------------------------------------------------------------------------------


@st.composite
def networks(draw: st.DrawFn) -> tuple:
    """A network of random widths, a batch and both kinds of targets."""
    widths = draw(st.lists(st.integers(1, 6), min_size=4, max_size=4))
    samples = draw(st.integers(1, 6))
    generator = np.random.default_rng(draw(st.integers(0, 10_000)))
    parameters = NETWORK["random_parameters"](widths, generator)
    parameters[1::2] = [generator.normal(size=b.shape) for b in parameters[1::2]]
    X = generator.normal(size=(samples, widths[0]))
    Y = generator.normal(size=(samples, widths[-1]))
    labels = generator.integers(0, widths[-1], size=samples)
    return X, parameters, draw(st.sampled_from((Y, labels))), draw(st.sampled_from(("tanh", "sigmoid", "relu")))


@settings(steady, max_examples=200)
@given(network=networks())
def test_layer_gradients_agree_with_gradient_tape_on_random_shapes(network: tuple) -> None:
    X, parameters, targets, name = network
    gradients = NETWORK["loss_and_gradients"](X, targets, parameters, name)[1]
    expected = NETWORK["tape_gradients"](X, targets, parameters, name)
    largest = max(np.abs(array).max() for array in expected)
    for array, ours, tape in zip((X, *parameters), gradients, expected, strict=True):
        assert ours.shape == tape.shape == array.shape
        np.testing.assert_allclose(ours, tape, rtol=1e-10, atol=1e-13 * max(1.0, largest))


@settings(steady, max_examples=30)
@given(network=networks())
def test_layer_gradients_agree_with_central_differences(network: tuple) -> None:
    X, parameters, targets, name = network
    if name == "relu":
        Z1, _, Z2, _, Z3 = NETWORK["forward"](X, parameters, NETWORK["ACTIVATIONS"]["relu"][0])
        assume(min(np.abs(Z).min() for Z in (Z1, Z2, Z3)) > 1e-2)
    loss_and_gradients = NETWORK["loss_and_gradients"]
    gradients = loss_and_gradients(X, targets, parameters, name)[1]
    for array, ours in zip((X, *parameters), gradients, strict=True):
        numerical = NETWORK["numerical_gradient"](lambda: loss_and_gradients(X, targets, parameters, name)[0], array)
        np.testing.assert_allclose(ours, numerical, rtol=1e-6, atol=1e-8)


def test_keras_divides_the_squared_error_by_the_number_of_outputs() -> None:
    generator = np.random.default_rng(0)
    Z3, Y = generator.normal(size=(7, 5)), generator.normal(size=(7, 5))
    loss, _ = NETWORK["squared_error"](Z3, Y, *NETWORK["ACTIVATIONS"]["tanh"])
    keras_loss = float(keras.losses.MeanSquaredError(dtype="float64")(Y, np.tanh(Z3)))
    assert loss == pytest.approx(5 * keras_loss, rel=1e-13)


@pytest.mark.parametrize("num_classes", [2, 10, 1000])
def test_equal_logits_cost_ln_k(num_classes: int) -> None:
    loss, d3 = NETWORK["softmax_cross_entropy"](np.zeros((4, num_classes)), np.arange(4) % num_classes)
    assert loss == pytest.approx(math.log(num_classes))
    assert np.allclose(d3.sum(axis=1), 0)


def test_relative_error_is_0_for_equal_1_for_opposite_and_0_for_two_zeros() -> None:
    relative_error = NETWORK["relative_error"]
    array = np.array([1.0, -2.0])
    assert [relative_error(array, array), relative_error(array, -array), relative_error(0 * array, 0 * array)] == [
        0,
        1,
        0,
    ]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"X": np.zeros((2, 3))}, "W1 has 4 rows, but its input has 3 columns"),
        ({2: np.zeros((6, 5))}, "W2 has 6 rows, but its input has 5 columns"),
        ({3: np.zeros((5, 1))}, r"b2 has shape \(5, 1\), but W2 needs \(5,\)"),
        ({"targets": np.zeros((2, 2))}, r"targets have shape \(2, 2\), the outputs \(2, 3\)"),
        ({"targets": np.array([0, 3])}, "labels run from 0 to 3; with 3 classes they must be 0 to 2"),
        ({"targets": np.array([-1, 0])}, "labels run from -1 to 0"),
        ({"targets": np.array([0])}, r"labels are int64 of shape \(1,\)"),
        ({"targets": np.array([0.0, 1.0])}, "labels are float64"),
    ],
)
def test_the_network_says_which_input_is_wrong_and_why(change: dict, says: str) -> None:
    parameters = NETWORK["random_parameters"]([4, 5, 5, 3], np.random.default_rng(0))
    for key, value in change.items():
        if isinstance(key, int):
            parameters[key] = value
    X, targets = change.get("X", np.zeros((2, 4))), change.get("targets", np.array([0, 1]))
    with pytest.raises(ValueError, match=says):
        NETWORK["loss_and_gradients"](X, targets, parameters, "tanh")


# --- exercises ----------------------------------------------------------------------------------------------------


def softmax_over(axis: int, shifted: bool = True, mean: bool = True, subtract: bool = True) -> Any:
    def softmax_gradient(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            powers = np.exp(logits - logits.max(axis=1, keepdims=True) * shifted)
            P = powers / powers.sum(axis=axis, keepdims=True)
        P[np.arange(len(labels)), labels] -= subtract
        return P / (len(labels) if mean else 1)

    return softmax_gradient


def l2_with(two: float = 2, decay: float = 1, bias: float = 1, mean: bool = True) -> Any:
    def l2_backward(X: Any, Y: Any, W: Any, b: Any, weight_decay: float) -> Any:
        d = two / (len(X) if mean else 1) * (X @ W + bias * b - Y)
        return X.T @ d + decay * weight_decay * W

    return l2_backward


def repaired_with(slope: Any, over_samples: Any, scale: float = 2) -> Any:
    def repaired_backward(X: Any, H1: Any, W2: Any, Yhat: Any, Y: Any) -> Any:
        d2 = scale / len(X) * (Yhat - Y)
        d1 = (d2 @ W2.T) * slope(H1)
        return X.T @ d1, over_samples(d1, axis=0), H1.T @ d2

    return repaired_backward


# For each exercise: plausible wrong answers, each with a part of the hint that it must get.
WRONG_ANSWERS = {
    "leaky_relu_backward": [
        (lambda dH, Z, a: dH * (Z > 0), "1 or a"),
        (lambda dH, Z, a: np.where(Z > 0, Z, a * Z), "1 or a"),
        (lambda dH, Z, a: dH * np.where(dH > 0, 1, a), "1 or a"),
        (lambda dH, Z, a: dH @ np.where(Z > 0, 1, a), "1 or a"),
        (lambda dH, Z, a: np.abs(dH) * np.where(Z > 0, 1, a), "unchanged"),
    ],
    "softmax_gradient": [
        (softmax_over(axis=1, subtract=False), "label's column"),
        (softmax_over(axis=0), "P = 1/K"),
        (softmax_over(axis=1, mean=False), "divides by N"),
        (softmax_over(axis=1, shifted=False), "overflows"),
    ],
    "l2_backward": [
        (l2_with(two=1), "Is the 2 there"),
        (l2_with(mean=False), "1/N"),
        (l2_with(decay=2), "no factor 2"),
        (l2_with(decay=0), "lambda W"),
        (l2_with(bias=0), "Is b in the residual"),
    ],
    "repaired_backward": [
        (repaired_with(lambda H: 1 - H, np.mean), "slope of tanh"),
        (repaired_with(lambda H: 1 - H**2, np.mean), "adds over samples"),
        (repaired_with(lambda H: 1 - np.tanh(H) ** 2, np.sum), "slope of tanh"),
        (repaired_with(lambda H: 1 - H**2, np.sum, scale=1), "leave it"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
