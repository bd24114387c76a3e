"""Values that a function may be given by mistake, and calls in which one or two arguments are such."""

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from hypothesis import strategies as st
from hypothesis.extra import numpy as np_st

LEFT_OUT = object()
HUGE = (10**9, 2**31, 2**63, 10**30, 10**400)

NUMBERS = st.one_of(
    st.integers(-3, 3),
    st.sampled_from((*HUGE, *(-number for number in HUGE))),
    st.floats(),
    st.sampled_from((0.5, float("nan"), float("inf"), -float("inf"), 1e-300, 1e300)),
)
TEXTS = st.one_of(
    st.text(max_size=5),
    st.sampled_from(("", "\0", "x" * 10_000, "../mnist", "mnist\n")),
    st.binary(max_size=5),
)
SCALARS = st.one_of(
    NUMBERS,
    TEXTS,
    st.sampled_from((None, True, False, ..., 1j, Fraction(1, 2), Decimal("0.5"), object(), len, int, keras)),
    st.sampled_from((np.int64(3), np.uint8(200), np.float16(0.5), np.float32(0.5), np.bool_(True), np.longdouble(1))),
)
ARRAYS = np_st.arrays(
    st.sampled_from(
        ("bool", "int8", "uint8", "int64", "float16", "float32", "float64", "complex64", "U3", "S3", "M8[s]")
    ),
    np_st.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3),
)
COLLECTIONS = st.one_of(
    st.lists(SCALARS, max_size=4),
    st.lists(SCALARS, max_size=4).map(tuple),
    st.lists(st.lists(NUMBERS, max_size=3), max_size=3),  # often ragged
    st.dictionaries(st.one_of(st.text(max_size=3), st.integers()), st.one_of(SCALARS, st.lists(NUMBERS)), max_size=3),
    st.sampled_from((frozenset({1}), range(3), np.array([1, "a", None], dtype=object))),
)
TENSORS = st.builds(
    lambda make: make(),
    st.sampled_from(
        (
            lambda: tf.constant([1.0, 2.0]),
            lambda: tf.constant(["a"]),
            lambda: tf.ragged.constant([[1], [2, 3]]),
            lambda: keras.Input((3,)),
            lambda: keras.layers.Dense(2),
            lambda: keras.Sequential([keras.layers.Dense(2)]),
            lambda: iter([1, 2]),
        )
    ),
)
ODD = st.one_of(SCALARS, ARRAYS, COLLECTIONS, TENSORS)


@dataclass(frozen=True)
class Call:
    """What is known of a function.

    Attributes:
        function: what is called.
        allowed: for each argument the values that it must work with.
        flags: arguments that follow Python's rule of truth: anything works that is true or false.
        besides: errors that are its answer to good arguments.
        wrong: for a function that takes long where it works: arguments of which one is wrong in each case.
        name: its name, where a test stands between.
    """

    function: Callable
    allowed: dict[str, st.SearchStrategy]
    flags: tuple[str, ...] = ()
    besides: tuple[type[Exception], ...] = ()
    wrong: dict[str, st.SearchStrategy] = field(default_factory=dict)
    name: str = ""

    def __str__(self) -> str:
        return self.name or f"{self.function.__module__}.{self.function.__qualname__}"


@st.composite
def arguments(draw: st.DrawFn, call: Call) -> tuple[dict[str, Any], set[str]]:
    """Draw a call's arguments and the names of those that are odd, none to two."""
    given = {name: draw(strategy) for name, strategy in call.allowed.items()}
    odd = draw(st.lists(st.sampled_from(sorted(given)), max_size=2, unique=True)) if given else []
    for name in odd:
        if name in call.flags:
            given[name] = draw(SCALARS)
        else:
            given[name] = draw(st.one_of(ODD, st.just(LEFT_OUT), spoilt(given[name])))
    for name in [draw(st.sampled_from(sorted(call.wrong)))] if call.wrong else []:
        given[name] = draw(call.wrong[name])
        odd.append(name)
    return {name: value for name, value in given.items() if value is not LEFT_OUT}, set(odd)


def spoilt(value: Any) -> st.SearchStrategy:
    """Return strategies for values that are nearly right: one entry is odd, one is missing, the type is another."""
    if isinstance(value, np.ndarray) and value.size and value.ndim and value.dtype.kind in "iuf":
        return st.one_of(
            st.sampled_from(
                (value[:-1], value[..., np.newaxis], value.tolist(), value.astype(object), -value.astype(float))
            ),
            st.builds(
                lambda entry: np.where(np.arange(value.size).reshape(value.shape) == 0, entry, value), st.floats()
            ),
        )
    if isinstance(value, list | tuple) and value:
        return st.builds(
            lambda index, entry: type(value)([*value[:index], *entry, *value[index + 1 :]]),
            st.integers(0, len(value) - 1),
            st.lists(ODD, max_size=2),
        )
    if isinstance(value, Path):
        near = (value.name, "x" * 300 + value.suffix, f"{'x' * 300}/{value.name}", f"none/{value.name}", "", "\0.keras")
        return st.sampled_from([value.parent / name for name in near])
    if isinstance(value, dict) and value:
        return st.builds(lambda entry: {**value, next(iter(value)): entry}, ODD)
    return ODD
