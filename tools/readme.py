"""Write the table of chapters into README.md and a map of them into the start page, from the chapters' metadata."""

import re
from itertools import groupby
from pathlib import Path

from nbformat import NotebookNode

import chapters
import claims

Chapter = tuple[Path, NotebookNode]
README = chapters.ROOT / "README.md"
START, END = "<!-- chapters: written by `make notebooks` -->\n", "<!-- end of chapters -->\n"
MAP = "<!-- written by `make notebooks` -->"  # the start page's cell that holds the map begins so
# In a chapter's result: the name of a claim that the chapter prints, a colon, and a format of Python.
FIELD = re.compile(r"\{(?P<claim>[^{}]+):(?P<form>[^{}:]+)\}")
LARGEST_GB = re.compile(r"(?<=largest_chapter_gb=)[\d.]+")


def parts() -> list[tuple[str, list[Chapter]]]:
    """Return the parts of the course in order, each with its chapters."""
    every = [(path, chapters.read(path)) for path in chapters.chapter_files()]
    return [(name, list(those)) for name, those in groupby(every, lambda chapter: chapter[1].metadata.course.part)]


def table(folder: str) -> str:
    """Return the chapters as a Markdown table: measured time on two CPU cores, peak memory, prerequisites, result."""
    lines = ["| Chapter | Time | Memory | Builds on | What you get |\n|---|---|---|---|---|\n"]
    for part, those in parts():
        lines.append(f"| **{part}** | | | | |\n")
        for path, notebook in those:
            course = notebook.metadata.course
            link = f"[{path.stem.split('_')[0]} · {course.title}]({folder}{path.name})"
            needs = f"{seconds(course)} | {course.memory_gb:.1f}&nbsp;GB | {builds_on(course)}"
            lines.append(f"| {link} | {needs} | {result(path, notebook)} |\n")
    return "".join(lines)


def short_map(course_parts: list[tuple[str, list[Chapter]]]) -> str:
    """Return the same without memory and result, by short titles; its links hold where all chapters lie together."""
    lines = ["| Chapter | Time | Builds on |\n|---|---|---|\n"]
    for part, those in course_parts:
        lines.append(f"| **{part}** | | |\n")
        for path, notebook in those:
            course = notebook.metadata.course
            link = f"[{path.stem.split('_')[0]} · {course.title.split(':')[0]}]({path.name})"
            lines.append(f"| {link} | {seconds(course)} | {builds_on(course)} |\n")
    return "".join(lines)


def seconds(course: NotebookNode) -> str:
    """Return a chapter's time as the tables show it."""
    return f"{course.seconds}&nbsp;s"


def builds_on(course: NotebookNode) -> str:
    """Return the numbers of the chapters that come first, as the tables show them."""
    return ", ".join(course.prerequisites) or "–"


def result(path: Path, notebook: NotebookNode) -> str:
    """Return a chapter's result, with the numbers that its stored claims measured; errors name the chapter's file.

    Raises:
        ValueError: if the result names a claim that the chapter does not print, or holds any other number.
    """
    course, measured = notebook.metadata["course"], claims.by_name(notebook)

    def number(field: re.Match) -> str:
        if field["claim"] not in measured:
            known = "\n".join(measured)
            raise ValueError(
                f"notebooks/{path.name}: no claim {field['claim']!r} is printed there. Its claims:\n{known}"
            )
        return format(measured[field["claim"]], field["form"]).replace("%", " %")

    if re.search(r"[\d{}]", FIELD.sub("", course["result"])):
        raise ValueError(
            f"notebooks/{path.name}: in `course.result` of the metadata, {course['result']!r}, write each number as "
            "the claim that measures it, with a format, such as {test accuracy of the CNN:.1%}"
        )
    return FIELD.sub(number, course["result"])


def with_table(text: str) -> str:
    """Return README's text with the present table."""
    before, rest = text.split(START)
    return before + START + "\n" + table("notebooks/") + "\n" + END + rest.split(END)[1]


def fill_map(start_page: NotebookNode) -> None:
    """Put the present map and the largest chapter's memory into the start page, in place."""
    (cell,) = (cell for cell in start_page.cells if cell.source.startswith(MAP))
    course_parts = parts()
    cell.source = f"{MAP}\n\n{short_map(course_parts)}".rstrip("\n")
    largest = max(notebook.metadata.course.memory_gb for _, those in course_parts for _, notebook in those)
    for cell in start_page.cells:
        cell.source = LARGEST_GB.sub(str(largest), cell.source)


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
    start_page = chapters.read(chapters.START_PAGE)
    fill_map(start_page)
    chapters.write(start_page, chapters.START_PAGE)
