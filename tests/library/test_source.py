"""Chapters show library code as it is."""

import inspect
from collections import namedtuple

import pytest

from course_lib.models.convolutional import convolutional_network
from course_lib.models.efficientnet_lite import efficientnet_lite0
from course_lib.models.transfer import classifier_on_backbone
from course_lib.source import show_source


def undocumented(number):
    return number + 1


def returning_a_number():
    return 3


def beginning_with_a_call(names):
    names.sort()
    return names


def shown(function):
    text = show_source(function).data
    assert text.startswith("```python\n") and text.endswith("\n```")
    return text.removeprefix("```python\n").removesuffix("```")


def test_a_builder_begins_with_the_network_without_docstring_and_declarations():
    text = shown(convolutional_network)
    assert text.startswith("def convolutional_network(") and ") -> keras.Model:\n    inputs = keras.Input(" in text
    assert "layers.ReLU()" in text and 'if head == "flatten"' in text and "layers.Dense(num_classes)" in text
    assert '"""' not in text and "takes(" not in text and text.count("def ") == 1


def test_helpers_of_the_same_file_are_shown_behind_it_each_once():
    text = shown(classifier_on_backbone)
    assert text.index("def classifier_on_backbone") < text.index("class InferenceMode(layers.Wrapper):")
    assert "@" not in text
    defined = [line.split("(")[0] for line in shown(efficientnet_lite0).splitlines() if line.startswith("def ")]
    assert defined == ["def efficientnet_lite0", "def _normalised", "def _inverted_block"]


@pytest.mark.parametrize("function", [undocumented, returning_a_number, beginning_with_a_call])
def test_code_without_docstring_stays_whole(function):
    assert shown(function) == inspect.getsource(function)


@pytest.mark.parametrize("thing", [len, int, eval("lambda: 1"), namedtuple("Pair", "one two")])
def test_what_has_no_python_source_is_refused(thing):
    with pytest.raises((TypeError, OSError), match=r"built.?in|source code|class definition"):
        show_source(thing)
