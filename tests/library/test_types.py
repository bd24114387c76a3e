"""Numbers as NumPy, TensorFlow, Keras and pandas hand them out: each gives the same, or is refused by name.

The cases are made from the good calls of all functions: every argument in every form.
"""

import importlib.util
from collections.abc import Mapping
from functools import partial

import keras
import numpy as np
import pytest
import tensorflow as tf
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from course_lib import datasets, plots
from test_arguments import GOOD


class Column:
    """What a library that is not known here hands out: it says how to become an array, and nothing else."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, dtype)


class Table:
    """Named columns as pandas has them: no dictionary, but one may ask it for its names and for a column by name."""

    def __init__(self, **columns):
        self.columns = columns
        self.keys, self.items = columns.keys, columns.items

    def __iter__(self):
        return iter(self.columns)

    def __getitem__(self, name):
        return self.columns[name]


def backwards(values):
    return np.asarray(values)[::-1].copy()[::-1]


def every_second(values):
    return np.repeat(values, 2, axis=0)[::2]


def read_only(values):
    values = np.array(values)
    values.flags.writeable = False
    return values


# How other libraries hand out the same numbers.
WHOLE = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
TYPES = [*WHOLE, "float16", "float32", "float64", "bool"]


def of_numpy(name, values):
    return np.asarray(values).astype(name)


def of_tensorflow(name, values):
    return tf.cast(np.asarray(values), name)


def of_pandas(name, values):
    return pandas.Series(np.asarray(values), range(5, 5 + len(values))).astype(name)


FORMS = {
    **{f"NumPy's {name}": partial(of_numpy, name) for name in [*TYPES, "longdouble", ">i4", ">f4"]},
    **{f"a tensor of {name}": partial(of_tensorflow, name) for name in [*TYPES, "bfloat16"]},
    "a variable of TensorFlow": lambda values: tf.Variable(np.asarray(values)),
    "a variable of Keras": lambda values: keras.Variable(np.asarray(values), dtype="float64"),
    "a bfloat16 variable of Keras": lambda values: keras.Variable(np.asarray(values), dtype="bfloat16"),
    "a list": lambda values: np.asarray(values).tolist(),
    "a tuple": lambda values: tuple(np.asarray(values).tolist()),
    "a list of NumPy's numbers": lambda values: list(np.asarray(values)),
    "a list of tensors": lambda values: list(tf.constant(np.asarray(values))),
    "a column of another library": Column,
    "Fortran's order": np.asfortranarray,
    "a view backwards": backwards,
    "a view of every second": every_second,
    "read-only": read_only,
    "a masked array without a mask": np.ma.array,
    "objects": lambda values: np.asarray(values).astype(object),
    "complex numbers": lambda values: np.asarray(values).astype(complex),
    "texts": lambda values: np.asarray(values).astype(str),
    "times": lambda values: np.asarray(values).astype("datetime64[s]"),
    "a sparse tensor": lambda values: tf.sparse.from_dense(np.asarray(values)),
    "a ragged tensor": lambda values: tf.ragged.constant([[1.0] * (2 - place % 2) for place in range(len(values))]),
    "a symbolic tensor": lambda values: keras.Input(np.shape(values)[1:]),
    "an iterator": iter,
    "a set": lambda values: set(np.ravel(values).tolist()),
}
if importlib.util.find_spec("pandas"):  # the course does not need it; a learner may have it
    import pandas

    for name in ("int64", "Int64", "float32", "Float64", "category"):
        FORMS[f"a series of {name}"] = partial(of_pandas, name)
    FORMS["an index"] = lambda values: pandas.Index(np.asarray(values))
# What is refused by name, wherever it is given: no numbers, no order, or no values yet.
NO_NUMBERS = {
    *("objects", "complex numbers", "texts", "times", "a sparse tensor", "a ragged tensor", "a symbolic tensor"),
    *("an iterator", "a set"),
}


def holds_numbers(value):
    """Tell whether an argument is a list, an array or a picture of numbers, or a dictionary or a list of these."""
    first = next(iter(value.values())) if isinstance(value, dict) and value else value
    return not np.isscalar(first) and np.asarray(first).dtype.kind in "biuf" and np.ndim(first) > 0


def in_other_form(value, form):
    """Return numbers, or each of the lists of numbers in a value, in another form that keeps them as they are."""
    if isinstance(value, dict):
        return {name: in_other_form(values, form) for name, values in value.items()}
    if isinstance(value, list) and np.ndim(value[0]) > 1:
        return [in_other_form(values, form) for values in value]
    if isinstance(FORMS[form], partial) and FORMS[form].func is of_pandas and np.ndim(value) > 1:
        return value
    try:
        with np.errstate(all="ignore"):
            converted = FORMS[form](value)
    except (TypeError, ValueError):  # pandas does not make whole numbers of 0.5 and NaN
        return value
    if form in NO_NUMBERS:
        return converted
    kept = np.array_equal(np.asarray(converted, dtype=float), np.asarray(value, dtype=float), equal_nan=True)
    return converted if kept else value


def in_lists(value):
    """Return what a function gets, draws or yields, in lists of Python's numbers."""
    if isinstance(value, Figure):
        parts = [*value.findobj(Line2D), *value.findobj(Rectangle), *value.findobj(LineCollection)]
        drawn = [artist.get_paths() if hasattr(artist, "get_paths") else [artist.get_path()] for artist in parts]
        texts = [text.get_text() for text in value.findobj(Text)]
        return [[path.vertices.tolist() for path in paths] for paths in drawn] + texts
    if isinstance(value, dict):
        return {name: in_lists(values) for name, values in value.items()}
    if isinstance(value, tuple | tf.data.Dataset):
        return [in_lists(values) for values in value]
    return np.asarray(value).astype(float).tolist()


