"""Takes an exercise out of a stored chapter, so that a test can try answers on its checker.

A chapter names the parts of the exercise NAME alike: the learner's `NAME`, the checker `check_NAME`, the folded
`NAME_solution`. Its cells need nothing from the chapter but the modules below.
"""

import contextlib
import functools
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

import chapters
from course_lib.checks import Case, Exercise

GIVEN = {"np": np, "keras": keras, "tf": tf, "Case": Case, "Exercise": Exercise}


@dataclass(frozen=True)
class StoredExercise:
    """The learner's untouched stub, the checker and the course's solution."""

    stub: Any
    checker: Exercise
    solution: Any


@functools.cache
def load_exercise(chapter: str, name: str) -> StoredExercise:
    """Run the two cells of an exercise, quietly, and return its parts."""
    names: dict[str, Any] = dict(GIVEN)
    for source in exercise_cells(chapter):
        if f"check_{name}" in source:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(source, names)
    return StoredExercise(names[name], names[f"check_{name}"], names[f"{name}_solution"])


def exercise_cells(chapter: str) -> list[str]:
    """Return the code of a chapter's exercise and solution cells, in order."""
    notebook = chapters.read(chapters.NOTEBOOKS / f"{chapter}.ipynb")
    return [
        cell.source
        for cell in notebook.cells
        if cell.cell_type == "code" and {"exercise", "solution"} & set(cell.metadata.get("tags", []))
    ]


def reply(checker: Exercise, answer: Any) -> str:
    """Return the line that the checker prints for an answer."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        checker.check(answer)
    return " ".join(printed.getvalue().split())  # a long reply is wrapped


def exercise_tests(
    chapter: str, wrong_answers: dict[str, list[tuple[Any, str]]]
) -> tuple[Callable, Callable, Callable]:
    """Return the three tests that every checker must pass: on the stub, on the solution, on wrong answers.

    Args:
        chapter: the stem of the chapter's file.
        wrong_answers: by exercise, at least three answers that a learner might write, each with a part of the hint it
            must get; "|" separates hints of which one is enough.
    """
    answers = [
        pytest.param(name, *answer, id=f"{name}-{number}")
        for name, tried in wrong_answers.items()
        for number, answer in enumerate(tried)
    ]

    @pytest.mark.parametrize("name", wrong_answers)
    def test_untouched_stub_is_open_and_solution_is_right(name: str) -> None:
        exercise = load_exercise(chapter, name)
        assert reply(exercise.checker, exercise.stub).startswith("○ open - ")
        # Loading ran the solution's own cell, which raises unless its checker says "right".
        assert exercise.solution is not exercise.stub

    @pytest.mark.parametrize(("name", "answer", "hint"), answers)
    def test_wrong_answer_gets_its_hint(name: str, answer: Any, hint: str) -> None:
        printed = reply(load_exercise(chapter, name).checker, answer)
        assert printed.startswith("✗ not yet - "), printed
        assert any(part in printed for part in hint.split("|")), printed

    @pytest.mark.parametrize("name", wrong_answers)
    def test_at_least_three_wrong_answers_are_tried(name: str) -> None:
        assert len(wrong_answers[name]) >= 3, (
            f"{len(wrong_answers[name])} wrong answers for {name}: give at least three"
        )

    return (
        test_untouched_stub_is_open_and_solution_is_right,
        test_wrong_answer_gets_its_hint,
        test_at_least_three_wrong_answers_are_tried,
    )
