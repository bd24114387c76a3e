"""Runs each chapter, then each cell that ends in a guess or a claim once more, alone, as a learner does.

make audit NAME=again, with CH= for some of them.

Before each such cell all names are set back to what they were after the last cell. A cell may not raise then; and one
that compares a guess may not print another measured number: a name that later cells use for something else does both.
"""

import copy
import sys
from collections.abc import Iterator
from pathlib import Path

from nbformat import NotebookNode, v4

import seeds
from course_lib.console import say
from seeds import chapters, notebooks

KEEP = "import builtins; builtins.names_after_the_last_cell = dict(globals())"
SET_BACK = "globals().clear(); globals().update(names_after_the_last_cell)"


def main() -> None:
    """Run the chapters named on the command line, or all; exit with 1 where a cell cannot be run again."""
    bad = False
    for path in chapters.chapter_files(*sys.argv[1:]):
        notebook = chapters.read(path)
        failures = list(run_again(notebook, path.parent))
        bad |= bool(failures)
        say(
            "\n".join([f"{path.stem}: {len(failures)} of {len(cells_to_repeat(notebook))} cells", *failures]),
            flush=True,
        )
    sys.exit(1 if bad else 0)


def cells_to_repeat(notebook: NotebookNode) -> list[int]:
    """Return the places of the cells that end in a guess or a claim; what an ignored cell shows differs by nature."""
    return [
        number
        for number, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and any(call in cell.source for call in ("expect(", "compare_guess(", ".check("))
    ]


def run_again(notebook: NotebookNode, folder: Path) -> Iterator[str]:
    """Run a notebook in place, then some of its cells again; yield a line for each that cannot be."""
    chapters.clear(notebook)
    client = notebooks.client_for(notebook, folder, timeout=seeds.CELL_SECONDS, allow_errors=True)
    with client.setup_kernel():
        for number, cell in enumerate(notebook.cells):
            client.execute_cell(cell, number)
        client.execute_cell(v4.new_code_cell(KEEP), 0)
        for number in cells_to_repeat(notebook):
            cell = notebook.cells[number]
            client.execute_cell(v4.new_code_cell(SET_BACK), 0)
            repeated = client.execute_cell(copy.deepcopy(cell), number)
            if errors := [output for output in repeated.outputs if output.output_type == "error"]:
                yield f"  cell {number}: {errors[0].ename}: {errors[0].evalue}"
            elif "compare_guess(" in cell.source and printed(repeated) != printed(cell):
                yield f"  cell {number}: printed {printed(cell)!r}, and now {printed(repeated)!r}"


def printed(cell: NotebookNode) -> str:
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


if __name__ == "__main__":
    main()
