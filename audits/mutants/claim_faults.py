"""Faults in the code of a stored chapter: claims left out or loosened, and lines that nbval lets pass.

The code is not run again: the fresh run is given what the spoilt code would print.
"""

import ast
from collections.abc import Callable
from random import Random

from nbformat import NotebookNode
from stored_faults import Cell, Fault, choose

COMMENTS = ("# NBVAL_IGNORE_OUTPUT", "# NBVAL_SKIP", "# PYTEST_VALIDATE_IGNORE_OUTPUT", "# NBVAL_RAISES_EXCEPTION")
COMMANDS = ("!false", "%nonsense", "%%capture", "%%script false --no-raise-error", "get_ipython().system('false')")
SIGNS = {"at_least": ("at least", -1), "at_most": ("at most", 1)}
MARK = "✓ "


def delete_an_expect(random: Random, cells: list[Cell]) -> Fault:
    cell, (order, claim) = choose(random, cells, _claims)
    tree = ast.parse(cell.stored.source)
    tree.body = [node for node in tree.body if node.lineno != claim.lineno]
    _spoil(cell, ast.unparse(tree), order, lambda line: "")
    return Fault(cell.number, ast.unparse(claim)[:90])


def loosen_a_bound(random: Random, cells: list[Cell]) -> Fault:
    cell, (order, claim) = choose(random, cells, lambda cell: [one for one in _claims(cell) if _bounds(one[1])])
    bound = random.choice(_bounds(claim))
    before, (sign, direction) = bound.value.value, SIGNS[bound.arg]
    looser = before + direction * (abs(before) / 2 or 1)
    tree = ast.parse(cell.stored.source)
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and (node.lineno, node.col_offset) == (bound.lineno, bound.col_offset):
            node.value.value = looser
    _spoil(cell, ast.unparse(tree), order, lambda line: line.replace(f"{sign} {before}", f"{sign} {looser}"))
    return Fault(cell.number, f"{ast.unparse(bound)} -> {looser}")


def insert_a_comment(random: Random, cells: list[Cell]) -> Fault:
    return _insert(random.choice(cells), random.choice(COMMENTS))


def insert_a_command(random: Random, cells: list[Cell]) -> Fault:
    return _insert(random.choice(cells), random.choice(COMMANDS))


def _insert(cell: Cell, line: str) -> Fault:
    cell.stored.source = cell.fresh.source = f"{line}\n{cell.stored.source}"
    return Fault(cell.number, line)


def _claims(cell: Cell) -> list[tuple[int, ast.Expr]]:
    """Return the calls of `expect` in order, if each prints exactly one line."""
    statements = [node for node in ast.parse(cell.stored.source).body if isinstance(node, ast.Expr)]
    claims = [node for node in statements if ast.unparse(node).startswith("expect(")]
    printed = _printed(cell)
    return list(enumerate(claims)) if len(printed) == 1 and len(claims) == printed[0].text.count(MARK) else []


def _bounds(claim: ast.Expr) -> list[ast.keyword]:
    return [one for one in claim.value.keywords if one.arg in SIGNS and isinstance(one.value, ast.Constant)]


def _printed(cell: Cell) -> list[NotebookNode]:
    return [output for output in cell.fresh.outputs if output.get("name") == "stdout"]


def _spoil(cell: Cell, source: str, order: int, change: Callable[[str], str]) -> None:
    """Put in another source, and change the line that the claim of this order printed."""
    cell.stored.source = cell.fresh.source = source
    (output,) = _printed(cell)
    lines = output.text.splitlines(keepends=True)
    position = [number for number, line in enumerate(lines) if line.startswith(MARK)][order]
    lines[position] = change(lines[position])
    output.text = "".join(lines)
    if not output.text:
        cell.fresh.outputs.remove(output)


FAULTS = (delete_an_expect, delete_an_expect, loosen_a_bound, insert_a_comment, insert_a_command)
