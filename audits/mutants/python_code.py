"""Faults in Python code: each mutation is one small change of the syntax tree, of the kind that people make."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass

FLIPPED = {
    ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
MOVED = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
EXCHANGED = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv, ast.Pow: ast.Mult, ast.MatMult: ast.Mult, ast.And: ast.Or, ast.Or: ast.And,
}  # fmt: skip
NOT_RUN = {"annotation", "returns", "decorator_list"}
DEFAULTS = {"defaults", "kw_defaults"}


@dataclass(frozen=True)
class Mutation:
    """A fault, where it is, and the whole source with it, which is otherwise as it was."""

    kind: str
    line: int
    change: str
    source: str


def mutations(source: str, left_alone: frozenset[str] = frozenset()) -> list[Mutation]:
    """Return every mutation of a source text, in the order of its lines.

    Args:
        source: Python code.
        left_alone: names of functions, arguments, variables and dictionary keys whose values are not changed.
    """
    found = []
    for parent, field, index, text in _places(ast.parse(source), left_alone):
        node = getattr(parent, field) if index is None else getattr(parent, field)[index]
        for kind, replacement in _faults(node, field):
            kind = "argument default changed" if field in DEFAULTS and isinstance(node, ast.Constant) else kind
            _put(parent, field, index, replacement)
            spoilt = _edited(source, text or node, text or replacement)
            _put(parent, field, index, node)
            found.append(Mutation(kind, node.lineno, f"{_short(node)} -> {_short(replacement)}", spoilt))
    return sorted(found, key=lambda mutation: mutation.line)


def _edited(source: str, node: ast.AST, replacement: ast.AST) -> str:
    """Return the source with the text of one node replaced."""
    lines = source.encode().splitlines(keepends=True)  # columns of a syntax tree count bytes
    start = sum(map(len, lines[: node.lineno - 1])) + node.col_offset
    end = sum(map(len, lines[: node.end_lineno - 1])) + node.end_col_offset
    text = ast.unparse(replacement)
    if isinstance(replacement, ast.BinOp | ast.BoolOp | ast.Compare | ast.UnaryOp):
        text = f"({text})"
    return (source.encode()[:start] + text.encode() + source.encode()[end:]).decode()


def _places(
    node: ast.AST, left_alone: frozenset[str], text: ast.JoinedStr | None = None
) -> Iterator[tuple[ast.AST, str, int | None, ast.JoinedStr | None]]:
    """Yield the place of each node that is run, its parent, field and index, and the f-string around it.

    Before Python 3.12, the positions of what is inside an f-string are wrong.
    """
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    if _name(node) in left_alone:
        return
    text = text or (node if isinstance(node, ast.JoinedStr) else None)
    for field, value in ast.iter_fields(node):
        if field in NOT_RUN:
            continue
        for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
            key = node.keys[index] if isinstance(node, ast.Dict) and field == "values" else None
            if isinstance(child, ast.AST) and not (isinstance(key, ast.Constant) and key.value in left_alone):
                yield node, field, index, text
                yield from _places(child, left_alone, text)


def _name(node: ast.AST) -> str:
    """Return the name of an argument, a called function or an assigned variable."""
    match node:
        case (
            ast.keyword(arg=str(name))
            | ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name))
            | ast.Assign(targets=[ast.Name(id=name)])
        ):
            return name
    return ""


def _faults(node: ast.AST, field: str) -> Iterator[tuple[str, ast.AST]]:
    if field == "test" and not isinstance(node, ast.Compare):
        yield "condition negated", ast.UnaryOp(ast.Not(), node)
    match node:
        case ast.Constant(value=bool(value)):
            yield "constant changed", ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            if value + 1 != value:  # a large float is the same
                yield "constant changed by one", ast.Constant(value + 1)
        case ast.Compare(ops=operators):
            for index, operator in enumerate(operators):
                before, after = operators[:index], operators[index + 1 :]
                yield "comparison flipped", _with(node, ops=[*before, FLIPPED[type(operator)](), *after])
                if type(operator) in MOVED:
                    yield "boundary moved", _with(node, ops=[*before, MOVED[type(operator)](), *after])
        case ast.BinOp(op=operator) | ast.BoolOp(op=operator) if type(operator) in EXCHANGED and not _joins_text(node):
            yield "operator exchanged", _with(node, op=EXCHANGED[type(operator)]())
        case ast.AugAssign(op=operator) if type(operator) in EXCHANGED:
            yield "operator exchanged", _with(node, op=EXCHANGED[type(operator)]())
        case ast.UnaryOp(op=ast.USub()):
            yield "sign dropped", node.operand
        case ast.Return(value=ast.AST() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield "return dropped", _with(node, value=None)
        case ast.Expr(value=ast.Call()) | ast.Raise():
            yield "statement dropped", ast.Pass()


def _joins_text(node: ast.AST) -> bool:
    return any(
        isinstance(part, ast.JoinedStr) or isinstance(getattr(part, "value", None), str)
        for part in (getattr(node, "left", None), getattr(node, "right", None))
    )


def _with(node: ast.AST, **fields: object) -> ast.AST:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _put(parent: ast.AST, field: str, index: int | None, node: ast.AST) -> None:
    if index is None:
        setattr(parent, field, node)
    else:
        getattr(parent, field)[index] = node


def _short(node: ast.AST) -> str:
    lines = ast.unparse(node).splitlines()
    return lines[0][:70] + (" ..." if len(lines) > 1 or len(lines[0]) > 70 else "")
