"""What the functions for claims, exercises, data, callbacks and sources are allowed to be given."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as np_st

from bad_input.odd_values import COLLECTIONS, ODD, TEXTS, Call
from course_lib import callbacks, checks, data_files, datasets, machine, pictures, runtime, source

TEXT = st.text(st.characters(codec="utf-8"), max_size=5)
NUMBERS = st.floats(-10, 10)
SEEDS = st.integers(0, 2**32 - 1)
CASES = st.lists(st.builds(checks.Case, st.none(), ODD, TEXT) | st.builds(checks.Case, st.just((2,)), NUMBERS, TEXT))
PAIRS = st.integers(1, 3).map(lambda count: (np.zeros((count, 2)), np.zeros(count)))
WORKS = {
    "claim": TEXT,
    "value": NUMBERS,
    "at_least": st.none() | NUMBERS,
    "at_most": NUMBERS,
    "equals": st.none(),
    "of": st.none() | st.integers(1, 1000),
}


EXERCISES = [
    checks.Exercise("Double it.", [checks.Case((2,), 4, "Twice two.")]),
    checks.Exercise("Count.", [checks.Case(None, 3, "One more.")]),
    checks.Exercise("Write.", [checks.Case(None, "abc", "Letters."), checks.Case(None, True, "Yes or no.")]),
    checks.Exercise("List.", [checks.Case(None, np.zeros((2, 2)), "Four."), checks.Case(None, [1], "One.", len)]),
]


def shows_error(error, containing):
    with checks.shows_error(error, containing):
        raise ValueError("the rank is 2")


def check(answer):
    for exercise in EXERCISES:
        exercise.check(answer)


def verify_solution(answer):
    for exercise in EXERCISES:
        exercise.verify_solution(answer)


CALLS = [
    Call(
        machine.check_machine,  # where it works it reads all of data/
        {"largest_chapter_gb": st.just(0)},
        wrong={
            "largest_chapter_gb": TEXTS
            | COLLECTIONS
            | st.floats(max_value=-1)
            | st.sampled_from((None, np.nan, np.inf))
        },
    ),
    Call(runtime.start, {"seed": SEEDS, "needs_gb": st.floats(0, 0.1)}, besides=(MemoryError,)),
    Call(checks.expect, WORKS, besides=(AssertionError,)),
    Call(checks.compare_guess, {"guess": ODD, "measured": ODD}),
    Call(checks.Case, {"arguments": st.none() | st.tuples(ODD), "expected": ODD, "hint": TEXT, "measure": st.none()}),
    Call(
        checks.Exercise,
        {"hint": TEXT, "cases": CASES.filter(len), "tolerance": st.floats(0, 1)},
    ),
    Call(
        shows_error,
        {"error": st.sampled_from((ValueError, Exception)), "containing": st.just("rank")},
        besides=(AssertionError,),
        name="course_lib.checks.shows_error",
    ),
    Call(check, {"answer": ODD}, name="course_lib.checks.Exercise.check"),
    Call(
        verify_solution, {"answer": ODD}, besides=(AssertionError,), name="course_lib.checks.Exercise.verify_solution"
    ),
    Call(source.without_docstring, {"function": st.sampled_from((source.show_source, checks.Case))}),
    Call(source.show_source, {"function": st.sampled_from((source.show_source, checks.Case))}),
    Call(data_files.verify, {"name": st.sampled_from(("photographs", "movie_snippets"))}),
    Call(
        datasets.load,
        {"name": st.just("movie_snippets"), "batch_size": st.integers(1, 64), "seed": SEEDS},
    ),
    Call(datasets.load_arrays, {"name": st.just("movie_snippets")}),
    Call(datasets.load_features, {"name": st.just("movie_snippets")}),
    Call(
        datasets.batches,
        {
            "inputs": np_st.arrays(st.sampled_from(("uint8", "float32", "U3")), (3, 2)),
            "labels": np_st.arrays("int64", 3),
            "batch_size": st.integers(1, 3),
            "seed": st.none() | SEEDS,
        },
    ),
    Call(pictures.load_photograph, {"name": st.sampled_from(("coffee", "rocket"))}),
    Call(pictures.as_rgb, {"pictures": np_st.arrays("uint8", st.sampled_from(((2, 2), (2, 2, 4), (1, 2, 2, 3))))}),
    Call(callbacks.LiveCurves, {"metric": TEXT}),
    Call(callbacks.TimeToTarget, {"metric": TEXT, "target": NUMBERS, "stop": st.booleans()}, flags=("stop",)),
    Call(callbacks.GeneralisationGap, {"train": PAIRS, "validation": PAIRS}),
]
