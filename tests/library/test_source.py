"""Chapters show library code as it is."""

import inspect
from collections import namedtuple

import pytest

from course_lib.models.dense import dense_network
from course_lib.source import show_source, without_docstring


def undocumented(number):
    return number + 1


def returning_a_number():
    return 3


def beginning_with_a_call(names):
    names.sort()
    return names


def test_source_is_shown_without_its_docstring():
    text = show_source(dense_network).data
    assert text.startswith("```python\ndef dense_network(") and text.endswith("\n```")
    assert '"""' not in text and "Raises" not in text
    assert "layers.Dense(num_classes)" in text


@pytest.mark.parametrize("function", [undocumented, returning_a_number, beginning_with_a_call])
def test_code_without_docstring_stays_whole(function):
    assert without_docstring(function) == inspect.getsource(function)


@pytest.mark.parametrize("thing", [len, int, None, lambda: None, eval("lambda: 1"), namedtuple("Pair", "one two")])
def test_what_has_no_python_source_is_refused(thing):
    with pytest.raises(TypeError, match="function="):
        without_docstring(thing)
