"""Chapter 01: the engine that the notebook teaches, and the checkers of its exercises.

The engine lives in the notebook; the tests take it from the stored cells.
"""

import math
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "01_backpropagation"
# The same examples on every machine: a test that fails here fails everywhere.
steady = settings(derandomize=True, deadline=None)
ENGINE = definitions(
    CHAPTER, *("Value", "exp", "log", "tanh", "relu", "topological_order", "backward", "backward_with_bug"),
    *("sigmoid", "binary_cross_entropy", "central_differences"),
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


# For each exercise: plausible wrong answers, each with a part of the hint that it must get.
WRONG_ANSWERS = {
    "tanh_slope": [
        (lambda x: 1 - np.tanh(x), "squared"),
        (lambda x: 1 - x**2, "not of x"),
        (lambda x: stable_sigmoid(x) * (1 - stable_sigmoid(x)), "slope 1"),
        (lambda x: (1 - np.tanh(x) ** 2) * np.sign(x + 1e-9), "positive on both sides"),
        (lambda x: 1 - math.tanh(x) ** 2, "np.tanh"),
    ],
    "softplus_with_slope": [
        (lambda x: np.logaddexp(0, x), "return both"),
        (lambda x: (np.logaddexp(0, x), stable_sigmoid(-x)), "not of -x"),
        (lambda x: (math.log(1 + math.exp(x)), stable_sigmoid(x)), "overflows"),
        (lambda x: (np.logaddexp(0, x), 1 / (1 + math.exp(-x))), "must not appear"),
    ],
    "momentum_step": [
        (lambda t, v, g, r, m: (t + m * v + r * g, m * v + r * g), "sign"),
        (lambda t, v, g, r, m: (t - r * g, -r * g), "shrinks"),
        (lambda t, v, g, r, m: (t + v, m * v - r * g), "From rest"),
        (lambda t, v, g, r, m: t + m * v - r * g, "From rest"),
        (lambda t, v, g, r, m: (t + v - r * g, m * v - r * g), "0.9 of itself"),
    ],
    "count_steps": [
        (count_steps_with(slope=1, limit=1000), "gradient"),
        (count_steps_with(slope=2, limit=1000, late=1), "Count steps"),
        (count_steps_by_distance, "not a distance"),
        (count_steps_with(slope=2, limit=100), "return 1000"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
