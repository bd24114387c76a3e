"""Takes definitions out of a stored chapter's story, so that a test can try what the chapter teaches."""

import ast
from typing import Any

import chapters


def definitions(chapter: str, *wanted: str) -> dict[str, Any]:
    """Run the imports and the top-level definitions of these names in a chapter's story cells, and nothing else."""
    notebook = chapters.read(chapters.NOTEBOOKS / f"{chapter}.ipynb")
    names: dict[str, Any] = {}
    found = set()
    for cell in notebook.cells:
        if cell.cell_type != "code" or {"exercise", "solution"} & set(cell.metadata.get("tags", [])):
            continue
        for node in ast.parse(cell.source).body:
            targets = [target.id for target in getattr(node, "targets", []) if isinstance(target, ast.Name)]
            defined = {getattr(node, "name", None), *targets} & set(wanted)
            if defined - found or isinstance(node, ast.Import | ast.ImportFrom):
                exec(compile(ast.Module([node], []), chapter, "exec"), names)
                found |= defined
    assert found == set(wanted), f"{chapter} does not define {set(wanted) - found}"
    return names
