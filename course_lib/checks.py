"""Claims that are held to their bounds, failures that are planned, exercises that answer back."""

import copy
import dis
import inspect
import math
import re
import reprlib
import textwrap
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from types import FunctionType
from typing import Any

import numpy as np

from course_lib.arguments import numbers
from course_lib.console import overheard, say

COLUMNS = 100  # fit beside the list of files in a window 1280 pixels wide
COLOUR_CODE = re.compile(r"\x1b\[[0-9;]*m")
# All that Python makes of a function whose body is `...`, `pass` or a docstring.
NO_CODE = {"RESUME", "NOP", "LOAD_CONST", "RETURN_CONST", "RETURN_VALUE"}
UNTOUCHED = "untouched"
# What the entries of an array are, by the letter that NumPy gives their type.
NUMBER, TEXT_ENTRY = "a number", "a text, str"
KINDS = {"b": "a truth value, bool", "U": TEXT_ENTRY, "T": TEXT_ENTRY, "S": "bytes", "c": "a complex number"}


def expect(
    claim: str,
    value: float,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    equals: Any = None,
    of: int | None = None,
) -> None:
    """Print a claim that holds, with the measured number beside its bounds; raise where it does not.

    Args:
        claim: what is claimed, such as "test accuracy".
        value: the measured number; `True` or `False` for a claim without bounds.
        at_least: lower bound, inclusive.
        at_most: upper bound, inclusive.
        equals: the one allowed value.
        of: how many examples `value` is a share of: the number is then shown to the last of them. Without it, three
            digits are shown, or more where three would seem to miss a bound.

    Raises:
        AssertionError: if the claim does not hold, with the measured number; NaN never holds.
        ValueError: if no bound is given and `value` is not a truth value, or they cannot be compared.
    """
    if (at_least, at_most) != (None, None) and not numbers(axes=(0,), missing=True).accepts(value):
        raise ValueError(f"value={value!r} was given; give a number where at_least or at_most is given")
    if hasattr(value, "numpy"):
        value = value.numpy()[()]
    if equals is not None:
        bounded, holds = f"{claim}: equals {equals}", value == equals
    elif at_least is not None or at_most is not None:
        bounds = [
            f"{sign} {bound}" for sign, bound in (("at least", at_least), ("at most", at_most)) if bound is not None
        ]

        def within(number: float) -> bool:
            return (at_least is None or number >= at_least) and (at_most is None or number <= at_most)

        bounded, holds = f"{claim}: {_digits(value, within, of)} ({' and '.join(bounds)})", within(value)
    elif isinstance(value, bool | np.bool_):
        bounded, holds = claim, bool(value)
    else:
        raise ValueError(f"expect({claim!r}, {value!r}): give at_least, at_most or equals, or a value True or False")
    if not holds:
        raise AssertionError(f"the claim does not hold here - {bounded} - measured: {value}")
    say(f"✓ {bounded}")


def _digits(value: float, within: Callable[[float], bool], of: int | None) -> str:
    """Return a measured number with as many digits as it carries."""
    if isinstance(value, int | np.integer):
        return str(value)
    if of is not None:
        return f"{value:.{max(math.ceil(math.log10(of)), 1)}f}"
    for digits in range(3, 18):
        rounded = float(f"{value:.{digits}g}")
        if within(rounded) == within(value):
            break
    return f"{rounded:.{max(digits, 6)}g}"  # 22000, not 2.2e+04


@contextmanager
def shows_error(error: type[Exception], containing: str) -> Iterator[None]:
    """Run lines that are meant to fail, and print the line of the message that says why.

    Args:
        error: the exception's class.
        containing: a part of its message.

    Raises:
        AssertionError: if nothing fails, or the message lacks `containing`; other exceptions pass through.
    """
    try:
        yield
    except error as caught:
        lines = [line.strip() for line in COLOUR_CODE.sub("", str(caught)).splitlines() if containing in line]
        if not lines:
            raise AssertionError(f"{type(caught).__name__} was raised without {containing!r}: {caught}") from caught
        say(f"{type(caught).__name__} (as planned): {lines[0]}")
    else:
        raise AssertionError(f"nothing failed; {error.__name__} with {containing!r} was expected")


