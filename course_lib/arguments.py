"""What functions take: declared in a line above each; another value is refused by the argument's name.

A function gets what is allowed in one form, whichever library made it: numbers of NumPy, TensorFlow, Keras and pandas
as arrays, whole numbers as `int`. The tests of refusals are made from the same declarations: each kind lists some
values that it must refuse.
"""

import functools
import inspect
import math
import reprlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

LARGEST_SEED = 2**32 - 1  # NumPy takes no larger one
LARGEST = 1e300  # a chart of larger numbers cannot be drawn: its height is not a number
MOST_WEIGHTS = 100_000_000  # of one layer; they take 400 MB, and training takes four times as much


@dataclass(frozen=True)
class Kind:
    """What an argument may be.

    Attributes:
        words: what is allowed, as a message says it after "give".
        test: tells whether a value is of this kind; where it raises, the value is not.
        wrong: some values that are not.
        read: brings an allowed value into the form in which the function gets it.
    """

    words: str
    test: Callable[[Any], Any]
    wrong: Sequence = (3,)
    read: Callable[[Any], Any] = lambda value: value

    def accepts(self, value: Any) -> bool:
        """Tell whether a value is of this kind."""
        try:
            return bool(self.test(value))
        except Exception:  # a text has no shape, a number no length, a symbolic tensor no values
            return False


def takes(weights: Callable[..., Iterable[int]] | None = None, /, **kinds: Kind) -> Callable[[Callable], Callable]:
    """Declare what a function takes; nothing else gets past its first line.

    Args:
        weights: for a builder, a function of all arguments that returns how many weights each layer has; it may
            also raise ValueError where arguments do not fit each other.
        kinds: what each argument may be. Its default is always allowed.

    Returns:
        A decorator; what it decorates has an attribute `kinds`.
    """

    def declared(function: Callable) -> Callable:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def guarded(*given: Any, **named: Any) -> Any:
            bound = signature.bind(*given, **named)
            bound.apply_defaults()
            for name, kind in kinds.items():
                value = bound.arguments[name]
                if value is signature.parameters[name].default:
                    continue
                if not kind.accepts(value):
                    raise ValueError(f"{name}={shown(value)} was given; give {kind.words}")
                bound.arguments[name] = kind.read(value)
            most = max(weights(**bound.arguments)) if weights else 0
            if most > MOST_WEIGHTS:
                asked = f"{', '.join(kinds)} ask for a layer of {shown(most)} weights"
                raise ValueError(f"{asked}; a laptop trains {MOST_WEIGHTS} at most: give smaller sizes")
            return function(*bound.args, **bound.kwargs)

        guarded.kinds = kinds
        return guarded

    return declared


class _OneLine(reprlib.Repr):
    def repr_ndarray(self, array: np.ndarray, level: int) -> str:
        return f"an array of {array.dtype} of shape {array.shape}"


def shown(value: Any) -> str:
    """Return a value in one short line, for a message; an array by its type and shape."""
    return " ".join(_OneLine().repr(value).split())


def instance(kind: Any, words: str, wrong: Sequence = (3,)) -> Kind:
    """Return the kind of all objects of a class, or of one of several."""
    return Kind(words, lambda value: isinstance(value, kind), wrong=wrong)


def one_of(*words: str | None) -> Kind:
    """Return the kind of these words alone."""
    return Kind(" or ".join(map(repr, words)), lambda value: value in words, wrong=(3, "other"))


def as_array(values: Any) -> np.ndarray:
    """Return numbers, or texts, of any library as an array of a type that NumPy and TensorFlow both have.

    What a mask hides becomes NaN; bfloat16 and long doubles become float64, NumPy's texts of any length objects.
    """
    if np.ma.is_masked(values):
        values = values.astype(float).filled(np.nan)
    array = np.asarray(values.numpy() if hasattr(values, "numpy") else values)  # NumPy alone fails at one bfloat16
    if array.dtype.isbuiltin == 2 or array.dtype.char == "g":  # 2: another library added the type to NumPy
        return array.astype(float)
    return array.astype(object) if array.dtype.char == "T" else array


def _floats(array: np.ndarray) -> np.ndarray:
    """Return numbers as float64, with NaN for what is not finite or so large that differences are not."""
    floats = array.astype(float)
    return np.where(np.abs(floats) < LARGEST, floats, np.nan)


