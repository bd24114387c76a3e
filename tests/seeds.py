"""Runs the chapters with ten seeds each and judges exceptions: no claim may hold with one seed alone.

python tests/seeds.py [NUMBER ...]
"""

import ast
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbclient
import psutil
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import chapters  # noqa: E402

SEEDS = range(1, 11)
SEED_ARGUMENTS = ("seed", "random_state")
SEEDING_FUNCTIONS = ("set_random_seed", "default_rng")
CELL_SECONDS = 1200  # other runs share the machine


def main() -> None:
    """Run the chapters named on the command line, or all; exit with 1 where a cell failed."""
    files = [path for number in sys.argv[1:] or [""] for path in chapters.chapter_files(number)]
    runs, started = [(path, seed) for seed in SEEDS for path in files], time.monotonic()
    largest_gb = max(chapters.read(path).metadata.course.memory_gb for path in files)
    at_once = max(1, min(os.cpu_count(), int(psutil.virtual_memory().available / 1e9 / largest_gb)))
    failed = 0
    with ThreadPoolExecutor(at_once) as pool:
        for (path, seed), failures in zip(runs, pool.map(lambda run: failures_of(*run), runs), strict=True):
            failed += bool(failures)
            print(f"{path.stem}, seeds + {seed}: {'; '.join(failures) or 'no failure'}", flush=True)
    print(f"{len(runs)} runs, {failed} with a failure, {(time.monotonic() - started) / 60:.0f} minutes")
    sys.exit(1 if failed else 0)


def failures_of(path: Path, seed: int) -> list[str]:
    """Run a chapter with all its seeds shifted; return a line for each cell that raised."""
    notebook = chapters.read(path)
    chapters.clear(notebook)
    own = defined_functions(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = shifted(cell.source, seed, own)
    client = nbclient.NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        allow_errors=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    try:
        client.execute(env={**os.environ, "COURSE_SEED_SHIFT": str(seed)})
    except (CellTimeoutError, DeadKernelError) as error:
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
    """Return a cell's code with `by` added to each seed that it hands to a library.

    `runtime.start` adds the shift itself, from the environment.
    """
    tree = ast.parse(source)
    for call in [node for node in ast.walk(tree) if isinstance(node, ast.Call)]:
        name = getattr(call.func, "attr", getattr(call.func, "id", ""))
        if name == "start" or name in own:
            continue
        if name in SEEDING_FUNCTIONS and call.args:
            call.args[0] = _sum(call.args[0], by)
        for keyword in call.keywords:
            if keyword.arg in SEED_ARGUMENTS:
                keyword.value = _sum(keyword.value, by)
    return ast.unparse(tree)


def _sum(value: ast.expr, by: int) -> ast.expr:
    return ast.BinOp(value, ast.Add(), ast.Constant(by))


if __name__ == "__main__":
    main()
