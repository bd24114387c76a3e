"""What a chapter is made of, as far as it can be counted; each rule says what to write."""

import re
from collections.abc import Iterator
from statistics import median
from typing import Any

from nbformat import NotebookNode

import chapters
import new_chapter
import readme

STORY_CELLS, WORDS, START_PAGE_WORDS = (25, 40), (1800, 2800), (1500, 2800)
MEDIAN_LINES, MOST_LINES, MOST_LINES_OF_ANY = 6, 15, 40
EXERCISE_TAGS = ("exercise", "solution")
MARKUP = re.compile(r"</?[a-z][^>\n]*>|<!--.*?-->")
# They load TensorFlow, whose start-up noise only `runtime.start` keeps out.
LOAD_TENSORFLOW = re.compile(r"^(?:import|from) (?:keras|tensorflow)\w*", re.MULTILINE)
OPEN_EXERCISE = re.compile(r"^(### Exercise \d.*\bopen\b|\*\*Open\b)", re.MULTILINE)
# What stands above the first code, in this order; then the sections by their headings.
FRONT = {
    r"\*\*Why anyone cares": "**Why anyone cares.** and a real case, a person or a number",
    "You will learn": "**You will learn to** and a list of 3 to 5 things that the reader can do then",
    r"\d seconds.* GB of memory": "**Needs** and the seconds, the memory and the data",
    "<details>": "**Recall.** and two questions on earlier chapters, their answers folded in <details>",
}
SECTIONS = {
    "What goes wrong": "the symptom first, then the diagnosis and the cure; at least one bug that raises nothing",
    "Check yourself": "4 to 6 short conceptual questions, their answers folded in <details>",
    "Exercise": "the exercises, from warm-up to a small experiment, and an open one",
    "What you now know": "a list of what the chapter has shown",
    "Terms": "a table with the columns English, 中文 and Meaning",
    "Reference": "a list of real papers",
}
AUTHOR_YEAR_TITLE_AND_PLACE = re.compile(r"- \w[^()]+ \((1[6-9]|20)\d\d\)\. \S.{8,}?[.?!*] \S.+")
IDENTIFIERS = {"doi:": r"doi:10\.\d{4,}/\S+", "arXiv:": r"arXiv:(\d{4}\.\d{4,5}|[a-z-]+/\d{7})\b"}


def problems(stem: str, chapter: NotebookNode) -> Iterator[str]:
    """Yield what a chapter lacks or has too much of, given its file's stem."""
    start_page = stem == chapters.START_PAGE.stem
    text = "\n\n".join(cell.source for cell in chapter.cells if cell.cell_type == "markdown")
    yield from _placeholders(chapter)
    yield from _metadata_problems(stem, chapter.metadata["course"])
    yield from _front_problems(stem, chapter)
    yield from _section_problems(text)
    yield from _amount_problems(chapter, START_PAGE_WORDS if start_page else WORDS)
    yield from _claim_problems("\n".join(cell.source for cell in story(chapter)))
    yield from _exercise_problems(chapter, text, at_least=1 if start_page else 4)


def _placeholders(chapter: NotebookNode) -> Iterator[str]:
    """Yield what `make new` wrote and nobody has replaced: it says itself what to write."""
    for cell in chapter.cells:
        for text in (cell.source, *map(str, cell.metadata.values())):
            for line in text.splitlines():
                if new_chapter.PLACEHOLDER in line:
                    yield f"still to be written: {line.strip()}"
    for key, value in chapter.metadata["course"].items():
        if new_chapter.PLACEHOLDER in str(value):
            yield f"still to be written: course.{key} in the metadata: {value}"


def _metadata_problems(stem: str, course: dict[str, Any]) -> Iterator[str]:
    number = stem.split("_")[0]
    if course["part"] != new_chapter.part_of(number):
        yield f"course.part is {course['part']!r}; write {new_chapter.part_of(number)!r}"
    before = {path.stem.split("_")[0] for path in chapters.chapter_files() if path.stem < stem}
    if not before.issuperset(course["prerequisites"]):
        yield f"course.prerequisites are {course['prerequisites']}; name chapters that come before {number}"


def _front_problems(stem: str, chapter: NotebookNode) -> Iterator[str]:
    # What builds on no chapter has nothing to recall.
    without = set() if chapter.metadata["course"]["prerequisites"] else {"<details>"}
    first = next((number for number, cell in enumerate(chapter.cells) if cell.cell_type == "code"), 0)
    front = "\n\n".join(cell.source for cell in chapter.cells[:first])
    title = f"# {stem.split('_')[0]} {chapter.metadata['course']['title']}"
    promise = re.match(rf"{re.escape(title)}\n\n(?=[\w*])(.+(?:\n.+)*)", front)
    if not promise or not 5 <= len(promise.group(1).split()) <= 60:
        yield f"the first cell: write {title!r}, an empty line, and in one sentence what the chapter promises"
    place = 0
    for pattern, what in FRONT.items():
        found = re.compile(pattern).search(front, place)
        if found:
            place = found.end()
        elif pattern not in without:
            yield f"above the first code, at its place in the order: write {what}"
    cares = re.search(r"\*\*Why anyone cares((?:.+\n?)+)", front)
    if cares and not 3 <= len(re.findall(r"(?<!\bal)[.?!](?=\s|$)", cares.group(1).removeprefix(".**"))) <= 6:
        yield "Why anyone cares: write 3 to 6 sentences, in one paragraph"
    learned = re.search(r"You will learn.*\n\n((?:- .+(?:\n  .+)*\n?)+)", front)
    if learned and not 3 <= learned.group(1).count("\n- ") + 1 <= 5:
        yield "You will learn: write 3 to 5 lines"
    if "<details>" not in without and front.count("<details>") < 2:
        yield "Recall: write at least two questions, each answer folded in <details>"
    opening = chapter.cells[first].source
    before_start = opening.split("runtime.start(")[0]
    if before_start == opening or LOAD_TENSORFLOW.search(before_start):
        yield "the first code cell: import runtime and call runtime.start; import keras and tensorflow after that"


