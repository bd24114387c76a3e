"""Arguments: a call works, or says which argument is wrong; what must be refused is read from the declarations."""

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keras import layers
from matplotlib.figure import Figure

import course_lib
from course_lib import arguments, data_files, datasets, plots
from course_lib.arguments import Kind, takes
from course_lib.models.convolutional import convolutional_network
from course_lib.models.dense import dense_network
from course_lib.models.gpt import gpt, surprise
from course_lib.models.recurrent import recurrent_classifier
from course_lib.models.regularised import regularised_network
from course_lib.models.residual import residual_network
from course_lib.models.transfer import classifier_on_backbone

# Beside its tests, each file of this folder says with what its functions work: GOOD_CALLS.
GOOD = {}
for file in sorted(Path(__file__).parent.glob("test_*.py")):
    if "\nGOOD_CALLS = " in file.read_text(encoding="utf-8"):
        GOOD |= importlib.import_module(file.stem).GOOD_CALLS
ODD = [
    *(None, True, -1, 0, 1, 3, 2.5, -0.5, float("nan"), float("inf"), "", "text", b"text", 1j, ..., object(), len, int),
    *((), [], [0], [1.5], ["a"], [None], [[1], [2, 3]], {}, {"a": 1}, {"a": [1]}, {1: [2, 3]}, range(3), {1}),
    *(np.zeros(0), np.zeros(2), np.zeros((2, 2)), np.zeros((2, 3, 4, 5)), np.full(2, np.nan), np.array(["a", "b"])),
    *(np.array([None]), np.array(3), np.int64(3), np.float32(0.5), np.bool_(True), iter([1, 2]), Path("x")),
    *(
        tf.constant([1.0, 2.0]),
        tf.constant(["a"]),
        keras.Input((3,)),
        layers.Dense(2),
        keras.Sequential([layers.Dense(2)]),
    ),
]
HANDED_ON = {"name", "batch_size"}  # to a function that declares them
# Anything is true or false, and what is no model, vocabulary or title Python, Keras and matplotlib say.
UNDECLARED = {"normalise", "include_top", "bidirectional", "signed", "skip"}
UNDECLARED |= {"model", "vocabulary", "title", "x_label", "y_label"}
MANY = {str(name): [1, 2] for name in range(7)}
# What the kinds do not list: arguments that do not fit each other, and what is left to other libraries.
MORE_REFUSED = [
    (data_files.verify, {"name": ["mnits"]}),
    (datasets.load, {"name": [3, "mnits"], "batch_size": [0, 2.5, 10**7]}),
    (datasets.load_arrays, {"name": [3, ["mnist"], "mnits", "photographs"]}),
    (datasets.load_features, {"name": [3, "mnits", "photographs"]}),
    (datasets.load_texts, {"name": ["mnits", "mnist"]}),
    (datasets.batches, {"inputs": [np.zeros((1, 2))], "labels": [[0]], "batch_size": [4]}),
    (convolutional_network, {"input_shape": [(3, 28, 1), (28, 3, 1), (10**5, 10**5, 1)]}),
    (convolutional_network, {"filters": [[2] * 3, (10**5, 10**5)], "num_classes": [10**8]}),
    (regularised_network, {"input_shape": [(3, 28, 1)], "filters": [(10**5, 10**5)]}),
    (residual_network, {"filters": [(10**4,)], "num_classes": [10**8]}),
    (dense_network, {"input_shape": [(10**5, 10**5, 1)], "hidden_units": [(10**8,)], "num_classes": [10**8]}),
    (recurrent_classifier, {"vocabulary_size": [10**9], "units": [10**5], "num_classes": [10**9]}),
    (classifier_on_backbone, {"backbone": [dense_network()]}),
    (gpt, {"width": [10**5, 13], "vocabulary_size": [10**8], "context": [10**8], "heads": [5]}),
    (surprise, {"pieces": [[20], [3, 10**6]]}),
    (plots.line_chart, {"x": [[1], [0, 1], [float("nan"), 1]], "series": [{}, MANY, {"a": [1]}, {"a": [0, 0]}]}),
    (plots.line_chart, {"spread": [{"a": [1]}, {"a": [-1, 1]}]}),
    (plots.learning_curves, {"history": [{}, {"other": [1]}]}),
    (plots.strip_chart, {"samples": [{"a": []}]}),
    (plots.bar_chart, {"groups": [["a"], []], "series": [{}, MANY, {"a": [1]}]}),
    (plots.image_grid, {"images": [[]], "labels": [["a", "b"]]}),
]
REFUSED = [
    pytest.param(function, name, wrong, id=f"{function.__name__}-{name}-{place}")  # the same in each worker
    for function, wrongs in [
        *((function, {name: kind.wrong for name, kind in getattr(function, "kinds", {}).items()}) for function in GOOD),
        *MORE_REFUSED,
    ]
    for name, values in wrongs.items()
    for place, wrong in enumerate(values)
]