def numbers(
    words: str = "a list of numbers",
    axes: Sequence[int] = (1,),
    types: str = "biuf",
    *,
    empty: bool = False,
    missing: bool = False,
    such_that: Callable[[np.ndarray], Any] = lambda array: True,
    form: Callable[[np.ndarray], Any] = _floats,
    wrong: Sequence = (),
) -> Kind:
    """Return the kind of numbers of any library, in arrays or lists or alone.

    Args:
        words: what is allowed.
        axes: how many axes there may be; 0 for a number alone.
        types: the letters that NumPy has for the types of number: "iu" for whole numbers.
        empty: whether there may be none.
        missing: whether some may be NaN or infinite.
        such_that: what else holds of the array.
        form: makes of the array what the function gets.
        wrong: some values to refuse, beside those that are no numbers at all.
    """

    def test(values: Any) -> bool:
        array = as_array(values)
        fits = array.ndim in axes and (array.dtype.kind in types or array.size == 0)
        if array.size == 0:
            return fits and empty
        finite = fits and (missing or -LARGEST < float(array.min()) <= float(array.max()) < LARGEST)  # NaN is not
        return finite and such_that(array)

    never = ("text", ["a"], [None], [None] if empty else [], [[1], [2, 3]])
    return Kind(words, test, wrong=(*never, *wrong), read=lambda values: form(as_array(values)))


def number(at_least: float = 0, below: float = math.inf) -> Kind:
    """Return the kind of real numbers in a range, of any library; the function gets an `int` or a `float`."""
    words = f"a number from {at_least} {'on' if below == math.inf else f'to below {below}'}"
    wrong = (at_least - 0.1, below, math.nan)
    return numbers(words, (0,), such_that=lambda it: at_least <= it < below, form=np.ndarray.item, wrong=wrong)


def whole(at_least: int = 1, at_most: float = math.inf) -> Kind:
    """Return the kind of whole numbers in a range, of any library; the function gets an `int`, as Keras needs it."""
    words = f"a whole number (int) from {at_least} {'on' if at_most == math.inf else f'to {at_most}'}"
    wrong = (at_least - 1, at_least + 0.5, at_most + 1, np.float64(at_least), True)
    return numbers(words, (0,), "iu", such_that=lambda it: at_least <= it <= at_most, form=np.ndarray.item, wrong=wrong)


def many(kind: Kind, words: str, least: int = 1, most: float = math.inf, by_name: bool = False) -> Kind:
    """Return the kind of lists, tuples or arrays, or of dictionaries and tables by name, of so many of one kind.

    The function gets a tuple, or a dictionary.
    """

    def entries(values: Any) -> Iterable:
        if by_name:
            return dict(values.items()).values()
        return values if isinstance(values, list | tuple) else tuple(as_array(values))

    def test(values: Any) -> bool:
        return least <= len(entries(values)) <= most and all(map(kind.accepts, entries(values)))

    def read(values: Any) -> tuple | dict:
        of_each = tuple(map(kind.read, entries(values)))
        return dict(zip(values.keys(), of_each, strict=True)) if by_name else of_each

    return Kind(words, test, wrong=[3, *({"a": value} if by_name else [value] for value in kind.wrong)], read=read)


TEXT = instance(str, "a text (str)", wrong=(3, None, b"text"))
TEXTS = many(TEXT, "a list of texts (str)", 0)
SEED = whole(0, LARGEST_SEED)
CLASSES = whole(2)
SHARE = number(0, below=1)
PLACES = numbers(
    "whole numbers (n,) from 0 on",
    types="iu",
    empty=True,
    such_that=lambda places: places.min() >= 0,
    form=lambda places: places.astype("int64"),
    wrong=(3, [0.5], [-1], [[1, 2]]),
)
SIZES = many(whole(), "a list or tuple of whole numbers (int) from 1 on", 0)
PICTURE = many(whole(), "(height, width, channels), whole numbers from 1 on, such as (28, 28, 1) for grey", 3, 3)


def refuse_other_lengths(**lists: Sequence) -> None:
    """Raise ValueError unless all arguments have as many entries as the first."""
    if len({len(values) for values in lists.values()}) > 1:
        given = " and ".join(f"{len(values)} {name}" for name, values in lists.items())
        raise ValueError(f"{given} were given; give as many of each")
