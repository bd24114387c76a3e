"""Runs the chapters with ten seeds each and judges exceptions: no claim may hold with one seed alone.

python audits/seeds.py [NUMBER ...]
"""

import ast
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from nbclient.exceptions import CellTimeoutError
from nbformat import NotebookNode

from course_lib.machine import available_memory_gb, usable_cores

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import chapters  # noqa: E402
import notebooks  # noqa: E402

SEEDS = range(1, 11)
SEED_ARGUMENTS = ("seed", "random_state")
SEEDING_FUNCTIONS = ("set_random_seed", "default_rng")
CELL_SECONDS = 1200  # other runs share the machine
# As many chapters run at once as there are cores. A chapter with one thread takes two thirds of the processor's time.
ONE_THREAD = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}


def main() -> None:
    """Run the chapters named on the command line, or all; exit with 1 where a cell failed."""
    files = chapters.chapter_files(*sys.argv[1:])
    runs, started = [(path, seed) for seed in SEEDS for path in files], time.monotonic()
    failed = 0
    with ThreadPoolExecutor(at_once(files)) as pool:
        for (path, seed), failures in zip(runs, pool.map(lambda run: failures_of(*run), runs), strict=True):
            failed += bool(failures)
            print(f"{path.stem}, seeds + {seed}: {'; '.join(failures) or 'no failure'}", flush=True)
    print(f"{len(runs)} runs, {failed} with a failure, {(time.monotonic() - started) / 60:.0f} minutes")
    sys.exit(1 if failed else 0)


def at_once(files: list[Path]) -> int:
    """Return how many of these chapters may run side by side, whichever they are."""
    largest_gb = max(chapters.read(path).metadata.course.memory_gb for path in files)
    return max(1, min(usable_cores(), int(available_memory_gb() / largest_gb)))


def failures_of(path: Path, seed: int) -> list[str]:
    """Run a chapter with all its seeds shifted; return a line for each cell that raised."""
    notebook = chapters.read(path)
    own = defined_functions(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = shifted(cell.source, seed, own)
    return run(notebook, path.parent, {"COURSE_SEED_SHIFT": str(seed), **ONE_THREAD})


def run(notebook: NotebookNode, folder: Path, environment: dict[str, str]) -> list[str]:
    """Run a notebook in place, past all errors; return a line for each cell that raised."""
    chapters.clear(notebook)
    client = notebooks.client_for(notebook, folder, timeout=CELL_SECONDS, allow_errors=True)
    try:
        client.execute(env={**os.environ, **environment})
    except (CellTimeoutError, RuntimeError) as error:  # a RuntimeError where the kernel dies, or none starts
        return [f"{type(error).__name__}: {str(error).splitlines()[0]}"]
    return [
        f"cell {index}: {output.ename}: {output.evalue}"
        for index, cell in enumerate(notebook.cells)
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    ]


def defined_functions(notebook: NotebookNode) -> set[str]:
    """Return the names of the functions that a chapter defines: they hand their seed on, and are left alone."""
    trees = [ast.parse(cell.source) for cell in notebook.cells if cell.cell_type == "code"]
    return {node.name for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def shifted(source: str, by: int, own: set[str]) -> str:
    """Return a cell's code with `by` added to each seed that it hands to a library; all else stays as it is written.

    `runtime.start` adds the shift itself, from the environment.
    """
    lines = source.encode().splitlines(keepends=True)  # columns of a syntax tree count bytes
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    insertions = []
    for seed in _seeds(calls, own):
        insertions += [(seed.lineno, seed.col_offset, "("), (seed.end_lineno, seed.end_col_offset, f") + {by}")]
    for line, column, text in sorted(insertions, reverse=True):  # from the end, so that places before it stay
        whole = lines[line - 1]
        lines[line - 1] = whole[:column] + text.encode() + whole[column:]
    return b"".join(lines).decode()


def _seeds(calls: list[ast.Call], own: set[str]) -> Iterator[ast.expr]:
    for call in calls:
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        if name == "start" or name in own:
            continue
        if name in SEEDING_FUNCTIONS:
            yield from call.args[:1]
        yield from (keyword.value for keyword in call.keywords if keyword.arg in SEED_ARGUMENTS)


if __name__ == "__main__":
    main()
