"""Chapter 01 and 01b: the code that the notebooks teach, and the checkers of their exercises.

The engine and the layers live in the notebooks; the tests take them from the stored cells.
"""

import math
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from exercises import exercise_tests
from story_code import definitions

# The same examples on every machine: a test that fails here fails everywhere.
steady = settings(derandomize=True, deadline=None)

ENGINE_CHAPTER = "01_backpropagation"
NETWORK_CHAPTER = "01b_networks_by_hand"


ENGINE = definitions(
    ENGINE_CHAPTER, *("Value", "exp", "log", "tanh", "relu", "topological_order", "backward", "backward_with_bug"),
    *("sigmoid", "binary_cross_entropy", "central_differences"),
)  # fmt: skip
NETWORK = definitions(
    NETWORK_CHAPTER, *("sigmoid", "ACTIVATIONS", "forward", "backward", "check_shapes", "random_parameters"),
    *("squared_error", "softmax_cross_entropy", "loss_and_gradients", "numerical_gradient", "tape_gradients"),
    "relative_error",
)  # fmt: skip
Value, backward = ENGINE["Value"], ENGINE["backward"]

# --- the engine ---------------------------------------------------------------------------------------------------

# A random program: each step applies an operation to earlier results, so values are shared as in real networks.
OPERATIONS = ("add", "add_number", "multiply", "multiply_number", "power", "exp", "log", "tanh", "relu")
STEPS = st.lists(
    st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 100), st.integers(0, 100), st.sampled_from((-1, 2, 3, 0.5))),
    min_size=1,
    max_size=10,
)
NUMBERS = st.floats(-2, 2, allow_nan=False).map(lambda value: round(value, 3))


def run_program(steps: list, inputs: list, functions: dict) -> list:
    """Return all values that the program makes, from Values or from tensors alike."""
    values = list(inputs)
    for operation, first, second, exponent in steps:
        a, b = values[first % len(values)], values[second % len(values)]
        if operation == "add":
            values.append(a + b)
        elif operation == "add_number":
            values.append(1.5 + a)
        elif operation == "multiply":
            values.append(a * b)
        elif operation == "multiply_number":
            values.append(-0.5 * a)
        elif operation == "power":
            values.append(a**exponent)
        else:
            values.append(functions[operation](a))
    return values


@settings(steady, max_examples=300)
@given(steps=STEPS, numbers=st.lists(NUMBERS, min_size=2, max_size=3))
def test_the_engine_agrees_with_gradient_tape_on_random_expressions(steps: list, numbers: list) -> None:
    inputs = [Value(number) for number in numbers]
    try:
        values = run_program(steps, inputs, {name: ENGINE[name] for name in ("exp", "log", "tanh", "relu")})
    except (ValueError, OverflowError):  # outside an operation's domain: tested below
        assume(False)
    # TensorFlow gives inf and nan where floats end; a comparison of digits needs moderate numbers.
    assume(all(abs(value.data) < 1e4 for value in values))
    assume(all(abs(slope) < 1e4 for value in values for slope in value.slopes))
    backward(values[-1])
    largest = max(1.0, *(abs(value.gradient) for value in values))
    variables = [tf.Variable(number, dtype=tf.float64) for number in numbers]
    functions = {"exp": tf.exp, "log": tf.math.log, "tanh": tf.tanh, "relu": tf.nn.relu}
    with tf.GradientTape() as tape:
        result = run_program(steps, variables, functions)[-1]
    expected = tape.gradient(result, variables, unconnected_gradients="zero")
    assert values[-1].data == pytest.approx(float(result), rel=1e-9, abs=1e-12 * largest)
    for value, gradient in zip(inputs, expected, strict=True):
        assert value.gradient == pytest.approx(float(gradient), rel=1e-9, abs=1e-12 * largest)


@steady
@given(steps=STEPS, numbers=st.lists(NUMBERS, min_size=2, max_size=2))
def test_parents_come_before_children_and_each_value_once(steps: list, numbers: list) -> None:
    try:
        result = run_program(steps, [Value(n) for n in numbers], {name: ENGINE[name] for name in OPERATIONS[5:]})[-1]
    except (ValueError, OverflowError):
        assume(False)
    order = ENGINE["topological_order"](result)
    place = {node: index for index, node in enumerate(order)}
    assert len(place) == len(order) and order[-1] is result
    assert all(place[parent] < place[node] for node in order for parent in node.parents)


def test_a_second_backward_starts_anew() -> None:
    a = Value(3.0)
    result = a * a + a
    backward(result)
    backward(result)
    assert a.gradient == 7.0


def test_a_long_chain_needs_no_recursion() -> None:
    a = Value(0.0)
    total = a
    for _ in range(5000):
        total = total + a
    backward(total)
    assert a.gradient == 5001.0


def test_the_planted_bug_shows_on_shared_values_only() -> None:
    a, b = Value(3.0), Value(3.0)
    ENGINE["backward_with_bug"](a + a)
    ENGINE["backward_with_bug"](ENGINE["tanh"](b * 2.0))
    assert a.gradient == 1.0
    assert b.gradient == pytest.approx(2 * (1 - math.tanh(6.0) ** 2))


