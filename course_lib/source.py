"""Show library code in a chapter as it really is."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING

from course_lib._arguments import shown

if TYPE_CHECKING:
    from IPython.display import Markdown


def without_docstring(function: Callable) -> str:
    """Return a function's source without its docstring, which a chapter's text replaces.

    Args:
        function: any function or class written in Python.

    Raises:
        TypeError: if it is something else, or its source cannot be found.
    """
    is_named = inspect.isfunction(function) and function.__name__ != "<lambda>"
    if not is_named and not inspect.isclass(function):
        raise TypeError(f"function={shown(function)} was given; give a function or a class that is written in Python")
    try:
        source = textwrap.dedent(inspect.getsource(function))
    except (OSError, TypeError) as error:
        raise TypeError(
            f"the source of function={shown(function)} is in no file; give one written in Python"
        ) from error
    first = ast.parse(source).body[0].body[0]
    if not (isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)):
        return source
    lines = source.splitlines(keepends=True)
    return "".join(lines[: first.lineno - 1] + lines[first.end_lineno :])


def show_source(function: Callable) -> "Markdown":
    """Return a function's source without its docstring, for a notebook to show as highlighted code.

    Args:
        function: any function or class written in Python.

    Raises:
        TypeError: if it is something else, or its source cannot be found.
    """
    from IPython.display import Markdown

    return Markdown(f"```python\n{without_docstring(function)}```")
