"""Takes an exercise out of a stored chapter, so that a test can try answers on its checker.

A chapter names the parts of the exercise NAME alike: the learner's `NAME`, the checker `check_NAME`, the folded
`NAME_solution`. Its cells need nothing from the chapter but the modules below.
"""

import contextlib
import copy
import dataclasses
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


def without_last_return(exercise: StoredExercise) -> tuple[Callable, str]:
    """Return nothing for the last case that calls it."""
    calls, asked = [], [case for case in exercise.checker.cases if case.arguments is not None]

    def answer(*arguments: Any) -> Any:
        calls.append(arguments)
        return exercise.solution(*arguments) if len(calls) < len(asked) else None

    return answer, f"your function returns nothing. {asked[-1].hint}"


def printing(exercise: StoredExercise) -> tuple[Callable, str]:
    """Print in place of returning."""
    says = f"your function prints but returns nothing. {exercise.checker.cases[0].hint}"
    return lambda *arguments: print(exercise.solution(*arguments), end=""), says


def as_text(exercise: StoredExercise) -> tuple[Callable, str]:
    """Return the right answer as a text."""
    says = "" if exercise.checker.cases[0].measure else "(a text, str)"  # to measure it may fail in ways of its own
    return lambda *arguments: str(exercise.solution(*arguments)), says


def as_complex(exercise: StoredExercise) -> tuple[Callable, str]:
    """Return right numbers as complex ones, and 1j for what is not a number."""
    says = "" if exercise.checker.cases[0].measure else "(a complex number)"
    return lambda *arguments: complex_of(exercise.solution(*arguments)), says


def complex_of(result: Any) -> Any:
    """Return complex numbers of the same value."""
    if isinstance(result, tuple):
        return tuple(map(complex_of, result))
    try:
        return np.asarray(result, float) + 0j
    except (TypeError, ValueError):
        return 1j


# Ways to answer any exercise wrongly: of each, the answer that is made of an exercise, and what the reply must hold.
WRONG_WAYS = (without_last_return, printing, as_text, as_complex)


def spoiling(exercise: StoredExercise) -> Callable:
    """It is right; it prints half a line, and spoils what it is given and how NumPy reckons."""

    def answer(*arguments: Any) -> Any:
        result = copy.deepcopy(exercise.solution(*arguments))
        for argument in arguments:
            if isinstance(argument, np.ndarray):
                argument[...] = 7
            elif isinstance(argument, list):
                argument.clear()
        np.seterr(all="raise")
        print("half a line", end="")
        return result

    return answer


def exercise_tests(
    chapter: str, wrong_answers: dict[str, list[tuple[Any, str]]]
) -> tuple[Callable, Callable, Callable]:
    """Return the three tests that every checker must pass: on the stub, on the solution, on wrong answers.

    Args:
        chapter: the stem of the chapter's file.
        wrong_answers: by exercise, at least three answers that a learner might write, each with a part of the hint it
            must get; "|" separates hints of which one is enough. `WRONG_WAYS` are tried on each, too.
    """
    answers = [
        pytest.param(name, *answer, id=f"{name}-{number}")
        for name, tried in wrong_answers.items()
        for number, answer in enumerate(tried)
    ]
    answers += [
        pytest.param(name, way, None, id=f"{name}-{way.__name__}") for name in wrong_answers for way in WRONG_WAYS
    ]

    @pytest.mark.parametrize("name", wrong_answers)
    def test_untouched_stub_is_open_and_solution_is_right(name: str) -> None:
        exercise = load_exercise(chapter, name)
        assert reply(exercise.checker, exercise.stub).startswith("○ open - ")
        # Loading ran the solution's own cell, which raises unless its checker says "right".
        assert exercise.solution is not exercise.stub
        compared = [case for case in exercise.checker.cases if case.measure is None and case.arguments is not None]
        if compared:  # measuring may mean training; it was done for the solution
            checker = dataclasses.replace(exercise.checker, cases=compared)
            for _ in range(2):
                assert reply(checker, spoiling(exercise)) == " ".join([*["half a line"] * len(compared), "✓ right"])

    @pytest.mark.parametrize(("name", "answer", "hint"), answers)
    def test_wrong_answer_gets_its_hint(name: str, answer: Any, hint: str | None) -> None:
        exercise = load_exercise(chapter, name)
        if hint is None:  # one of WRONG_WAYS
            if not callable(exercise.solution):
                pytest.skip("this exercise asks for a value")
            answer, *parts = answer(exercise)
        else:
            parts = hint.split("|")
        printed = reply(exercise.checker, answer)
        printed = printed[printed.find("✗") :]  # behind what the answer itself prints
        assert printed.startswith("✗ not yet - "), printed
        assert any(" ".join(part.split()) in printed for part in parts), printed

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