def compare_guess(guess: Any, measured: float | str) -> None:
    """Print the learner's guess beside what was measured; not graded, and never raises.

    Args:
        guess: a number where a number was measured, else one of the words offered; `...` before there is a guess.
        measured: the number, or the word, that a cell has measured.
    """
    kind, array = _kind_and_array(measured)
    if kind != NUMBER or array.ndim:
        made = guess if isinstance(guess, str) else _brief(guess)
        say(f"your guess: {'none yet (put it in the cell above)' if guess is ... else made}\nmeasured:   {measured}")
        return
    measured = measured if isinstance(measured, Real) else float(array)
    number, shown_number = _as_number(guess), _digits(measured, lambda _: True, None)
    if guess is ...:
        say(f"your guess: none yet (put a number in the cell above)\nmeasured:   {shown_number}")
    elif number is None:
        say(f"your guess: {_brief(guess)}, which is not a number; write one such as 0.5, without % or unit")
        say(f"measured:   {shown_number}")
    else:
        distance = _digits(abs(number - measured), lambda _: True, None)
        verdict = f"{distance} too {'high' if number > measured else 'low'}" if float(distance) else "right"
        made = guess if isinstance(guess, str | Real) else number  # not "tf.Tensor(0.5, shape=(), dtype=float32)"
        say(f"your guess: {made}\nmeasured:   {shown_number}; the guess is {verdict}")


def _as_number(guess: Any) -> float | None:
    """Return a guess as a number, also where it was written as a text; `None` where it is not one."""
    if not isinstance(guess, str):
        kind, array = _kind_and_array(guess)
        guess = array if kind == NUMBER and array.ndim == 0 else ""
    try:
        return None if math.isnan(float(guess)) else float(guess)
    except (OverflowError, ValueError):
        return None


@dataclass(frozen=True)
class Case:
    """One question that an answer must meet.

    Attributes:
        arguments: what a function is called with; `None` where the answer is not a function.
        expected: the right result: a number, a text or an array.
        hint: what is probably wrong if this case fails.
        measure: what to compare of the result, such as a model's number of parameters; the result itself if left out.
    """

    arguments: tuple | None
    expected: Any
    hint: str
    measure: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class Exercise:
    """Checks a learner's answer against cases and says in one line how it stands; never raises because of an answer.

    Attributes:
        hint: the first step, shown while the stub is untouched.
        cases: tried in order; the first that fails gives the hint.
        tolerance: largest difference from `expected`, absolute and relative.
    """

    hint: str
    cases: Sequence[Case]
    tolerance: float = 1e-6

    def check(self, answer: Any) -> None:
        """Print "open", "✓" or "✗" with a hint for a learner's answer.

        Args:
            answer: a function, or a value if the cases have no arguments; `...`, or a function that holds no code and
                returns it or nothing, counts as untouched.
        """
        complaint = self._complaint(answer)
        if complaint is None:
            say("✓ right")
        elif complaint == UNTOUCHED:
            _print_wrapped(f"○ open - {self.hint}")
        else:
            _print_wrapped(f"✗ not yet - {complaint}")

    def verify_solution(self, answer: Any) -> None:
        """Print "solution verified" for the course's own answer.

        Raises:
            AssertionError: if the answer fails a case.
        """
        complaint = self._complaint(answer)
        if complaint is not None:
            raise AssertionError(f"the solution fails its own check: {complaint}")
        say("solution verified")

    def _complaint(self, answer: Any) -> str | None:
        return next(filter(None, (_complaint(case, answer, self.tolerance) for case in self.cases)), None)


def _complaint(case: Case, answer: Any, tolerance: float) -> str | None:
    """Return what is wrong with an answer to one question, or that it is untouched; nothing where it is right."""
    if answer is ...:
        return UNTOUCHED
    doing = "stops with"
    try:
        # Whatever a learner's code sets is set back; whatever it was set to before, it is judged as NumPy comes.
        with overheard() as heard, np.errstate(all="warn", under="ignore"), warnings.catch_warnings():
            result = answer if case.arguments is None else answer(*_copied(case.arguments))
            nothing = result is None or result is ...
            if case.measure is not None and not nothing:
                doing = f"gives {_brief(result)}, and to look at that stops with"
                result = case.measure(result)
    except KeyboardInterrupt:  # the learner stops it
        raise
    except BaseException as error:  # whatever else a learner's code raises, SystemExit too, becomes a hint
        return f"{_call(case)} {doing} {type(error).__name__}: {_first_line(error)}. {case.hint}"
    if nothing:
        if _holds_no_code(answer):
            return UNTOUCHED
        doing = "is" if case.arguments is None else "prints but returns" if heard.end else "returns"
        return f"{_call(case)} {doing} nothing. {case.hint}"
    (kind, given), (expected_kind, expected) = _kind_and_array(result), _kind_and_array(case.expected)
    if kind != expected_kind:
        wanted = f"{_brief(case.expected)} ({expected_kind})"
        return f"{_call(case)} gives {_brief(result)} ({kind}), expected {wanted}. {case.hint}"
    if not (given.shape == expected.shape and _agree(given, expected, kind, tolerance)):
        return f"{_call(case)} gives {_brief(result)}, expected {_brief(case.expected)}. {case.hint}"
    return None