@pytest.mark.parametrize(
    ("action", "says"),
    [
        (lambda: ENGINE["log"](Value(0.0)), r"log\(0.0\): .* positive number"),
        (lambda: ENGINE["log"](Value(-2.5)), r"log\(-2.5\): .* positive number"),
        (lambda: Value(-2.0) ** 0.5, r"-2.0 \*\* 0.5 has no finite real slope"),
        (lambda: Value(0.0) ** -1, r"0.0 \*\* -1 has no finite real slope"),
        (lambda: Value(0.0) ** 0.5, r"0.0 \*\* 0.5 has no finite real slope"),
    ],
)
def test_the_engine_refuses_what_has_no_slope(action: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        action()


# --- binary cross-entropy -----------------------------------------------------------------------------------------


@steady
@given(
    logits=st.lists(st.floats(-700, 700), min_size=1, max_size=8),
    labels=st.lists(st.integers(0, 1), min_size=8, max_size=8),
)
def test_binary_cross_entropy_agrees_with_tensorflow(logits: list, labels: list) -> None:
    logits, labels = np.array(logits), np.array(labels[: len(logits)], dtype=float)
    expected = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels, logits))
    assert ENGINE["binary_cross_entropy"](logits, labels) == pytest.approx(float(expected), rel=1e-12, abs=1e-300)


def test_binary_cross_entropy_says_which_input_is_wrong_and_why() -> None:
    loss = ENGINE["binary_cross_entropy"]
    with pytest.raises(ValueError, match=r"logits \(4, 1\) and labels \(4,\) must have the same shape"):
        loss(np.zeros((4, 1)), np.zeros(4))
    with pytest.raises(ValueError, match=r"labels must be 0 or 1; found \[-1"):
        loss(np.zeros(2), np.array([-1.0, 1.0]))


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


def stable_sigmoid(x: Any) -> Any:
    return 0.5 * (1 + np.tanh(x / 2))


def count_steps_by_distance(learning_rate: float) -> int:
    w = 0.0
    for steps in range(1000):
        if 3 - w < 1e-6:
            return steps
        w -= learning_rate * 2 * (w - 3)
    return 1000


def count_steps_with(slope: float, limit: int, late: int = 0) -> Any:
    def count_steps(learning_rate: float) -> int:
        w = 0.0
        for steps in range(limit):
            if (w - 3) ** 2 < 1e-6:
                return steps + late
            w -= learning_rate * slope * (w - 3)
        return limit

    return count_steps


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


# For each exercise: plausible wrong answers, each with a word of the hint that it must get.
WRONG_ANSWERS = {
    (ENGINE_CHAPTER, "tanh_slope"): [
        (lambda x: 1 - np.tanh(x), "squared"),
        (lambda x: 1 - x**2, "not of x"),
        (lambda x: stable_sigmoid(x) * (1 - stable_sigmoid(x)), "slope 1"),
        (lambda x: (1 - np.tanh(x) ** 2) * np.sign(x + 1e-9), "positive on both sides"),
        (lambda x: 1 - math.tanh(x) ** 2, "np.tanh"),
    ],
    (ENGINE_CHAPTER, "softplus_with_slope"): [
        (lambda x: np.logaddexp(0, x), "return both"),
        (lambda x: (np.logaddexp(0, x), stable_sigmoid(-x)), "not of -x"),
        (lambda x: (math.log(1 + math.exp(x)), stable_sigmoid(x)), "overflows"),
        (lambda x: (np.logaddexp(0, x), 1 / (1 + math.exp(-x))), "must not appear"),
    ],
    (ENGINE_CHAPTER, "momentum_step"): [
        (lambda t, v, g, r, m: (t + m * v + r * g, m * v + r * g), "sign"),
        (lambda t, v, g, r, m: (t - r * g, -r * g), "shrinks"),
        (lambda t, v, g, r, m: (t + v, m * v - r * g), "From rest"),
        (lambda t, v, g, r, m: t + m * v - r * g, "From rest"),
        (lambda t, v, g, r, m: (t + v - r * g, m * v - r * g), "0.9 of itself"),
    ],
    (ENGINE_CHAPTER, "count_steps"): [
        (count_steps_with(slope=1, limit=1000), "gradient"),
        (count_steps_with(slope=2, limit=1000, late=1), "Count steps"),
        (count_steps_by_distance, "not a distance"),
        (count_steps_with(slope=2, limit=100), "return 1000"),
    ],
    (NETWORK_CHAPTER, "leaky_relu_backward"): [
        (lambda dH, Z, a: dH * (Z > 0), "1 or a"),
        (lambda dH, Z, a: np.where(Z > 0, Z, a * Z), "1 or a"),
        (lambda dH, Z, a: dH * np.where(dH > 0, 1, a), "1 or a"),
        (lambda dH, Z, a: dH @ np.where(Z > 0, 1, a), "1 or a"),
        (lambda dH, Z, a: np.abs(dH) * np.where(Z > 0, 1, a), "unchanged"),
    ],
    (NETWORK_CHAPTER, "softmax_gradient"): [
        (softmax_over(axis=1, subtract=False), "label's column"),
        (softmax_over(axis=0), "P = 1/K"),
        (softmax_over(axis=1, mean=False), "divides by N"),
        (softmax_over(axis=1, shifted=False), "overflows"),
    ],
    (NETWORK_CHAPTER, "l2_backward"): [
        (l2_with(two=1), "Is the 2 there"),
        (l2_with(mean=False), "1/N"),
        (l2_with(decay=2), "no factor 2"),
        (l2_with(decay=0), "lambda W"),
        (l2_with(bias=0), "Is b in the residual"),
    ],
    (NETWORK_CHAPTER, "repaired_backward"): [
        (repaired_with(lambda H: 1 - H, np.mean), "slope of tanh"),
        (repaired_with(lambda H: 1 - H**2, np.mean), "adds over samples"),
        (repaired_with(lambda H: 1 - np.tanh(H) ** 2, np.sum), "slope of tanh"),
        (repaired_with(lambda H: 1 - H**2, np.sum, scale=1), "leave it"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(WRONG_ANSWERS)
