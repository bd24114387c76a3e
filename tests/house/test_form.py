"""Every chapter has the form of a chapter, and each rule of form rejects what it is for."""

import copy
import re

import pytest
from nbformat import v4

import chapters
import finished_chapter
import form
import new_chapter

CHAPTERS = chapters.chapter_files()
STEM = "06_optimisers"


@pytest.fixture(scope="module")
def finished():
    """A chapter that keeps all rules, with what its exercises print."""
    chapter = new_chapter.template("06", "Optimisers")
    finished_chapter.finish(chapter)
    for cell in chapter.cells:
        for tag, text in {"exercise": "○ open - the first step\n", "solution": "solution verified\n"}.items():
            if tag in cell.metadata.get("tags", []):
                cell.outputs = [v4.new_output("stream", text=text)]
    return chapter


def write(old, new):
    """Return what replaces the first place that a pattern matches, in the text or the code of a chapter."""

    def change(chapter):
        cell = next(cell for cell in chapter.cells if re.search(old, cell.source))
        cell.source = re.sub(old, new, cell.source, count=1)

    return change


def everywhere(old, new):
    """Return what replaces each place that a pattern matches."""

    def change(chapter):
        for cell in chapter.cells:
            cell.source = re.sub(old, new, cell.source)

    return change


def lengthen(lines, cells):
    """Return what adds lines to the last story cells."""

    def change(chapter):
        for cell in form.story(chapter)[-cells:]:
            cell.source += "\nx = 1" * lines

    return change


def story(count):
    """Return what leaves a number of story cells, or adds to them."""

    def change(chapter):
        claims = [cell for cell in chapter.cells if cell.id.startswith("claim-")]
        spare = len(form.story(chapter)) - count
        chapter.cells = [cell for cell in chapter.cells if cell not in claims[: max(spare, 0)]]
        chapter.cells[-1:-1] = [v4.new_code_cell("x = 1") for _ in range(-spare)]

    return change


def first_tagged(tag, **changes):
    """Return what changes the first cell with a tag."""

    def change(chapter):
        cell = next(cell for cell in chapter.cells if tag in cell.metadata.get("tags", []))
        for name, value in changes.items():
            setattr(cell.metadata if name in {"tags", "jupyter"} else cell, name, value)

    return change


def course(**changes):
    """Return what changes the metadata."""
    return lambda chapter: chapter.metadata["course"].update(changes)


