"""Claims, planned failures, predictions and exercises."""

import functools
import sys
import warnings
from collections import deque
from decimal import Decimal
from fractions import Fraction

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_lib.checks import Case, Exercise, compare_guess, expect, shows_error
from exercises import reply


@pytest.mark.parametrize(
    ("value", "bounds", "line"),
    [
        (0.99371, {"at_least": 0.99}, "a claim: 0.994 (at least 0.99)"),
        (0.9901, {"at_least": 0.99, "of": 10_000}, "a claim: 0.9901 (at least 0.99)"),
        (0.7, {"at_least": 0.6, "of": 1000}, "a claim: 0.700 (at least 0.6)"),
        (0.5, {"at_least": 0.4, "at_most": 0.6}, "a claim: 0.5 (at least 0.4 and at most 0.6)"),
        (np.float32(1.2345e-7), {"at_most": 1e-5}, "a claim: 1.23e-07 (at most 1e-05)"),
        (22027.3, {"at_least": 1000}, "a claim: 22000 (at least 1000)"),
        (22027, {"at_least": 1000}, "a claim: 22027 (at least 1000)"),
        (2202712.3, {"at_least": 1000}, "a claim: 2.2e+06 (at least 1000)"),
        (0.7, {"at_least": 0, "of": 1}, "a claim: 0.7 (at least 0)"),
        (keras.Variable(0.5), {"at_least": 0}, "a claim: 0.5 (at least 0)"),
        (tf.Variable(0.25), {"at_most": 1}, "a claim: 0.25 (at most 1)"),
        (np.int64(7), {"at_most": 14}, "a claim: 7 (at most 14)"),
        (-0.02, {"at_most": -0.01}, "a claim: -0.02 (at most -0.01)"),
        ("falls", {"equals": "falls"}, "a claim: equals falls"),
        (np.True_, {}, "a claim"),
    ],
)
def test_claim_that_holds_prints_the_measured_number_beside_its_bounds(value, bounds, line, capsys):
    expect("a claim", value, **bounds)
    assert capsys.readouterr().out == f"✓ {line}\n"


@pytest.mark.parametrize(
    ("value", "bounds", "line"),
    [
        (0.99, {"at_least": 0.99}, "0.99 (at least 0.99)"),
        (0.0, {"at_most": 0.0}, "0 (at most 0.0)"),
        (0.9904, {"at_least": 0.9902}, "0.9904 (at least 0.9902)"),
        (0.50049, {"at_most": 0.5005}, "0.5 (at most 0.5005)"),
    ],
)
def test_bounds_are_inclusive_and_the_number_shown_holds_them(value, bounds, line, capsys):
    expect("a claim", value, **bounds)
    assert capsys.readouterr().out == f"✓ a claim: {line}\n"


@pytest.mark.parametrize(
    ("value", "bounds"),
    [
        (0.5, {"at_least": 0.9}),
        (0.5, {"at_most": 0.1}),
        (0.5, {"at_least": 0.1, "at_most": 0.4}),
        (3, {"equals": 4}),
        (float("nan"), {"at_least": 0.0}),
        (float("nan"), {"at_most": 1.0}),
        (False, {}),
    ],
)
def test_claim_that_does_not_hold_raises_with_the_measured_value(value, bounds):
    with pytest.raises(AssertionError, match=f"measured: {value}"):
        expect("a claim", value, **bounds)


def test_claim_without_bounds_needs_a_truth_value():
    with pytest.raises(ValueError, match="at_least, at_most or equals"):
        expect("a claim", 0.9)


def test_claims_that_cannot_be_compared_are_refused():
    with pytest.raises(ValueError, match="value"):
        expect("a claim", "high", at_least=1)


def test_planned_error_prints_the_line_that_says_why(capsys):
    with shows_error(ValueError, "rank"):
        raise ValueError("first line\n\x1b[1mthe rank is 2\x1b[0m")
    assert capsys.readouterr().out == "ValueError (as planned): the rank is 2\n"


