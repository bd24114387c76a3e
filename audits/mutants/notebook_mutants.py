"""Spoils one stored chapter many times and judges each fault; runs in a copy of the repository.

python audits/mutants/notebook_mutants.py CHAPTER COUNT SEED

The chapter runs once, in a fresh kernel. Then nbval itself judges each fault, with a kernel that replays that run, and
so do all static tests that read chapters. The last line printed is the list of faults, as JSON.
"""

import contextlib
import copy
import dataclasses
import io
import itertools
import json
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import claim_faults
import nbformat
import nbval.plugin
import pytest
import stored_faults
from nbformat import NotebookNode
from stored_faults import Cell
from workshop import ROOT, Mutant

sys.path.insert(0, str(ROOT / "tests" / "chapters"))  # for the static tests, which run without conftest.py

import chapters
import claims
import notebooks

FAULTS = (*stored_faults.FAULTS, *claim_faults.FAULTS)
STATIC_TESTS = [
    "tests/house/test_form.py",
    "tests/house/test_hygiene.py",
    "tests/house/test_accessibility.py",
    "tests/house/test_stated_numbers.py",
    "tests/house/test_readme.py",
    "tests/tools/test_glossary.py",
]
# One process, as the kernel is replaced in this one; conftest.py would measure a kernel that is not one, and what else
# it sets is set here.
OPTIONS = ["--noconftest", f"--nbval-sanitize-with={claims.SANITISING}", "-x", "-n", "0", "-p", "no:cacheprovider"]


class ReplayingKernel:
    """Stands in for nbval's kernel and gives each cell the outputs of a recorded run."""

    recorded: NotebookNode

    def __init__(self, *arguments: Any, **options: Any):
        self.cells = deque(cell for cell in self.recorded.cells if cell.cell_type == "code")
        self.messages: deque = deque()

    def execute_cell_input(self, source: str, allow_stdin: bool) -> str:
        """Look for the cell by its source, as nbval leaves out the cells that it skips."""
        while self.cells and self.cells[0].source != source:
            self.cells.popleft()
        outputs = copy.deepcopy(self.cells.popleft().outputs) if self.cells else []
        self.messages.extend(
            [*((output.output_type, output) for output in outputs), ("status", {"execution_state": "idle"})]
        )
        return "replayed"

    def get_message(self, stream: str, timeout: float) -> dict:
        """Return the next message of the cell."""
        kind, content = self.messages.popleft()
        return {"msg_type": kind, "parent_header": {"msg_id": "replayed"}, "content": content}

    def await_reply(self, message: str, timeout: float) -> None:
        """Return at once: the cell has run."""

    def is_alive(self) -> bool:
        """Return True: a recording does not die."""
        return True

    def stop(self) -> None:
        """Do nothing: there is no process."""


def first_failure(path: Path, stored: NotebookNode, fresh: NotebookNode) -> str:
    """Return the test that rejects a chapter whose fresh run gives `fresh`; nothing if none does.

    Raises:
        RuntimeError: if pytest itself failed.
    """
    path.write_text(nbformat.writes(stored) + "\n", encoding="utf-8")
    ReplayingKernel.recorded = fresh
    failed: list[str] = []

    def note(report: pytest.TestReport | pytest.CollectReport) -> None:
        failed.extend([report.nodeid] if report.failed else [])

    watcher = SimpleNamespace(pytest_runtest_logreport=note, pytest_collectreport=note)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        code = pytest.main([*OPTIONS, *STATIC_TESTS, str(path.relative_to(ROOT))], plugins=[watcher])
    if bool(failed) != (code != pytest.ExitCode.OK):
        raise RuntimeError(f"pytest ended with {code}:\n{printed.getvalue()[-3000:]}")
    return failed[0] if failed else ""


def faults(
    stored: NotebookNode, fresh: NotebookNode, random: Random
) -> Iterator[tuple[Mutant, NotebookNode, NotebookNode]]:
    """Yield faults without end and none twice, each with the spoilt chapter and the run that it would have."""
    known = set()
    while True:
        spoilt, run = copy.deepcopy(stored), copy.deepcopy(fresh)
        pairs = [pair for pair in zip(spoilt.cells, run.cells, strict=True) if pair[0].cell_type == "code"]
        make = random.choice(FAULTS)
        try:
            fault = make(random, [Cell(number, *pair) for number, pair in enumerate(pairs)])
        except LookupError:  # the chapter has no place for this one
            continue
        if (make, fault) not in known:
            known.add((make, fault))
            kind, number = make.__name__.replace("_", " "), fault.cell
            yield Mutant("notebooks", kind, f"cell {number}", fault.change, fault.not_compared), spoilt, run


def try_faults(path: Path, count: int, seed: str) -> list[Mutant]:
    """Return what becomes of `count` faults of a chapter.

    Raises:
        RuntimeError: if the chapter fails without a fault.
    """
    stored = chapters.read(path)
    fresh = copy.deepcopy(stored)
    notebooks.run(fresh, path.parent)
    chapters.normalise(fresh)
    nbval.plugin.RunningKernel = ReplayingKernel
    failure = first_failure(path, stored, fresh)
    if failure:
        raise RuntimeError(f"{path.name} fails without a fault: {failure}")
    mutants = []
    for mutant, spoilt, run in itertools.islice(faults(stored, fresh, Random(f"{seed} {path.stem}")), count):
        mutant.place = f"{path.stem} {mutant.place}"
        mutant.caught_by = first_failure(path, spoilt, run)
        mutants.append(mutant)
    return mutants


if __name__ == "__main__":
    chapter, count, seed = sys.argv[1:]
    judged = try_faults(chapters.NOTEBOOKS / f"{chapter}.ipynb", int(count), seed)
    print(json.dumps([dataclasses.asdict(mutant) for mutant in judged]))