ARRAYS = [
    pytest.param(function, name, id=f"{function.__name__}-{name}")
    for function, good in GOOD.items()
    for name, value in good.items()
    if function.__module__.startswith(("course_lib.plots", "course_lib.datasets")) and holds_numbers(value)
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("function", "name"), ARRAYS)
def test_numbers_of_every_library_are_read_alike_or_refused_by_name(function, name, form):
    kind, good = function.kinds[name], GOOD[function]
    given = in_other_form(good[name], form)
    if form in NO_NUMBERS and (function, form) != (datasets.batches, "texts"):  # texts are examples, too
        with pytest.raises(ValueError, match=rf"^{name}=.* was given; give .*") as raised:
            function(**{**good, name: given})
        assert len(str(raised.value)) < 300
    elif form not in NO_NUMBERS:
        assert kind.accepts(given)
        np.testing.assert_equal(in_lists(kind.read(given)), in_lists(kind.read(good[name])))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("form", ["NumPy's uint8", "NumPy's bool", "a tensor of bfloat16", "a variable of Keras"])
@pytest.mark.parametrize(("function", "name"), ARRAYS)
def test_the_result_is_the_same_for_numbers_of_every_library(function, name, form):
    good = GOOD[function]
    given = {**good, name: in_other_form(good[name], form)}
    np.testing.assert_equal(in_lists(function(**given)), in_lists(function(**good)))


def test_each_function_that_takes_numbers_was_tried():
    assert [case.id for case in ARRAYS] == [
        *("halved-images", "batches-inputs", "batches-labels", "learning_curves-history"),
        *("line_chart-x", "line_chart-series", "line_chart-spread", "bar_chart-series"),
        *("strip_chart-samples", "image_grid-images"),
    ]


@pytest.mark.parametrize(
    ("function", "name"),
    [
        pytest.param(function, name, id=f"{function.__name__}-{name}")
        for function, good in GOOD.items()
        for name, value in good.items()
        if name in getattr(function, "kinds", {})
        and (type(value) in (int, float) or (isinstance(value, tuple) and type(value[0]) is int))
    ],
)
def test_sizes_and_numbers_of_every_library_reach_the_function_as_pythons_own(function, name):
    kind, value = function.kinds[name], GOOD[function][name]
    forms = [np.int8, np.int64, np.uint8, np.uint64, np.float32, np.float64, np.array, tf.constant, keras.Variable]
    for form in (*forms, list, tf.TensorShape):
        try:
            given = form(value)
        except (TypeError, ValueError, OverflowError):
            continue  # a type for one number, for several, or for smaller ones
        if not np.array_equal(np.asarray(given, dtype=float), np.asarray(value, dtype=float)):
            continue  # a type that cannot hold them
        if kind.accepts(given):
            read = kind.read(given)
            assert read == value
            assert all(isinstance(each, int | float) for each in (read if isinstance(read, tuple) else [read]))
        else:
            with pytest.raises(ValueError, match=f"^{name}=.* was given; give "):
                function(**{**GOOD[function], name: given})
    for form in (np.int64, np.array, tf.constant):
        assert kind.accepts(form(value))


def test_what_a_mask_hides_is_missing_and_no_number():
    hidden = np.ma.array([1, 10**6], mask=[False, True])
    figure = plots.line_chart([1, 2], {"a": hidden}, title="t", x_label="x", y_label="y")
    assert figure.axes[0].lines[0].get_ydata().tolist() == [1]
    for refuse in (
        lambda: plots.line_chart(hidden, {"a": [1, 2]}, title="t", x_label="x", y_label="y"),
        lambda: datasets.batches(hidden, [0, 1], batch_size=1),
        lambda: plots.image_grid([hidden[np.newaxis]]),
    ):
        with pytest.raises(ValueError, match=r"^(x|inputs|images)=.* was given; give "):
            refuse()


def test_tables_of_other_libraries_are_read_by_their_columns():
    history = Table(loss=Column([2, 1]), epoch=Column([0, 1]))
    assert not isinstance(history, Mapping)
    figure = plots.learning_curves(history)
    assert figure.axes[0].lines[0].get_ydata().tolist() == [2, 1]
    figure = plots.bar_chart(Column(["g", "h"]), Table(a=Column([1, 2])), title="t", y_label="y")
    assert [bar.get_height() for bar in figure.axes[0].patches] == [1, 2]