def test_planned_error_must_come_and_must_be_the_right_one():
    with pytest.raises(AssertionError, match="nothing failed"), shows_error(ValueError, "rank"):
        pass
    with pytest.raises(AssertionError, match="without 'rank'"), shows_error(ValueError, "rank"):
        raise ValueError("something else")
    with pytest.raises(KeyError), shows_error(ValueError, "rank"):
        raise KeyError("rank")


class Broken:
    """It cannot be shown, compared or made an array."""

    def __repr__(self):
        raise ValueError("no text")

    __str__ = __array__ = __eq__ = __len__ = __repr__
    __hash__ = None


NO_NUMBER = ", which is not a number; write one such as 0.5, without % or unit"
NONE_YET = "your guess: none yet (put a number in the cell above)\nmeasured:   "


@pytest.mark.parametrize(
    ("guess", "measured", "printed"),
    [
        ("the CNN", "the dense network", "your guess: the CNN\nmeasured:   the dense network"),
        (..., "1e-5", "your guess: none yet (put it in the cell above)\nmeasured:   1e-5"),
        (0.97, 0.08912, "your guess: 0.97\nmeasured:   0.0891; the guess is 0.881 too high"),
        (10, 22027.4, "your guess: 10\nmeasured:   22000; the guess is 22000 too low"),
        (4, np.float32(4.0), "your guess: 4\nmeasured:   4; the guess is right"),
        (0.5, tf.constant(0.25), "your guess: 0.5\nmeasured:   0.25; the guess is 0.25 too high"),
        (0.5, [0.5, 0.6], "your guess: 0.5\nmeasured:   [0.5, 0.6]"),
        (0.5, np.array(0.75), "your guess: 0.5\nmeasured:   0.75; the guess is 0.25 too low"),
        ("15", np.int64(7), "your guess: 15\nmeasured:   7; the guess is 8 too high"),
        (
            "97 %",
            0.5,
            "your guess: '97 %', which is not a number; write one such as 0.5, without % or unit\nmeasured:   0.5",
        ),
        (
            None,
            0.5,
            "your guess: None, which is not a number; write one such as 0.5, without % or unit\nmeasured:   0.5",
        ),
        (np.array(0.5), 0.25, "your guess: 0.5\nmeasured:   0.25; the guess is 0.25 too high"),
        (tf.constant(0.5), 0.25, "your guess: 0.5\nmeasured:   0.25; the guess is 0.25 too high"),
        (keras.Variable(0.5), 0.25, "your guess: 0.5\nmeasured:   0.25; the guess is 0.25 too high"),
        (Decimal("0.5"), 0.25, "your guess: 0.5\nmeasured:   0.25; the guess is 0.25 too high"),
        (Fraction(1, 2), 0.25, "your guess: 1/2\nmeasured:   0.25; the guess is 0.25 too high"),
        (float("inf"), 0.5, "your guess: inf\nmeasured:   0.5; the guess is inf too high"),
        *(
            (odd, 0.5, f"{NO_NUMBER}\nmeasured:   0.5")
            for odd in (float("nan"), "nan", True, 1j, [0.5], 10**400, Decimal("sNaN"))
        ),
        (..., 0.0891234, f"{NONE_YET}0.0891"),
        (..., np.int64(7), f"{NONE_YET}7"),
    ],
)
def test_guess_stands_beside_what_was_measured(guess, measured, printed, capsys):
    compare_guess(guess, measured)
    out = capsys.readouterr().out
    assert out == f"{printed}\n" or (NO_NUMBER in printed and out.endswith(f"{printed}\n"))


@pytest.mark.parametrize("measured", [0.5, "the CNN"])
def test_a_guess_that_cannot_show_itself_is_named_by_its_type(measured, capsys):
    compare_guess(Broken(), measured)
    assert capsys.readouterr().out.startswith("your guess: <Broken")


DOUBLE = Exercise(hint="Multiply.", cases=[Case((2,), 4, "Twice two is four."), Case((-1,), -2, "Mind the sign.")])


def double_untouched(number): ...


