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

from exercises import exercise_tests, load_exercise, reply
from story_code import definitions

CHAPTER = "01_backpropagation"
# The same examples on every machine: a test that fails here fails everywhere.
steady = settings(derandomize=True, deadline=None)
ENGINE = definitions(
    CHAPTER, *("as_value", "Value", "exp", "log", "tanh", "relu", "topological_order", "backward"),
    *("backward_with_bug", "parameters_of", "new_network", "answer", "train", "two_moons"),
)  # fmt: skip
Value, backward = ENGINE["Value"], ENGINE["backward"]


# --- the engine ---------------------------------------------------------------------------------------------------

# A random program: each step applies an operation to earlier results, so values are shared as in real networks.
OPERATIONS = (
    *("add", "add_number", "subtract", "subtract_from_number", "multiply", "multiply_number", "divide"),
    *("divide_number", "negative", "power", "exp", "log", "tanh", "relu"),
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(OPERATIONS), st.integers(0, 100), st.integers(0, 100), st.sampled_from((-1, 0, 1, 2, 3, 0.5))
    ),
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
        elif operation == "subtract":
            values.append(a - b)
        elif operation == "subtract_from_number":
            values.append(2.5 - a)
        elif operation == "multiply":
            values.append(a * b)
        elif operation == "divide":
            values.append(a / b)
        elif operation == "divide_number":
            values.append(1.5 / a)
        elif operation == "negative":
            values.append(-a)
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
        result = run_program(steps, [Value(n) for n in numbers], {name: ENGINE[name] for name in OPERATIONS[-4:]})[-1]
    except (ValueError, OverflowError):
        assume(False)
    order = ENGINE["topological_order"](result)
    place = {node: index for index, node in enumerate(order)}
    assert len(place) == len(order) and order[-1] is result
    assert all(place[parent] < place[node] for node in order for parent in node.parents)


def test_a_power_of_0_is_the_constant_1_also_at_0() -> None:
    a = Value(0.0)
    result = a**0 + 3 * a
    backward(result)
    assert (result.data, a.gradient) == (1.0, 3.0)


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
        (lambda: 1 / Value(0.0), r"0.0 \*\* -1 has no finite real slope"),
        (lambda: Value(0.0) ** 0.5, r"0.0 \*\* 0.5 has no finite real slope"),
    ],
)
def test_the_engine_refuses_what_has_no_slope(action: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        action()


# --- the network --------------------------------------------------------------------------------------------------


def test_one_pass_of_training_is_stochastic_gradient_descent_of_the_same_network_in_tensorflow() -> None:
    points, labels = ENGINE["two_moons"](12, seed=3)
    network = ENGINE["new_network"](np.random.default_rng(5), hidden=3)
    values = [tf.Variable(value.data, dtype=tf.float64) for value in ENGINE["parameters_of"](network)]
    order = [4, 0, 11, 4]
    ENGINE["train"](network, points, labels, ENGINE["tanh"], 0.5, order)
    for i in order:
        with tf.GradientTape() as tape:
            neurons = [values[first : first + 3] for first in (0, 3, 6)]
            hidden = [tf.tanh(w1 * points[i, 0] + w2 * points[i, 1] + b) for w1, w2, b in neurons]
            z = sum(weight * value for weight, value in zip(values[9:12], hidden, strict=True)) + values[12]
            loss = tf.nn.sigmoid_cross_entropy_with_logits(tf.constant(float(labels[i]), tf.float64), z)
        for value, gradient in zip(values, tape.gradient(loss, values), strict=True):
            value.assign_sub(0.5 * gradient)
    for ours, expected in zip(ENGINE["parameters_of"](network), values, strict=True):
        assert ours.data == pytest.approx(float(expected), rel=1e-12)


def test_both_moons_have_as_many_points_and_the_same_seed_gives_the_same_points() -> None:
    points, labels = ENGINE["two_moons"](50, seed=1)
    assert points.shape == (50, 2) and labels.sum() == 25
    assert np.array_equal(points, ENGINE["two_moons"](50, seed=1)[0])
    assert points[labels == 0, 1].mean() > points[labels == 1, 1].mean()  # 0 is the upper moon


# --- exercises ----------------------------------------------------------------------------------------------------


def stable_sigmoid(x: Any) -> Any:
    return 0.5 * (1 + np.tanh(x / 2))


def best_and_largest(slope: float = 1, steps: int = 40, last: int = 100, anew: bool = True) -> Any:
    def best_and_largest_rate(c: float) -> tuple:
        w, losses = 1.0, []
        rates = np.arange(1, last + 1) / 100
        for rate in rates:
            w = 1.0 if anew else w
            for _ in range(steps):
                w -= rate * slope * c * w
            losses.append(c / 2 * w * w)
        return rates[np.argmin(losses)], rates[np.array(losses) < c / 4].max()

    return best_and_largest_rate


def test_the_experiment_of_exercise_4_is_right_when_it_is_run_step_by_step() -> None:
    assert reply(load_exercise(CHAPTER, "best_and_largest_rate").checker, best_and_largest()) == "✓ right"


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
    "tent": [
        (lambda x: np.maximum(x, 0) - np.maximum(x - 1, 0), "changes it by -2"),
        (lambda x: np.maximum(x, 0) - 2 * np.maximum(x - 1, 0), "add up to 0"),
        (lambda x: 2 * np.maximum(x, 0) - 4 * np.maximum(x - 1, 0) + 2 * np.maximum(x - 2, 0), "weight 1"),
        (lambda x: max(x, 0) - 2 * max(x - 1, 0) + max(x - 2, 0), "takes arrays"),
        (lambda x: 1 - abs(x - 1), "add up to 0"),
    ],
    "best_and_largest_rate": [
        (best_and_largest(slope=2), "slope of c/2 w^2"),
        (best_and_largest(last=20), "0.25|slope"),
        (lambda c: (1 / c, 2 / c), "must end below half"),
        (best_and_largest(last=90), "end at 1.00"),
        (lambda c: 1 / c, "stops with"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
