"""Chapter 01b: the layers that the notebook teaches, and the checkers of its exercises.

The layers live in the notebook; the tests take them from the stored cells.
"""

import math
from typing import Any

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
    *("softmax_cross_entropy", "loss_and_gradients", "numerical_gradient", "tape_gradients"),
    "relative_error",
)  # fmt: skip


# --- layers -------------------------------------------------------------------------------------------------------


@st.composite
def networks(draw: st.DrawFn) -> tuple:
    """A network of random widths and a batch."""
    widths = draw(st.lists(st.integers(1, 6), min_size=4, max_size=4))
    samples = draw(st.integers(1, 6))
    generator = np.random.default_rng(draw(st.integers(0, 10_000)))
    parameters = NETWORK["random_parameters"](widths, generator)
    parameters[1::2] = [generator.normal(size=b.shape) for b in parameters[1::2]]
    X = generator.normal(size=(samples, widths[0]))
    labels = generator.integers(0, widths[-1], size=samples)
    return X, labels, parameters, draw(st.sampled_from(("tanh", "sigmoid", "relu")))


@settings(steady, max_examples=200)
@given(network=networks())
def test_layer_gradients_agree_with_gradient_tape_on_random_shapes(network: tuple) -> None:
    X, labels, parameters, name = network
    gradients = NETWORK["loss_and_gradients"](X, labels, parameters, name)[1]
    expected = NETWORK["tape_gradients"](X, labels, parameters, name)
    largest = max(np.abs(array).max() for array in expected)
    for array, ours, tape in zip((X, *parameters), gradients, expected, strict=True):
        assert ours.shape == tape.shape == array.shape
        np.testing.assert_allclose(ours, tape, rtol=1e-10, atol=1e-13 * max(1.0, largest))


@settings(steady, max_examples=30)
@given(network=networks())
def test_layer_gradients_agree_with_central_differences(network: tuple) -> None:
    X, labels, parameters, name = network
    if name == "relu":
        Z1, _, Z2, _, Z3 = NETWORK["forward"](X, parameters, NETWORK["ACTIVATIONS"]["relu"][0])
        assume(min(np.abs(Z).min() for Z in (Z1, Z2, Z3)) > 1e-2)
    loss_and_gradients = NETWORK["loss_and_gradients"]
    gradients = loss_and_gradients(X, labels, parameters, name)[1]
    for array, ours in zip((X, *parameters), gradients, strict=True):
        numerical = NETWORK["numerical_gradient"](lambda: loss_and_gradients(X, labels, parameters, name)[0], array)
        np.testing.assert_allclose(ours, numerical, rtol=1e-6, atol=1e-8)


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
    ],
)
def test_the_network_says_which_input_is_wrong_and_why(change: dict, says: str) -> None:
    parameters = NETWORK["random_parameters"]([4, 5, 5, 3], np.random.default_rng(0))
    for key, value in change.items():
        if isinstance(key, int):
            parameters[key] = value
    with pytest.raises(ValueError, match=says):
        NETWORK["loss_and_gradients"](change.get("X", np.zeros((2, 4))), np.array([0, 1]), parameters, "tanh")


# --- exercises ----------------------------------------------------------------------------------------------------


def softmax_over(axis: int, shifted: bool = True, mean: bool = True, subtract: bool = True) -> Any:
    def softmax_gradient(logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
        with np.errstate(all="ignore"):
            powers = np.exp(logits - logits.max(axis=1, keepdims=True) * shifted)
            P = powers / powers.sum(axis=axis, keepdims=True)
        P[np.arange(len(labels)), labels] -= subtract
        return P / (len(labels) if mean else 1)

    return softmax_gradient


def repaired_with(slope: Any, over_samples: Any, scale: float = 2) -> Any:
    def repaired_backward(X: Any, H1: Any, W2: Any, Yhat: Any, Y: Any) -> Any:
        d2 = scale / len(X) * (Yhat - Y)
        d1 = (d2 @ W2.T) * slope(H1)
        return X.T @ d1, over_samples(d1, axis=0), H1.T @ d2

    return repaired_backward


def best_exponent_with(back: int = 1, exponents: range = range(-1, -14, -1), best: Any = np.argmin) -> Any:
    def best_exponent(function: Any, x: float, true_slope: float) -> int:
        steps = [10.0**exponent for exponent in exponents]
        errors = [abs((function(x + h) - function(x - back * h)) / (h + back * h) - true_slope) for h in steps]
        return exponents[int(best(errors))]

    return best_exponent


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
    "repaired_backward": [
        (repaired_with(lambda H: 1 - H, np.mean), "slope of tanh"),
        (repaired_with(lambda H: 1 - H**2, np.mean), "adds over samples"),
        (repaired_with(lambda H: 1 - np.tanh(H) ** 2, np.sum), "slope of tanh"),
        (repaired_with(lambda H: 1 - H**2, np.sum, scale=1), "leave it"),
    ],
    "best_exponent": [
        (best_exponent_with(back=0), "Central differences"),
        (best_exponent_with(exponents=range(-3, -14, -1)), "Is -1 tried"),
        (lambda f, x, slope: 10.0 ** best_exponent_with()(f, x, slope), "Central differences"),
        (lambda f, x, slope: -6, "Far out"),
        (best_exponent_with(best=np.argmax), "Central differences"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