TRAPS = {
    "placeholder in the text": (write("the loss falls", "TODO: what?"), "still to be written: - TODO: what?"),
    "placeholder in the code": (write("(measured = .*)", r"\1  # TODO"), "still to be written: measured"),
    "placeholder in a figure's text": (
        lambda chapter: chapter.cells[-1].metadata.update(alt="TODO: say it."),
        "still to be written: TODO: say it.",
    ),
    "placeholder in the metadata": (course(result="TODO"), "still to be written: course.result"),
    "unknown part": (course(part="III Depth"), "write 'III Training well'"),
    "prerequisite that comes later": (course(prerequisites=["07"]), "name chapters that come before 06"),
    "prerequisite that is the chapter itself": (course(prerequisites=["06"]), "name chapters that come before 06"),
    "another title": (write("# 06 Optimisers", "# 06 Optimizers"), "write '# 06 Optimisers'"),
    "another number": (write("# 06 ", "# 07 "), "write '# 06 Optimisers'"),
    "no promise": (write("(?s)(# 06 Optimisers).*", r"\1"), "in one sentence what the chapter promises"),
    "a heading for a promise": (write("(# 06 Optimisers\n\n)", r"\1## "), "in one sentence what the chapter promises"),
    "a page for a promise": (write("(# 06 Optimisers\n\n)", r"\1" + "word " * 60), "in one sentence"),
    "nobody cares": (write(r"\*\*Why anyone cares\.\*\*", ""), "write **Why anyone cares.**"),
    "two sentences on why": (write(r"(cares\.\*\*)( [^.]+\.){2}", r"\1"), "write 3 to 6 sentences"),
    "seven sentences on why": (write(r"(cares\.\*\*)", r"\1 One. Two. Three."), "write 3 to 6 sentences"),
    "nothing to learn": (write("You will learn", "You will see"), "write **You will learn to**"),
    "two things to learn": (write("(learn to.*\n\n)- .*\n", r"\1"), "write 3 to 5 lines"),
    "six things to learn": (write("(learn to.*\n\n)", r"\1" + "- a\n" * 3), "write 3 to 5 lines"),
    "no needs": (write("60 seconds", "a minute"), "write **Needs**"),
    "no recall": (write("(?s)<details>.*", ""), "write **Recall.**"),
    "one question of recall": (write("(?s)<details>.*?</details>", ""), "at least two questions"),
    "no start": (write(r"runtime\.start\(.*\)", ""), "call runtime.start"),
    "Keras before the start": (write("(from course_lib import runtime)", r"import keras\n\1"), "call runtime.start"),
    "TensorFlow before the start": (
        write("(from course_lib import runtime)", r"from tensorflow_datasets import load\n\1"),
        "call runtime.start",
    ),
    "one guess": (write(r"my_guess = \.\.\.", ""), "guesses"),
    "a guess that is made": (write(r"my_guess = \.\.\.", "my_guess = 0.97"), "guesses"),
    "a guess that is compared nowhere": (write(r"compare_guess\(my.*", ""), "guesses"),
    "a result that comes before its guess": (write(r"(my_guess = \.\.\.)", r"compare_guess(0, 1)\n\1"), "guesses"),
    "no claim": (everywhere(r"expect\(", "print("), "no claim"),
    **{
        f"no section: {name}": (everywhere(f"## {name}", "## Else"), f'no heading "{name}" at its place')
        for name in form.SECTIONS
    },
    "sections in another order": (write("## What goes wrong", "## References\n\n## What goes"), '"What goes wrong"'),
    "three questions": (write("(?s)(yourself\n.*?)<details>.*?</details>", r"\1"), "Check yourself: 3 questions"),
    "seven questions": (write("(yourself\n)", r"\1" + "<details></details>\n" * 3), "Check yourself: 7 questions"),
    "a section that is named only": (write("## What goes wrong", "What goes wrong"), 'no heading "What goes wrong"'),
    "two sentences to know": (write("(now know\n\n)- .*\n", r"\1"), "at least three sentences"),
    "four terms": (write(r"\|---\|---\|---\|\n\|.*", "|---|---|---|"), "at least five"),
    "terms without Chinese": (write("中文", "Chinese"), "| English | 中文 | Meaning |"),
    "no reference": (write("- Kingma.*", ""), "References: write at least one"),
    "reference without a year": (write(r" \(2015\)", ""), "the reference '- Kingma"),
    "reference without a place": (write(r" \*ICLR\*.*", ""), "the reference '- Kingma"),
    "reference without an author": (write("Kingma.* Ba, J.", ""), "the reference '-"),
    "broken arXiv number": (write("1412.6980", "1412.698"), "the reference '- Kingma"),
    "broken doi": (write("arXiv:1412.6980", "doi:org/10.1038/323533a0"), "the reference '- Kingma"),
    "few words": (everywhere(finished_chapter.SENTENCE, "It falls."), "words: write 1,800 to 2,800"),
    "many words": (write("the loss falls", "word " * 1000), "words: write 1,800 to 2,800"),
    "few cells": (story(24), "24 code cells besides exercises"),
    "many cells": (story(41), "41 code cells besides exercises"),
    "long cells": (lengthen(lines=6, cells=14), "half of the code cells have"),
    "many very long cells": (lengthen(lines=16, cells=3), "3 of 27 code cells have more than 15 lines"),
    "a cell that nobody reads": (lengthen(lines=40, cells=1), "a code cell of 41 lines"),
    "three exercises": (
        lambda chapter: [first_tagged(tag, tags=[])(chapter) for tag in form.EXERCISE_TAGS],
        "exercises: write at least 4",
    ),
    "exercise without a solution": (first_tagged("solution", tags=[]), "and then one tagged solution"),
    "exercise that is its own solution": (
        first_tagged("solution", tags=["exercise", "solution", "hide-input"]),
        "and then one tagged solution",
    ),
    "no open exercise": (write(r" \(open\)", ""), "no open exercise"),
    "solution in view": (first_tagged("solution", tags=["solution"]), "a solution that is not folded"),
    "solution in view in JupyterLab": (first_tagged("solution", jupyter={}), "a solution that is not folded"),
    "solution that is not verified": (first_tagged("solution", outputs=[]), "a solution that prints ''"),
    "exercise that is solved": (
        first_tagged("exercise", outputs=[v4.new_output("stream", text="✓ right\n")]),
        "an exercise that prints '✓ right",
    ),
}

