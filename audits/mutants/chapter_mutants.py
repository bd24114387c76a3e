"""Faults in the code of short chapters, run for real: nbval stops at the first cell that shows the fault."""

from pathlib import Path
from random import Random

from python_code import Mutation, mutations
from stored_faults import IGNORE, Cell
from workshop import Mutant, Workshop, first_failure

import chapters

LONGEST_CHAPTER_S = 60
LIMIT_S = 400


def drawn(count: int, random: Random) -> list[tuple[Path, Cell, Mutation]]:
    """Draw faults from the story of short chapters, each place in the code as likely as another."""
    places = []
    for path in short_chapters():
        code = [cell for cell in chapters.read(path).cells if cell.cell_type == "code"]
        cells = [Cell(number, cell, cell) for number, cell in enumerate(code)]
        places += [(path, cell, fault) for cell in cells for fault in judged(cell)]
    return random.sample(places, count)


def judged(cell: Cell) -> list[Mutation]:
    """Return the faults of a cell of the story, without those of pictures and of ignored prints."""
    if {"exercise", "solution"} & set(cell.tags()) or cell.pictures():
        return []
    if IGNORE not in cell.tags():
        return mutations(cell.stored.source)
    faults = mutations(cell.stored.source, frozenset({"print"}))
    return [fault for fault in faults if not fault.change.startswith("print(")]


def prove_judges(workshop: Workshop) -> list[Mutant]:
    """Run all judges on chapters without a fault, which they must pass; return no mutant.

    Raises:
        RuntimeError: if one of them fails.
    """
    for path in short_chapters():
        with workshop.copy() as copy:
            failure = first_failure(copy, 10 * LIMIT_S, f"notebooks/{path.name}", tests_of(path))
        if failure:
            raise RuntimeError(f"{path.stem} fails without a fault: {failure}")
    return []


def short_chapters() -> list[Path]:
    """Return the files of the chapters that take a minute at most."""
    files = chapters.chapter_files()
    return [path for path in files if chapters.read(path).metadata.course.seconds <= LONGEST_CHAPTER_S]


def tests_of(path: Path) -> str:
    """Return the unit tests of a chapter."""
    return f"tests/chapters/test_{path.stem}.py"


def try_fault(path: Path, cell: Cell, fault: Mutation, workshop: Workshop) -> list[Mutant]:
    """Return what becomes of a fault: by nbval; by the chapter's unit tests where it passes."""
    name = f"notebooks/{path.name}"
    mutant = Mutant("chapters", fault.kind, f"{path.stem} cell {cell.number} line {fault.line}", fault.change)
    with workshop.copy(name) as copy:
        chapter = chapters.read(path)
        code = [one for one in chapter.cells if one.cell_type == "code"]
        code[cell.number].source = fault.source
        chapters.write(chapter, copy / name)
        mutant.caught_by = first_failure(copy, LIMIT_S, name) or first_failure(copy, LIMIT_S, tests_of(path))
    return [mutant]
