"""Takes an exercise out of a stored chapter, so that a test can try answers on its checker.

A chapter names the parts of the exercise NAME alike: the learner's `NAME`, the checker `check_NAME`, the folded
`NAME_solution`. Its cells need nothing from the chapter but the modules below.
"""

import contextlib
import functools
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras
import nbformat
import numpy as np
import tensorflow as tf

from course_lib.checks import Case, Exercise

NOTEBOOKS = Path(__file__).resolve().parent.parent / "notebooks"


@dataclass(frozen=True)
class StoredExercise:
    """The learner's untouched stub, the checker and the course's solution."""

    stub: Any
    checker: Exercise
    solution: Any


@functools.cache
def load_exercise(chapter: str, name: str) -> StoredExercise:
    """Run the two cells of an exercise, quietly, and return its parts."""
    names: dict[str, Any] = {"np": np, "keras": keras, "tf": tf, "Case": Case, "Exercise": Exercise}
    for source in exercise_cells(chapter):
        if f"check_{name}" in source:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(source, names)
    return StoredExercise(names[name], names[f"check_{name}"], names[f"{name}_solution"])


def exercise_cells(chapter: str) -> list[str]:
    """Return the code of a chapter's exercise and solution cells, in order."""
    notebook = nbformat.read(NOTEBOOKS / f"{chapter}.ipynb", as_version=4)
    return [
        cell.source
        for cell in notebook.cells
        if cell.cell_type == "code" and {"exercise", "solution"} & set(cell.metadata.get("tags", []))
    ]


def reply(checker: Exercise, answer: Any) -> str:
    """Return the line that the checker prints for an answer."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        checker.check(answer)
    return printed.getvalue()
