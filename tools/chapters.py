"""The chapters: where they are, in which order, what their metadata says, and the form their files are stored in."""

import secrets
from pathlib import Path

import nbformat
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = ROOT / "notebooks"
START_PAGE = NOTEBOOKS / "00_start_here.ipynb"  # has the form of a chapter, and is shorter
# The `course` entry of a notebook's metadata: what tables and start page say of a chapter.
COURSE_KEYS = {"title", "part", "seconds", "memory_gb", "result", "data", "prerequisites"}
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}


def chapter_files(*numbers: str) -> list[Path]:
    """Return the chapters' files in order: those with these numbers, such as "02" or "01b", or all.

    Raises:
        ValueError: if no chapter has one of the numbers.
    """
    files = [(path.stem.split("_")[0], path) for path in sorted(NOTEBOOKS.glob("*.ipynb"))]
    known = [number for number, path in files]
    for number in numbers:
        if number not in known:
            raise ValueError(f"there is no chapter {number!r}; chapters: {', '.join(known)}")
    return [path for number, path in files if not numbers or number in numbers]


def read(path: Path) -> NotebookNode:
    """Read a notebook; it must keep the notebook format."""
    return nbformat.read(path, as_version=4)


def write(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook in normal form: the same content always gives the same bytes.

    The file is whole or as it was before, even where the disk is full: half a chapter would never be mended.
    """
    normalise(notebook)
    nbformat.validate(notebook)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.unfinished")  # two commands may write it at once
    try:
        unfinished.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def normalise(notebook: NotebookNode) -> None:
    """Bring a notebook into normal form, in place.

    Kernel and language are named the same everywhere; execution counts run from 1; what a front end leaves behind
    (timings, collapsed state) goes; pieces of a stream are joined.
    """
    course = notebook.metadata.get("course", {})
    notebook.metadata = nbformat.from_dict({**METADATA, "course": course})
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    count = 0
    for index, cell in enumerate(notebook.cells):
        cell.setdefault("id", f"cell-{index}")
        cell.metadata = nbformat.from_dict(
            {key: cell.metadata[key] for key in sorted(cell.metadata) if key in {"tags", "alt", "jupyter"}}
        )
        if cell.cell_type != "code":
            continue
        has_run = cell.execution_count is not None
        count += has_run
        cell.execution_count = count if has_run else None
        cell.outputs = _joined_streams(cell.outputs)
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = cell.execution_count
            if "metadata" in output:
                output.metadata = NotebookNode()


def clear(notebook: NotebookNode) -> None:
    """Remove all outputs and execution counts, in place."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None


def _joined_streams(outputs: list[NotebookNode]) -> list[NotebookNode]:
    joined: list[NotebookNode] = []
    for output in outputs:
        before = joined[-1] if joined else None
        if before is not None and output.output_type == before.output_type == "stream" and output.name == before.name:
            before.text += output.text
        else:
            joined.append(output)
    return joined