def _holds_no_code(answer: Any) -> bool:
    """Tell whether an answer is a function, perhaps a method or behind decorators, that is still empty."""
    function = inspect.unwrap(getattr(answer, "__func__", answer))
    return isinstance(function, FunctionType) and {step.opname for step in dis.get_instructions(function)} <= NO_CODE


def _copied(arguments: tuple) -> tuple:
    """Return a copy for a function that may change what it is given; what cannot be copied is handed over itself."""
    try:
        return copy.deepcopy(arguments)
    except Exception:  # an iterator, or a model with layers that Keras does not know
        return arguments


def _call(case: Case) -> str:
    if case.arguments is None:
        return "your answer"
    return f"with the arguments ({', '.join(_brief(argument) for argument in case.arguments)}) your function"


def _print_wrapped(text: str) -> None:
    """Print between words what JupyterLab, where a line is too long for the page, breaks inside them."""
    say(textwrap.fill(text, COLUMNS, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False))


def _first_line(error: BaseException) -> str:
    try:
        lines = COLOUR_CODE.sub("", str(error)).splitlines()
    except Exception:  # an error of the learner's own that cannot say what it is
        lines = []
    return next(filter(None, map(str.strip, lines)), "no message")[:160].rstrip(".")


def _brief(value: Any) -> str:
    """Return a value in a few words: digits rounded, a large array by its shape."""
    try:
        if hasattr(value, "__array__") and np.ndim(value) > 0:  # a tensor has it, too
            array, values = np.asanyarray(value), ""
            if array.size <= 9 and array.dtype.kind in "biuf":
                values = f" {(np.round(array, 4) if array.dtype.kind == 'f' else array).tolist()}"
            return f"an array of shape {array.shape}{values}"
        if isinstance(name := getattr(value, "__name__", None), str):  # of a function or class, without its address
            return name
        return f"{value:.6g}" if isinstance(value, float | np.floating) else reprlib.repr(value)
    except Exception:  # it has no values, such as a symbolic tensor
        return f"<{type(value).__name__}>"


def _kind_and_array(value: Any) -> tuple[str, np.ndarray]:
    """Return in words what the entries of a value are, and the value as an array."""
    try:
        array = _array(value)
        if isinstance(value, list | tuple) and array.dtype != object:
            # Entry by entry, before NumPy makes one kind of several: of [1.5, True] numbers, of ["1", 2] texts.
            kinds = {_kind_and_array(entry)[0] for entry in value}
            if len(kinds) > 1:
                return " and ".join(sorted(kinds)), array
        if array.dtype == object:
            odd = [entry for entry in array.flat if isinstance(entry, bool) or not isinstance(entry, Real | Decimal)]
            return KINDS.get(np.asarray(odd[0]).dtype.kind, type(odd[0]).__name__) if odd else NUMBER, array
    except Exception:  # a ragged list, a symbolic tensor
        return type(value).__name__, np.array(np.nan)  # like no other
    if array.dtype != bool and np.can_cast(array.dtype, np.longdouble):  # bfloat16, too, which NumPy does not know
        return NUMBER, array
    return KINDS.get(array.dtype.kind, str(array.dtype)), array


def _array(value: Any) -> np.ndarray:
    try:
        return np.asanyarray(value)
    except ValueError:
        if not hasattr(value, "__array__"):
            raise
        return np.asarray(value, float)  # a single bfloat16 of TensorFlow becomes no array of its own type


def _agree(given: np.ndarray, expected: np.ndarray, kind: str, tolerance: float) -> bool:
    """Tell whether two arrays of one shape and kind are the same, numbers within the tolerance."""
    if np.ma.is_masked(given):
        return False
    if kind != NUMBER:
        return np.array_equal(given, expected)
    try:
        given, expected = given.astype(float), expected.astype(float)
    except Exception:  # a whole number beyond all floats
        return False
    with np.errstate(all="ignore"):
        return np.allclose(given, expected, rtol=tolerance, atol=tolerance)
