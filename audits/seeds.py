"""Runs the chapters with ten seeds each: no claim may hold with one seed alone, and no bound may hide what it bounds.

python audits/seeds.py [NUMBER ...]

Prints each claim's worst measured number beside its bound. The margin between them is the range of the ten numbers, and
at least a tenth of the worst one; of a share (a number from 0 to 1) at least a tenth of its distance from the nearer
end. A numerical error (an upper bound, and all numbers at most 0.001) differs between machines by factors: its margin
is a factor of ten. Looser than twice the margin (for an error, than its square) is marked, with the bound to write:
worst and margin, rounded outwards to two digits, a count to a whole number. Read each before you write it: times depend
on the machine, and the text around a bound has to agree.
"""

import ast
import math
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from nbclient.exceptions import CellTimeoutError
from nbformat import NotebookNode

from course_lib.console import say
from course_lib.machine import available_memory_gb, usable_cores

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import chapters  # noqa: E402
import claims  # noqa: E402
import notebooks  # noqa: E402

SEEDS = range(1, 11)
SEED_ARGUMENTS = ("seed", "random_state")
SEEDING_FUNCTIONS = ("set_random_seed", "default_rng")
CELL_SECONDS = 1200  # other runs share the machine
# As many chapters run at once as there are cores. A chapter with one thread takes two thirds of the processor's time.
Place = tuple[int, int]  # a claim's cell, and which of the cell's claims it is
LARGEST_ERROR, FACTOR = 1e-3, 10  # of numerical errors: the largest, and what machines may differ by
ONE_THREAD = {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "OMP_NUM_THREADS": "1"}


def main() -> None:
    """Run the chapters named on the command line, or all; exit with 1 where a cell failed."""
    files = chapters.chapter_files(*sys.argv[1:])
    runs, started = [(path, seed) for seed in SEEDS for path in files], time.monotonic()
    failed, measured = 0, {path: [] for path in files}
    with ThreadPoolExecutor(at_once(files)) as pool:
        results = pool.map(lambda run: outcome_of(*run), runs)
        for (path, seed), (failures, claimed) in zip(runs, results, strict=True):
            failed += bool(failures)
            measured[path].append(claimed)
            say(f"{path.stem}, seeds + {seed}: {'; '.join(failures) or 'no failure'}", flush=True)
    for path, claimed in measured.items():
        say(f"\n{path.stem}\n{table(claimed)}")
    print(f"\n{len(runs)} runs, {failed} with a failure, {(time.monotonic() - started) / 60:.0f} minutes")
    sys.exit(1 if failed else 0)


def at_once(files: list[Path]) -> int:
    """Return how many of these chapters may run side by side, whichever they are."""
    largest_gb = max(chapters.read(path).metadata.course.memory_gb for path in files)
    return max(1, min(usable_cores(), int(available_memory_gb() / largest_gb)))


def outcome_of(path: Path, seed: int) -> tuple[list[str], dict[Place, claims.Claim]]:
    """Run a chapter with all its seeds shifted; return a line for each cell that raised, and what was claimed where."""
    notebook = chapters.read(path)
    own = defined_functions(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = shifted(cell.source, seed, own)
    failures = run(notebook, path.parent, {"COURSE_SEED_SHIFT": str(seed), **ONE_THREAD})
    claimed = {
        (number, order): claim
        for number, cell in enumerate(notebook.cells)
        for order, claim in enumerate(claims.printed(cell))
    }
    return failures, claimed


def table(claimed: list[dict[Place, claims.Claim]]) -> str:
    """Return a line for each bound of a chapter, from what its runs claimed: worst number, bound, a better one."""
    lines = [f"  {'claim':60} {'worst':>10}  bound"]
    for place in sorted(set().union(*claimed)):
        same = [claims_of_run[place] for claims_of_run in claimed if place in claims_of_run]
        numbers = [float(claim.measured) for claim in same]
        for sign, bound in (("at least", same[0].at_least), ("at most", same[0].at_most)):
            if bound is not None:
                worst = min(numbers) if sign == "at least" else max(numbers)
                better = tighter(numbers, bound, sign)
                mark = "" if better is None else f"  * looser than the margin: {sign} {better:g}"
                lines.append(f"  {same[0].claim[:60]:60} {worst:10.4g}  {sign} {bound:g}{mark}")
    return "\n".join(lines)


def tighter(numbers: list[float], bound: float, sign: str) -> float | None:
    """Return the bound to write, where the present one is looser than twice the margin; `None` where it is not.

    Args:
        numbers: what each run measured.
        bound: the present bound.
        sign: "at least" or "at most".
    """
    worst, direction = (min(numbers), -1) if sign == "at least" else (max(numbers), 1)
    if direction > 0 and 0 < worst <= LARGEST_ERROR:
        return _rounded(FACTOR * worst, up=True) if bound > FACTOR**2 * worst else None
    share = min(numbers) >= 0 and max(numbers) <= 1
    margin = max(max(numbers) - min(numbers), (min(worst, 1 - worst) if share else abs(worst)) / 10)
    if margin == 0 or abs(bound - worst) <= 2 * margin:
        return None
    better = worst + direction * margin
    if all(number.is_integer() for number in numbers):
        better = math.ceil(better) if direction > 0 else math.floor(better)
        return float(better) if direction * (bound - better) > 0 else None
    # Two digits of an accuracy of 0.9934 are those of what it lacks to 1.
    return 1 - _rounded(1 - better, up=direction < 0) if share and better > 0.9 else _rounded(better, up=direction > 0)


def _rounded(number: float, up: bool) -> float:
    """Return a number with two digits, rounded up or down."""
    if number == 0:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(abs(number))) - 1)
    return float(f"{(math.ceil if up else math.floor)(round(number / step, 6)) * step:.2g}")


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