ALLOWED = {
    "as few cells as may be": story(25),
    "as many cells as may be": story(40),
    "a cell as long as may be": lengthen(lines=39, cells=1),
    "three sentences on why": write(r"(cares\.\*\*)( [^.]+\.)", r"\1"),
    "six sentences on why": write(r"(cares\.\*\*)", r"\1 One. Two is 2.5, by Smith et al. (2017)."),
    "five things to learn": write("(learn to.*\n\n)", r"\1" + "- a\n" * 2),
    "six questions": write("(yourself\n)", r"\1" + "<details></details>\n" * 2),
    "a promise of few words": write("(# 06 Optimisers\n\n).*", r"\1You train two networks yourself."),
}


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapter_has_the_form_of_a_chapter(path):
    found = list(form.problems(path.stem, chapters.read(path)))
    assert not found, "\n".join([f"edit notebooks/{path.name}:", *found])


def test_new_chapter_is_told_what_to_write():
    chapter = new_chapter.template("06", "Optimisers")
    found = list(form.problems(STEM, chapter))
    asked = [*(cell.source for cell in chapter.cells), *(cell.metadata.get("alt", "") for cell in chapter.cells)]
    lines = [line.strip() for source in asked for line in source.splitlines() if new_chapter.PLACEHOLDER in line]
    assert len(lines) > 50
    for line in lines:
        assert f"still to be written: {line}" in found
    for part in ("course.result", "course.prerequisites", "words: write", "code cells besides exercises: write"):
        assert any(part in problem for problem in found), part


def test_finished_chapter_keeps_all_rules(finished):
    assert list(form.problems(STEM, finished)) == []


@pytest.mark.parametrize("trap", TRAPS)
def test_trap_is_rejected(trap, finished):
    change, message = TRAPS[trap]
    chapter = copy.deepcopy(finished)
    change(chapter)
    assert chapter != finished, "nothing was planted"
    found = list(form.problems(STEM, chapter))
    assert any(message in problem for problem in found), found


@pytest.mark.parametrize("name", ALLOWED)
def test_what_is_allowed_passes(name, finished):
    chapter = copy.deepcopy(finished)
    ALLOWED[name](chapter)
    assert chapter != finished, "nothing was changed"
    assert list(form.problems(STEM, chapter)) == []


def test_no_chapter_builds_on_itself():
    chapter = chapters.read(CHAPTERS[1])
    course(prerequisites=["01"])(chapter)
    assert "course.prerequisites are ['01']; name chapters that come before 01" in form.problems(
        CHAPTERS[1].stem, chapter
    )


def test_what_is_generated_and_what_the_formatter_adds_does_not_count(finished):
    chapter = copy.deepcopy(finished)
    chapter.cells.append(v4.new_markdown_cell(f"{form.readme.MAP}\n\n" + "word " * 1000))
    lengthen(lines=1, cells=1)(chapter)
    chapter.cells[3].source += "\n" * 50
    assert list(form.problems(STEM, chapter)) == []