def double_crashing(number):
    return number.missing


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (double_untouched, "○ open - Multiply."),
        (..., "○ open - Multiply."),
        (lambda number: 2 * number, "✓ right"),
        (lambda number: abs(2 * number), "Mind the sign."),
        (lambda number: 5, "gives 5, expected 4. Twice two is four."),
        (lambda number: float("nan"), "gives nan"),
        (lambda number: "four", "gives 'four'"),
        (lambda number: 10**400, "gives 1000"),
        (lambda number: keras.Input((3,)), "gives <KerasTensor"),
        (lambda number: keras.ops.ones(2), "gives an array of shape (2,) [1.0, 1.0]"),
        (lambda number: [4], "gives [4]"),
        (lambda number: np.zeros((2, 2)), "an array of shape (2, 2)"),
        (lambda number: np.array([True, False]), "an array of shape (2,) [True, False]"),
        (lambda number: np.full(10, 0.5), "gives an array of shape (10,), expected 4."),
        (lambda number: np.full((3, 3), 1 / 3), "an array of shape (3, 3) [[0.3333, 0.3333, 0.3333], ["),
        (lambda number: 1 / 3, "gives 0.333333, expected 4."),
        (lambda number: 2 * number + 1e-6, "✓ right"),
        (lambda number: 2 * number + 1e-4, "gives 4.0001, expected 4."),
        (lambda number: float("x" * 300), "with the arguments (2) your function stops with ValueError: could not"),
        (double_crashing, "stops with AttributeError"),
        (lambda: 4, "stops with TypeError"),
        (3, "stops with TypeError"),
    ],
)
def test_exercise_replies_briefly_and_never_raises(answer, line):
    printed = reply(DOUBLE, answer)
    assert line in printed
    assert len(printed) < 260


HALF = Exercise(
    hint="Halve.",
    cases=[
        Case((np.array([1.2, 1.6]), [2]), [0.6, 0.8], "Divide by two."),
        Case((np.array([0.0, -3.0]), [2]), np.array([0.0, -1.5]), "Mind the sign."),
    ],
)


def half(vector, by):
    return vector / by[0]


def after(action, *arguments):
    """Return a right answer to HALF that does something else first."""

    def answer(vector, by):
        result = half(vector, by)
        action(*arguments)
        return result

    return answer


def half_and_spoils(vector, by):
    result = half(vector, by)
    vector[:] = 0
    by.clear()
    return result


def half_with_state(vector, by, seen=[]):  # noqa: B006
    seen.append(vector)
    return half(vector, by)


class Halving:
    def __call__(self, vector, by):
        return half(vector, by)

    def method(self, vector, by):
        return half(vector, by)