def names_an_argument(message: str, names: set[str]) -> bool:
    """Tell whether a message has one of the names, or its singular: "number of rows", "a text"."""
    return any(re.search(rf"\b{name.removesuffix('s')}s?\b", message) for name in names)


@pytest.mark.parametrize(("function", "name", "wrong"), REFUSED)
def test_a_wrong_value_is_refused_by_name(function, name, wrong):
    with pytest.raises((ValueError, TypeError)) as raised:
        function(**{**GOOD[function], name: wrong})
    assert names_an_argument(str(raised.value), {name})


@st.composite
def mistaken(draw: st.DrawFn, good: dict) -> tuple[dict, set[str]]:
    """Draw a call's arguments, none, one or two of them odd as a whole or in one entry, and the odd ones' names."""
    names = sorted(set(good) - UNDECLARED)
    odd = draw(st.lists(st.sampled_from(names), max_size=2, unique=True)) if names else []
    return {**good, **{name: spoilt(good[name], draw) for name in odd}}, set(odd)


def spoilt(value: object, draw: st.DrawFn) -> object:
    odd = draw(st.sampled_from(ODD))
    if draw(st.booleans()):
        return odd
    if isinstance(value, dict):
        return {**value, draw(st.sampled_from(sorted(value))): odd}
    if isinstance(value, list | tuple):
        place = draw(st.integers(0, len(value) - 1))
        return type(value)([*value[:place], odd, *value[place + 1 :]])
    if isinstance(value, np.ndarray):
        return draw(st.sampled_from((value[:-1], value[..., np.newaxis], value.astype(object), value.tolist())))
    return odd


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("function", GOOD, ids=lambda function: function.__name__)
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_a_call_works_or_says_which_argument_is_wrong(function, data):
    given_arguments, odd = data.draw(mistaken(GOOD[function]))
    try:
        result = function(**given_arguments)
        if isinstance(result, Figure):
            result.draw_without_rendering()  # what cannot be drawn would fail in the notebook, where nothing catches it
    except (ValueError, TypeError) as error:
        assert odd, "these arguments are allowed"
        assert names_an_argument(str(error), odd), "the message names no odd argument"


def test_every_function_that_takes_arguments_has_a_good_call():
    modules = [importlib.import_module(info.name) for info in pkgutil.walk_packages(course_lib.__path__, "course_lib.")]
    public = {
        thing
        for module in modules
        for name, thing in vars(module).items()
        if hasattr(thing, "kinds") and not name.startswith("_")
    }
    assert public <= set(GOOD)


@pytest.mark.parametrize("function", GOOD, ids=lambda function: function.__name__)
def test_every_argument_is_declared_and_tried(function):
    names = set(inspect.signature(function).parameters)
    assert names == set(GOOD[function])
    assert names - set(getattr(function, "kinds", {})) <= UNDECLARED | HANDED_ON


def test_the_largest_layer_is_allowed_and_one_weight_more_refused():
    assert arguments.MOST_WEIGHTS == 10**8
    small = takes(lambda width: [width], width=arguments.whole())(lambda width: width)
    assert small(10**8) == 10**8
    with pytest.raises(ValueError, match="width ask for a layer of 100000001 weights; a laptop trains 100000000"):
        small(10**8 + 1)


def test_bounds_are_allowed_and_a_default_always_is():
    @takes(share=arguments.SHARE, seed=arguments.SEED, count=arguments.whole(2, at_most=3))
    def function(share=None, seed=None, count=2):
        return share, seed, count

    assert function() == (None, None, 2) and function(None) == function()
    assert function(0, 2**32 - 1, 3) == (0, 2**32 - 1, 3)
    for wrong in ({"share": 1}, {"seed": 2**32}, {"count": 4}, {"count": 2.0}):
        with pytest.raises(ValueError, match="was given; give a"):
            function(**wrong)


def test_a_message_says_what_was_given_and_what_is_allowed():
    with pytest.raises(ValueError, match=r"^labels=an array of float64 of shape \(2,\) was given; give a list"):
        plots.image_grid([np.zeros((2, 2))], np.zeros(2))
    with pytest.raises(ValueError, match=r"^head='mean' was given; give 'flatten' or 'average'$"):
        convolutional_network(head="mean")
    with pytest.raises(ValueError, match=r"^2 inputs and 3 labels were given; give as many of each$"):
        datasets.batches(np.zeros(2), np.zeros(3), batch_size=1)


def test_a_test_that_raises_accepts_nothing():
    assert not Kind("a length", len).accepts(3)
    assert Kind("a length", len).accepts("abc")