def _section_problems(text: str) -> Iterator[str]:
    bodies, place = {}, 0
    for name, what in SECTIONS.items():
        found = re.compile(rf"^##+ (?:\d+\. )?{name}.*\n((?:(?!#).*\n?)*)", re.MULTILINE).search(text, place)
        if found:
            place, bodies[name] = found.start(), found.group(1)
        else:
            yield f'no heading "{name}" at its place in the order: write there {what}'
    questions = bodies.get("Check yourself", "").count("<details>")
    if "Check yourself" in bodies and not 4 <= questions <= 6:
        yield f"Check yourself: {questions} questions; write {SECTIONS['Check yourself']}"
    if "What you now know" in bodies and bodies["What you now know"].count("\n- ") < 3:
        yield "What you now know: write a list of at least three sentences"
    if "Terms" in bodies and not re.search(
        r"^\| English \| 中文 \| [Mm]eaning \|\n\|[-|]+\|\n(\|.+\|\n?){5}", bodies["Terms"], re.MULTILINE
    ):
        yield "Terms: write at least five, in a table that begins | English | 中文 | Meaning |"
    if "Reference" in bodies:
        yield from _reference_problems(bodies["Reference"])


def _reference_problems(body: str) -> Iterator[str]:
    references = [line for line in body.splitlines() if line.startswith("- ")]
    if not references:
        yield "References: write at least one"
    for line in references:
        broken = [name for name, pattern in IDENTIFIERS.items() if name in line and not re.search(pattern, line)]
        if broken or not AUTHOR_YEAR_TITLE_AND_PLACE.match(line):
            yield f"the reference {line!r}: write - {new_chapter.REFERENCE}"


def story(chapter: NotebookNode) -> list[NotebookNode]:
    """Return the code cells that are neither exercise nor solution."""
    code = [cell for cell in chapter.cells if cell.cell_type == "code"]
    return [cell for cell in code if not set(EXERCISE_TAGS) & set(cell.metadata.get("tags", []))]


def _amount_problems(chapter: NotebookNode, words: tuple[int, int]) -> Iterator[str]:
    """Yield where a chapter is too short or too long; empty lines, which the formatter asks for, do not count."""
    prose = "\n".join(
        cell.source for cell in chapter.cells if cell.cell_type == "markdown" and not cell.source.startswith(readme.MAP)
    )
    count = sum(any(map(str.isalnum, word)) for word in MARKUP.sub(" ", prose).split())
    if not words[0] <= count <= words[1]:
        yield f"{count:,} words: write {words[0]:,} to {words[1]:,}; split what needs more"
    lines = [sum(bool(line.strip()) for line in cell.source.splitlines()) for cell in story(chapter)]
    if not STORY_CELLS[0] <= len(lines) <= STORY_CELLS[1]:
        yield f"{len(lines)} code cells besides exercises: write {STORY_CELLS[0]} to {STORY_CELLS[1]}"
    if lines and median(lines) > MEDIAN_LINES:
        yield f"half of the code cells have {median(lines):g} lines or more: split them until it is {MEDIAN_LINES}"
    long = sum(count > MOST_LINES for count in lines)
    if long > len(lines) / 10:
        yield f"{long} of {len(lines)} code cells have more than {MOST_LINES} lines: one in ten may"
    if max(lines, default=0) > MOST_LINES_OF_ANY:
        yield f"a code cell of {max(lines)} lines: write at most {MOST_LINES_OF_ANY}"


def _claim_problems(story: str) -> Iterator[str]:
    steps = re.findall(r"^my_guess = \.\.\.|^ *(compare_guess)\(", story, re.MULTILINE)
    if len(steps) < 4 or steps != ["", "compare_guess"] * (len(steps) // 2):
        yield "guesses: at least twice, write a cell `my_guess = ...` and later compare_guess(my_guess, measured)"
    if "expect(" not in story:
        yield "no claim: write expect(...) for each number that the text gives"


def _exercise_problems(chapter: NotebookNode, text: str, at_least: int) -> Iterator[str]:
    cells = [cell for cell in chapter.cells if set(EXERCISE_TAGS) & set(cell.metadata.get("tags", []))]
    kinds = [tag for cell in cells for tag in cell.metadata.tags if tag in EXERCISE_TAGS]
    if kinds != [*EXERCISE_TAGS] * (len(cells) // 2) or len(cells) < 2 * at_least:
        yield f"exercises: write at least {at_least}, each a cell tagged exercise and then one tagged solution"
    if not OPEN_EXERCISE.search(text):
        yield "no open exercise: write one without a checker, under a heading like ### Exercise 5 (open): ..."
    for cell in cells:
        solution = "solution" in cell.metadata.tags
        printed = "".join(output.get("text", "") for output in cell.outputs)
        if solution and not (
            "hide-input" in cell.metadata.tags and cell.metadata.get("jupyter", {}).get("source_hidden")
        ):
            yield f"a solution that is not folded: tag it hide-input and hide its source: {cell.source[:40]!r}"
        if solution and printed != "solution verified\n":
            yield f"a solution that prints {printed!r}: end it with verify_solution: {cell.source[:40]!r}"
        if not solution and not printed.startswith("○ open - "):
            yield f"an exercise that prints {printed!r}: store it untouched: {cell.source[:40]!r}"
