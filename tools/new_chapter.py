"""Begin a chapter: a notebook with all sections of a chapter in their order, and its test file.

python tools/new_chapter.py NUMBER TITLE

Each placeholder says what to write in its place; the house rules list those that are left.
"""

import re
import sys
from pathlib import Path

from nbformat import NotebookNode, v4

import chapters

PLACEHOLDER = "TODO"
TESTS = chapters.ROOT / "tests" / "chapters"
# The parts of the course, by the number of their first chapter.
PARTS = {
    0: "I Foundations",
    4: "II Learning from little",
    6: "III Training well",
    8: "IV Language",
    10: "V Generation",
    12: "VI Decisions",
    14: "VII Trust",
    16: "VIII Production",
    18: "IX Applications",
}
EXERCISES = {
    "first_exercise": "a warm-up",
    "second_exercise": "a formula of the chapter, as code",
    "third_exercise": "something that is often done wrong",
    "fourth_exercise": "a small experiment",
}

PROMISE = "TODO: in one sentence, what the reader will have built or measured at the end."
FRONT = """\
**Why anyone cares.** TODO: a real case, a person or a number, in 3 to 6 sentences; a picture where there is one.

**You will learn to**

- TODO: a verb, and what the reader can do then; write 3 to 5 such lines
- TODO: a second one
- TODO: a third one

**Needs** about 60 seconds on two CPU cores, 1.0 GB of memory, and TODO: the data, which are already in `data/`."""
RECALL = """\
**Recall.** Answer before you open.

<details><summary>1. (Chapter 01) TODO: a question on what this chapter builds on</summary>

TODO: its answer.
</details>

<details><summary>2. (Chapter 01) TODO: a second question</summary>

TODO: its answer.
</details>"""
START = """\
from course_lib import runtime

runtime.start(seed=0, needs_gb=1.0)

import keras
import numpy as np

from course_lib import plots
from course_lib.checks import Case, Exercise, compare_guess, expect, shows_error"""
FIRST_RESULT = "## A first result\n\nTODO: the task, and what works after the third cell."
FIRST_RESULT_CODE = """\
measured = np.mean([0, 1])  # TODO: the first result
expect("TODO: what was measured", measured, at_least=0.4)"""
IDEA = """\
## TODO: the first idea, as a question

TODO: why one would ask it. Write all of this section anew for each idea.

**Predict.** TODO: what will be measured? A number, or one of the options that you offer."""
IDEA_CODE = """\
measured = np.mean([0, 0, 0, 1])  # TODO: measure it
expect("TODO: what was measured of it", measured, at_least=0.2)
compare_guess(my_guess, measured)"""
FIGURE_CODE = """\
plots.line_chart(
    [1, 2, 3], {"TODO: its name": [3.0, 2.0, 1.5]}, title="TODO: the finding", x_label="epoch", y_label="loss"
)"""
FIGURE_ALT = "TODO: in a sentence or two, what the figure shows, for those who cannot see it."
BY_HAND = """\
TODO: in one sentence, what the figure shows. Then the rule.

### By hand

TODO: the formula, derived step by step; then the same in NumPy, small enough to print."""
BY_HAND_CODE = "print(np.dot([1.0, 2.0], [3.0, 4.0]))  # TODO: the formula, with its own names"
KERAS = "### The Keras way\n\nTODO: what Keras calls it. A model is built and fitted in one cell."
KERAS_CODE = """\
inputs = keras.Input((2,))
model = keras.Model(inputs, keras.layers.Dense(1)(inputs))  # TODO: build it, compile it, fit it
expect("TODO: parameters of the network", model.count_params(), equals=3)"""
EXPERIMENT = """\
### Change one thing

TODO: the experiment that readers will remember. What changes, and what stays the same?

**Predict.** TODO: what will be measured?"""
EXPERIMENT_CODE = """\
measured = np.mean([0, 1, 1, 1])  # TODO: the experiment
expect("TODO: what the change has brought", measured, at_least=0.7)
compare_guess(my_guess, measured)"""
WRONG = """\
TODO: what the experiment settles, with its standard error.

## What goes wrong

### 1. TODO: the symptom, a message or a number

TODO: what somebody did, and what they see."""
WRONG_CODE = """\
with shows_error(ValueError, containing="not aligned"):  # TODO: the mistake
    np.dot(np.ones((2, 3)), np.ones((2, 3)))"""