class Series:
    """What pandas hands out, as far as NumPy sees it."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, dtype)


RIGHT = {
    "a lambda": lambda *arguments: half(*arguments),
    "an object": Halving(),
    "a method": Halving().method,
    "a class": type("Halved", (list,), {"__init__": lambda self, *both: list.__init__(self, half(*both))}),
    "a part of a function": functools.partial(lambda power, *both: half(*both) ** power, 1),
    "a ufunc": np.frompyfunc(lambda number, by: number / by, 2, 1),
    "a compiled function": tf.function(lambda vector, by: vector / tf.cast(by[0], tf.float64)),
    "a model": lambda vector, by: keras.Sequential([keras.Input((2,)), keras.layers.Rescaling(0.5)])(vector[None])[0],
    "a list": lambda *both: half(*both).tolist(),
    "a tuple": lambda *both: tuple(half(*both)),
    "a deque": lambda *both: deque(half(*both)),
    "a series": lambda *both: Series(half(*both)),
    "a tensor": lambda *both: tf.constant(half(*both)),
    "a variable": lambda *both: tf.Variable(half(*both)),
    "a variable of Keras": lambda *both: keras.Variable(half(*both)),
    "single precision": lambda *both: half(*both).astype("float32"),
    "a list of tensors": lambda *both: [tf.constant(number) for number in half(*both)],
    "an array of objects": lambda *both: half(*both).astype(object),
    "fractions": lambda *both: [Fraction(number) for number in half(*both)],
    "decimals": lambda *both: [Decimal(number) for number in half(*both)],
    "masked, nothing hidden": lambda *both: np.ma.array(half(*both)),
    "it prints": after(print, "half"),
    "it prints a lot": after(print, "half " * 10**5),
    "it prints no text": after(print, "", ""),
    "it spoils what it is given": half_and_spoils,
    "it keeps what it was given": half_with_state,
    "it lets NumPy raise": after(functools.partial(np.seterr, all="raise")),
    "it lets warnings raise": after(warnings.simplefilter, "error"),
    "it redirects what is printed": after(setattr, sys, "stdout", sys.stderr),
    "it seeds": after(np.random.seed, 0),
}


@pytest.mark.parametrize("answer", RIGHT.values(), ids=RIGHT)
def test_right_answers_are_right_whatever_they_are_or_do(answer, capsys):
    settings, filters, stream = np.geterr(), list(warnings.filters), sys.stdout
    for _ in range(2):  # the second time the cases are as they were
        HALF.check(answer)
        HALF.verify_solution(half)
    assert capsys.readouterr().out.splitlines().count("✓ right") == 2
    assert (np.geterr(), warnings.filters, sys.stdout) == (settings, filters, stream)


@pytest.mark.parametrize("kind", ["bfloat16", "float16", "float64", "int8", "uint64"])
def test_numbers_of_all_types_are_numbers(kind):
    one = Exercise(hint="", cases=[Case((), 4, "Four.")])
    several = Exercise(hint="", cases=[Case((), [4, 2], "Four and two.")])
    for make in (tf.constant, keras.Variable, keras.ops.convert_to_tensor):
        for exercise, right, wrong in ((one, 4, 5), (several, [4, 2], [4, 3])):
            assert reply(exercise, functools.partial(make, right, dtype=kind)) == "✓ right"
            assert "Four" in reply(exercise, functools.partial(make, wrong, dtype=kind))


def test_a_layer_is_a_function():
    exercise = Exercise(hint="", cases=[Case((np.array([1.0, 3.0]),), [0.5, 1.5], "Divide by two.")])
    assert reply(exercise, keras.layers.Rescaling(0.5)) == "✓ right"
    assert "Divide by two." in reply(exercise, keras.layers.Rescaling(2))


def test_answers_are_judged_as_numpy_comes_whatever_it_is_set_to():
    overflowing = after(np.exp, np.float64(1000))
    with np.errstate(all="raise"), pytest.warns(RuntimeWarning, match="overflow"):
        assert reply(HALF, overflowing) == "✓ right"


def test_large_and_small_numbers_are_compared_whatever_numpy_is_set_to(capsys):
    large = Exercise(hint="", cases=[Case((), [1.7e308, 1.7e308], ""), Case((), 2**80, "", measure=lambda _: 2**80)])
    with np.errstate(all="raise"), warnings.catch_warnings(action="error"):
        assert reply(large, lambda: [1.7e308, 1.7e308]) == "✓ right"
        assert "expected" in reply(large, lambda: [1e-310, 1e-310])
        small = Exercise(hint="", cases=[Case((), 1e-305, "")])
        assert reply(small, lambda: 1e-305) == "✓ right" and "expected" in reply(small, lambda: 1e305)


def raises(error):
    def answer(number):
        raise error

    return answer


class Silent(Exception):  # noqa: N818
    def __str__(self):
        raise ValueError("no text")


def recursive(number):
    return recursive(number)


async def asynchronous(number):
    return 4


def generating(number):
    yield 4


def keyword_only(*, number):
    return 4


NUMBER = "(a number)"
WRONG = {
    # what it returns
    "a text": (str, "gives '2' (a text, str), expected 4 (a number). Twice two"),
    "a text with a line's end": (lambda number: " 4.0\n", "a text, str"),
    "a text of NumPy": (lambda number: np.str_("4"), "a text, str"),
    "a text in an array": (lambda number: np.array("4"), "a text, str"),
    "a variable-length text": (lambda number: np.array("4", np.dtypes.StringDType()), "a text, str"),
    "a text among objects": (lambda number: np.array("4", object), "a text, str"),
    "a text in a tensor": (lambda number: tf.constant("4"), "bytes"),
    "bytes": (lambda number: b"4", "gives b'4' (bytes)"),
    "complex": (lambda number: 4 + 0j, "gives (4+0j) (a complex number), expected 4 (a number)"),
    "complex of NumPy": (lambda number: np.complex64(4), "a complex number"),
    "a truth value": (lambda number: True, "gives True (a truth value, bool), expected 4 (a number)"),
    "a truth value among objects": (lambda number: np.array(True, object), "(a truth value, bool)"),
    "a masked number": (lambda number: np.ma.masked, "gives masked"),
    "a method that is not called": (lambda number: np.array(4.0).mean, "gives mean (builtin_function_or_method)"),
    "too many": (lambda number: np.broadcast_to(np.int8(4), (10**6, 10**6)), "an array of shape (1000000, 1000000)"),
    "a comma": (lambda number: (4,), "gives (4,), expected 4. Twice"),
    "no decimal": (lambda number: Decimal("sNaN"), "gives Decimal('sNaN'), expected 4. Twice"),
    "infinite": (lambda number: np.inf, "gives inf, expected 4"),
    "a date": (lambda number: np.datetime64(4, "D"), "(datetime64[D])"),
    "a length of time": (lambda number: np.timedelta64(4, "D"), "(timedelta64[D])"),
    "a set": (lambda number: {4}, "gives {4} (set), expected 4"),
    "a dictionary": (lambda number: {"number": 4}, "(dict)"),
    "a generator": (generating, "gives generating (generator), expected 4 (a number)"),
    "a map": (lambda number: map(int, "4"), "(map)"),
    "a function": (lambda number: lambda: 4, "gives <lambda> (function)"),
    "a class": (lambda number: int, "gives int (type)"),
    "itself": (lambda number: DOUBLE, "(Exercise)"),
    "a coroutine": (asynchronous, "(coroutine)"),
    "a ragged list": (lambda number: [[1], [2, 3]], "gives [[1], [2, 3]] (list)"),
    "a ragged tensor": (lambda number: tf.ragged.constant([[1], [2, 3]]), "(RaggedTensor)"),
    "a sparse tensor": (lambda number: tf.sparse.from_dense([4]), "(SparseTensor)"),
    "a symbolic tensor": (lambda number: keras.Input((3,)), "(KerasTensor)"),
    "a data set": (lambda number: tf.data.Dataset.from_tensors(4), "Dataset)"),
    "nothing in a list": (lambda number: [None], "gives [None] (NoneType)"),
    "an empty list": (lambda number: [], "gives [], expected 4"),
    "a list in itself": (lambda number: (found := []).append(found) or found, "gives [[["),
    "what cannot show itself": (lambda number: Broken(), "Broken"),
    "a structured array": (lambda number: np.zeros((), "i4,f4"), "expected 4 (a number)"),
    # what it does
    "nothing": (lambda number: print(end=""), "your function returns nothing. Twice two"),
    "no return": (lambda number: [number].append(4), "with the arguments (2) your function returns nothing. Twice two"),
    "print": (lambda number: print(2 * number), "your function prints but returns nothing. Twice two is four."),
    "print without a line's end": (lambda number: print(4, end=""), "4 ✗ not yet - with the arguments (2) your"),
    "nothing for some": (
        lambda number: 4 if number > 0 else None,
        "the arguments (-1) your function returns nothing. Mi",
    ),
    "dots for some": (
        lambda number: 4 if number > 0 else ...,
        "the arguments (-1) your function returns nothing. Mind",
    ),
    "dots at the end": (lambda number: [number, ...][1], "the arguments (2) your function returns nothing. Twice"),
    "ends Python": (lambda number: sys.exit(), "stops with SystemExit: no message"),
    "exit": (raises(SystemExit(3)), "stops with SystemExit: 3."),
    "ends a generator": (raises(GeneratorExit()), "stops with GeneratorExit"),
    "ends an iteration": (raises(StopIteration()), "stops with StopIteration: no message. Twice"),
    "an assertion": (raises(AssertionError()), "stops with AssertionError: no message. Twice"),
    "an error that cannot be shown": (raises(Silent()), "stops with Silent: no message. Twice"),
    "an error with an empty line": (raises(ValueError("\n\x1b[1m the rank \n")), "stops with ValueError: the rank. Tw"),
    "an error with half a sign": (raises(ValueError("\ud83d")), "stops with ValueError: "),
    "an error with a full stop": (raises(ValueError("It fails.")), "stops with ValueError: It fails. Twice"),
    "a warning": (raises(DeprecationWarning("old")), "stops with DeprecationWarning: old. Twice"),
    "endless recursion": (recursive, "stops with RecursionError"),
    "asks": (lambda number: input(), "stops with "),
    "no memory": (raises(MemoryError()), "stops with MemoryError: no message. Twice"),
    # what it is
    "other arguments": (lambda first, second: 4, "stops with TypeError"),
    "named arguments": (keyword_only, "stops with TypeError"),
    "a text for a function": ("lambda number: 4", "stops with TypeError: 'str' object is not callable"),
    "what returns nothing": (functools.partial(print, end=""), "prints but returns nothing"),
    "none for a function": (None, "stops with TypeError"),
    "an abstract class": (Exercise, "stops with TypeError"),
}


@pytest.mark.filterwarnings("ignore:coroutine")
@pytest.mark.parametrize(("answer", "part"), WRONG.values(), ids=WRONG)
def test_wrong_answers_get_a_reason_and_the_hint_whatever_they_are_or_do(answer, part, monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    printed = reply(DOUBLE, answer)
    assert part in printed
    assert "✗ not yet - " in printed and printed.endswith(("Twice two is four.", "Mind the sign."))
    assert len(printed) < 260


def test_what_is_masked_or_no_number_is_not_a_right_entry():
    nothing = Exercise(hint="", cases=[Case((), [0.0, 0.0], "Two zeros.")])
    for wrong in (np.ma.masked_all(2), np.ma.array([0.0, 0.0], mask=[False, True]), [0.0, np.nan]):
        assert "✗" in reply(nothing, lambda result=wrong: result), wrong
    for wrong in (["0", "0"], [0.0, "0"], np.zeros(2, complex), [0, 0j], np.zeros(2, bool), [None, None], {0.0: 0}):
        printed = reply(nothing, lambda result=wrong: result)
        assert "✗" in printed and ("(a number)" in printed or "shape" in printed), printed


def test_truth_values_of_numpy_and_tensorflow_are_truth_values():
    true = Exercise(hint="", cases=[Case((), True, "It is so.")])
    for right in (True, np.True_, np.array(True), tf.constant(True), keras.ops.convert_to_tensor(True)):
        assert reply(true, lambda result=right: result) == "✓ right"
    for wrong in (1, 1.0, "True", np.ones(1, bool), False, np.ones(())):
        assert "It is so." in reply(true, lambda result=wrong: result)
    mask = Exercise(hint="", cases=[Case((), [True, False], "A mask.")])
    assert reply(mask, lambda: np.array([True, False])) == "✓ right"
    for wrong in ([1, 0], [True], [True, True], np.ma.array([True, False], mask=[False, True])):
        assert "A mask." in reply(mask, lambda result=wrong: result)


def test_what_has_no_shape_is_never_right():
    ragged = Exercise(hint="", cases=[Case((), [[1], [2, 3]], "Two lists.")])
    assert "Two lists." in reply(ragged, lambda: [[1], [2, 3]])


def untouched_with_words(number):
    """Say what it should do."""


def untouched_with_a_comment(number):
    # a plan
    pass


def untouched_with_return(number):
    ...
    return ...


@pytest.mark.parametrize(
    "answer", [..., untouched_with_words, untouched_with_a_comment, untouched_with_return, lambda number: None]
)
def test_what_holds_no_code_is_open(answer):
    assert reply(DOUBLE, answer) == "○ open - Multiply."


def test_a_stopped_check_stops():
    with pytest.raises(KeyboardInterrupt):
        DOUBLE.check(raises(KeyboardInterrupt()))


@pytest.mark.parametrize("answer", [lambda number: print("4", end=""), lambda number: print("4", end="\r") or 1 / 0])
def test_the_reply_starts_on_a_line_of_its_own(answer, capsys):
    DOUBLE.check(answer)
    assert capsys.readouterr().out.split("\n")[1].startswith("✗ not yet - ")


def test_what_cannot_be_measured_is_shown_and_not_called_a_function_that_stops():
    length = Exercise(hint="Build it.", cases=[Case((), 3, "Three items are asked.", measure=len)])
    printed = reply(length, lambda: 3)
    assert printed == (
        "✗ not yet - with the arguments () your function gives 3, and to look at that stops with TypeError: object of "
        "type 'int' has no len(). Three items are asked."
    )
    assert "returns nothing. Three" in reply(length, lambda: [].clear())


def test_arguments_that_cannot_be_copied_are_handed_over():
    letters = (letter for letter in "ab")
    first = Exercise(hint="", cases=[Case((letters,), "a", "The first one.")])
    assert reply(first, next) == "✓ right"


def test_long_reply_is_broken_between_words(capsys):
    words = "Multiply each of the well-known numbers " * 8
    Exercise(hint=words, cases=[Case((2,), 4, "Twice two is four.")]).check(...)
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= 100 and printed.count("\n") == 4
    assert printed.split() == ["○", "open", "-", *words.split()]


def test_exercise_takes_a_value_and_measures_a_result():
    value = Exercise(hint="Count.", cases=[Case(None, 320, "Did you count the biases?")])
    assert "✓" in reply(value, 320)
    assert "Did you count the biases?" in reply(value, 288)
    assert "○ open" in reply(value, ...)
    assert "your answer is nothing. Did you count" in reply(value, None)
    assert "gives '320' (a text, str), expected 320 (a number)" in reply(value, "320")
    length = Exercise(hint="Build it.", cases=[Case((), 3, "Three items are asked.", measure=len)])
    assert "✓" in reply(length, lambda: "abc")
    assert "stops with TypeError" in reply(length, lambda: 3)
    small = Exercise(hint="Small.", cases=[Case((), True, "Too large.", measure=lambda number: np.int64(number) < 3)])
    assert "✓" in reply(small, lambda: 2)
    assert "Too large" in reply(small, lambda: 4)
    assert "Too large" in reply(Exercise(hint="", cases=[Case((), True, "Too large.")]), lambda: 1)
    word = Exercise(hint="Name it.", cases=[Case(None, "relu", "It cuts what is negative off.")])
    assert "✓" in reply(word, "relu")
    assert "It cuts what is negative off." in reply(word, "tanh") and "It cuts" in reply(word, 3)


def test_solution_is_verified_or_raises(capsys):
    DOUBLE.verify_solution(lambda number: 2 * number)
    assert capsys.readouterr().out == "solution verified\n"
    with pytest.raises(AssertionError, match="Twice two"):
        DOUBLE.verify_solution(abs)
    with pytest.raises(AssertionError, match="fails its own check"):
        DOUBLE.verify_solution(double_untouched)


class Learner:
    def answer(self, n): ...


@functools.lru_cache
def behind_a_decorator(n): ...


@pytest.mark.parametrize("stub", [Learner().answer, behind_a_decorator])
def test_a_stub_is_open_also_as_a_method_and_behind_a_decorator(stub):
    assert reply(Exercise("h", [Case((2,), 4, "h")]), stub).startswith("○")


@pytest.mark.parametrize(
    ("expected", "given", "named"),
    [
        ([1.5, 1.0], [1.5, True], "a number and a truth value, bool"),
        (["1", "2"], ["1", 2], "a number and a text, str"),
        ([[1.0, 2.0], [3.0, 0.0]], [[1.0, 2.0], [3.0, False]], "a number and a truth value, bool"),
    ],
)
def test_a_list_of_several_kinds_is_not_made_one_kind(expected, given, named):
    said = " ".join(reply(Exercise("h", [Case(None, expected, "h")]), given).split())
    assert said.startswith("✗") and named in said


def test_of_a_long_message_the_beginning_is_shown():
    def answer():
        raise ValueError("a" * 200)

    assert reply(Exercise("h", [Case((), 4, "h")]), answer).count("a" * 160 + ". h") == 1
