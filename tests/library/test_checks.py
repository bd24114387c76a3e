"""Claims, planned failures, predictions and exercises."""

import keras
import numpy as np
import pytest

from course_lib.checks import Case, Exercise, compare_guess, expect, shows_error
from exercises import reply

GOOD_CALLS = {
    expect: {"claim": "c", "value": 1.0, "at_least": 0.5, "at_most": 2, "equals": None, "of": 10},
    shows_error: {"error": ValueError, "containing": "rank"},
    Case: {"arguments": (2,), "expected": 4, "hint": "h", "measure": abs},
    Exercise: {"hint": "h", "cases": [Case((2,), 4, "h")], "tolerance": 0.1},
}


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
    with pytest.raises(ValueError, match=r"np.array_equal"):
        expect("a claim", np.zeros(2), equals=np.zeros(2))


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


NONE_YET = "your guess: none yet (put a number in the cell above)\nmeasured:   "


@pytest.mark.parametrize(
    ("guess", "measured", "printed"),
    [
        ("the CNN", "the dense network", "your guess: the CNN\nmeasured:   the dense network"),
        (..., "1e-5", "your guess: none yet (put it in the cell above)\nmeasured:   1e-5"),
        (0.97, 0.08912, "your guess: 0.97\nmeasured:   0.0891; the guess is 0.881 too high"),
        (10, 22027.4, "your guess: 10\nmeasured:   22000; the guess is 22000 too low"),
        (4, np.float32(4.0), "your guess: 4\nmeasured:   4; the guess is right"),
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
        (..., 0.0891234, f"{NONE_YET}0.0891"),
        (..., np.int64(7), f"{NONE_YET}7"),
    ],
)
def test_guess_stands_beside_what_was_measured(guess, measured, printed, capsys):
    compare_guess(guess, measured)
    assert capsys.readouterr().out == f"{printed}\n"


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


def test_an_exercise_made_wrongly_is_not_the_learners_mistake():
    for make in (lambda: Case([2], 4, "Twice."), lambda: Exercise("Multiply.", []), lambda: Exercise("Multiply.", [4])):
        with pytest.raises(ValueError, match=r"arguments=|cases"):
            make()


def test_solution_is_verified_or_raises(capsys):
    DOUBLE.verify_solution(lambda number: 2 * number)
    assert capsys.readouterr().out == "solution verified\n"
    with pytest.raises(AssertionError, match="Twice two"):
        DOUBLE.verify_solution(abs)
    with pytest.raises(AssertionError, match="fails its own check"):
        DOUBLE.verify_solution(double_untouched)
