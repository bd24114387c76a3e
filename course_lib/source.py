"""Show library code in a chapter as it really is."""

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Iterator
from types import FunctionType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.display import Markdown


def show_source(function: Callable) -> "Markdown":
    """Return a function's source, for a notebook to show as highlighted code, and behind it the helpers that it calls.

    Helpers are the functions and classes of the same file. Docstrings, which the chapter's text replaces, and what
    stands above a definition are left out.

    Args:
        function: any function or class written in Python.

    Raises:
        TypeError, OSError: by Python, if it is something else, or its source cannot be found.
    """
    from IPython.display import Markdown

    return Markdown("```python\n" + "\n\n".join(map(_plain_source, _with_helpers(function))) + "```")


def _with_helpers(function: Callable) -> list[Callable]:
    """Return a function and what it uses of its own file, directly or through others, in the order of use."""
    found = [function]
    for each in found:  # the list grows meanwhile
        for helper in _used(each):
            if helper not in found:
                found.append(helper)
    return found


def _used(function: Callable) -> Iterator[Callable]:
    names = vars(sys.modules[function.__module__])
    for node in ast.walk(ast.parse(_plain_source(function))):
        used = names.get(node.id) if isinstance(node, ast.Name) else None
        if isinstance(used, FunctionType | type) and used.__module__ == function.__module__:
            yield used


def _plain_source(function: Callable) -> str:
    source = textwrap.dedent(inspect.getsource(function))
    definition = ast.parse(source).body[0]
    lines = source.splitlines(keepends=True)
    if ast.get_docstring(definition) is not None:
        first = definition.body[0]
        del lines[first.lineno - 1 : first.end_lineno]
    return "".join(lines[definition.lineno - 1 :])