SILENT = """\
TODO: the diagnosis, then the cure.

### 2. TODO: the symptom of a mistake that raises nothing

TODO: what somebody did, and the number that gives it away."""
SILENT_CODE = 'expect("TODO: what shows the mistake", 0.1, at_most=0.2)'
QUESTIONS = "\n\n".join(
    ["TODO: the diagnosis, then the cure.", "## Check yourself", "Answer before you open."]
    + [
        f"<details><summary>{number}. TODO: a short question on an idea; write 4 to 6</summary>\n\n"
        "TODO: its answer, and why.\n</details>"
        for number in range(1, 5)
    ]
)
EXERCISES_BEGIN = """\
## Exercises

Replace `...` and run the cell: ○ open, ✓ right, ✗ not yet, with a hint. Each solution is folded below."""
TASK = "### Exercise {number}: TODO: {kind}\n\nTODO: the task: what `{name}` takes, and what it returns."
STUB = """\
def {name}(number):
    # your code here
    ...


check_{name} = Exercise(
    hint="TODO: the first step.",
    cases=[
        Case((1,), 2, "TODO: what is wrong with an answer that fails here."),
        Case((2,), 3, "TODO: the same for a second case."),
    ],
)
check_{name}.check({name})"""
SOLUTION = """\
def {name}_solution(number):
    return number + 1  # TODO: the solution


check_{name}.verify_solution({name}_solution)"""
REFERENCE = "Author, A. (year). Title. *Where it appeared*. doi:10... or arXiv:..."
END = f"""\
### Exercise 5 (open): TODO: something with the learner's own pictures, sounds or texts

TODO: what to try, and what to watch. There is no checker.

## What you now know

- TODO: what the chapter has shown, with its number
- TODO: a second finding
- TODO: a third finding

### Terms

| English | 中文 | Meaning |
|---|---|---|
| TODO: each new term | TODO | TODO: its meaning in one line |
| TODO: at least five | TODO | TODO |
| TODO | TODO | TODO |
| TODO | TODO | TODO |
| TODO | TODO | TODO |

### References

- TODO: {REFERENCE}"""
TEST_FILE = '''\
"""Chapter {number}: the checkers of its exercises; add tests of what it defines (`story_code.definitions`)."""

from exercises import exercise_tests

CHAPTER = "{stem}"
# For each exercise: at least three plausible wrong answers, each with a part of the hint that it must get, such as
# (lambda number: number, "Add one")
WRONG_ANSWERS = {{
{exercises}
}}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
'''


def begin(number: str, title: str) -> tuple[Path, Path]:
    """Write the notebook and the test file of a new chapter; return their paths.

    Args:
        number: two digits, or two digits and a letter, that no chapter has yet.
        title: the title; its words before a colon make the file's name.

    Raises:
        ValueError: if the number or the title cannot be used, or a file is there already; nothing is written then.
    """
    if not re.fullmatch(r"\d\d[a-z]?", number):
        raise ValueError(f"{number!r} is not a chapter's number; write two digits, or two digits and a letter: 06, 06b")
    title = " ".join(title.split())
    words = re.findall("[a-z0-9]+", title.split(":")[0].lower())
    if not words:
        raise ValueError(f'which title? For example: make new CH={number} TITLE="Optimisers: steps of the right size"')
    stem = "_".join([number, *words])
    notebook, tests = chapters.NOTEBOOKS / f"{stem}.ipynb", TESTS / f"test_{stem}.py"
    there = [*chapters.NOTEBOOKS.glob(f"{number}_*"), *TESTS.glob(f"test_{number}_*")]
    if there:
        raise ValueError(f"{there[0].relative_to(chapters.ROOT)} is there already; take another number")
    chapters.write(template(number, title), notebook)
    table = "\n".join(f'    "{name}": [],' for name in EXERCISES)
    tests.write_text(TEST_FILE.format(number=number, stem=stem, exercises=table), encoding="utf-8")
    return notebook, tests


def part_of(number: str) -> str:
    """Return the part of the course to which a chapter belongs by its number."""
    return PARTS[max(first for first in PARTS if first <= int(number[:2]))]


def template(number: str, title: str) -> NotebookNode:
    """Return the chapter in which all is still to be written."""
    cells = [
        *(_text(f"# {number} {title}\n\n{PROMISE}"), _text(FRONT), _text(RECALL), _code(START)),
        *(_text(FIRST_RESULT), _code(FIRST_RESULT_CODE)),
        *(_text(IDEA), _code("my_guess = ..."), _code(IDEA_CODE), _code(FIGURE_CODE, alt=FIGURE_ALT)),
        *(_text(BY_HAND), _code(BY_HAND_CODE), _text(KERAS), _code(KERAS_CODE)),
        *(_text(EXPERIMENT), _code("my_guess = ..."), _code(EXPERIMENT_CODE)),
        *(_text(WRONG), _code(WRONG_CODE), _text(SILENT), _code(SILENT_CODE)),
        *(_text(QUESTIONS), _text(EXERCISES_BEGIN)),
    ]
    for count, (name, kind) in enumerate(EXERCISES.items(), start=1):
        cells += [
            _text(TASK.format(number=count, kind=kind, name=name)),
            _code(STUB.format(name=name), tags=["exercise"]),
            _code(SOLUTION.format(name=name), tags=["solution", "hide-input"], jupyter={"source_hidden": True}),
        ]
    cells.append(_text(END))
    for index, cell in enumerate(cells):
        cell.id = f"cell-{index:03d}"  # else nbformat draws one at random
    course = {
        "title": title,
        "part": part_of(number),
        "result": "TODO: what the reader gets, in half a sentence; in braces, the claim that measures each number",
        "data": [],
        "prerequisites": ["TODO: the numbers of the chapters that it builds on"],
        "seconds": 60,
        "memory_gb": 1.0,
    }
    return v4.new_notebook(cells=cells, metadata={"course": course})


def _text(source: str) -> NotebookNode:
    return v4.new_markdown_cell(source)


def _code(source: str, **metadata: object) -> NotebookNode:
    return v4.new_code_cell(source, metadata=metadata)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    try:
        written = begin(*sys.argv[1:])
    except (ValueError, OSError) as error:
        sys.exit(f"error: {error}")
    print("\n".join(f"wrote {path.relative_to(chapters.ROOT)}" for path in written))
