"""Chapters show library code as it is."""

from collections import namedtuple

import pytest

from course_lib.models.dense import dense_network
from course_lib.source import show_source, without_docstring


def undocumented(number):
    return number + 1


def test_source_is_shown_without_its_docstring():
    text = show_source(dense_network).data
    assert text.startswith("```python\ndef dense_network(") and text.endswith("\n```")
    assert '"""' not in text and "Raises" not in text
    assert "layers.Dense(num_classes)" in text


def test_code_without_docstring_stays_whole():
    assert without_docstring(undocumented) == "def undocumented(number):\n    return number + 1\n"


@pytest.mark.parametrize("thing", [len, int, None, lambda: None, eval("lambda: 1"), namedtuple("Pair", "one two")])
def test_what_has_no_python_source_is_refused(thing):
    with pytest.raises(TypeError, match="function="):
        without_docstring(thing)
