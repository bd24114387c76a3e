"""Show library code in a chapter as it really is."""

import ast
import inspect
import textwrap
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.display import Markdown


def without_docstring(function: Callable) -> str:
    """Return a function's source without its docstring, which a chapter's text replaces.

    Args:
        function: any function or class written in Python.

    Raises:
        TypeError: if its source is not Python.
    """
    source = textwrap.dedent(inspect.getsource(function))
    first = ast.parse(source).body[0].body[0]
    if not (isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)):
        return source
    lines = source.splitlines(keepends=True)
    return "".join(lines[: first.lineno - 1] + lines[first.end_lineno :])


def show_source(function: Callable) -> "Markdown":
    """Return a function's source without its docstring, for a notebook to show as highlighted code.

    Args:
        function: any function or class written in Python.
    """
    from IPython.display import Markdown

    return Markdown(f"```python\n{without_docstring(function)}```")
