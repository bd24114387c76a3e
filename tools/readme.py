"""Write the table of chapters into README.md and into the start page, from the chapters' metadata."""

import re

from nbformat import NotebookNode

import chapters
import claims

README = chapters.ROOT / "README.md"
START, END = "<!-- chapters: written by `make notebooks` -->\n", "<!-- end of chapters -->\n"
MAP = "<!-- written by `make notebooks` -->"  # the start page's cell that holds the table begins so
# In a chapter's result: the name of a claim that the chapter prints, a colon, and a format of Python.
FIELD = re.compile(r"\{(?P<claim>[^{}]+):(?P<form>[^{}:]+)\}")
LARGEST_GB = re.compile(r"(?<=largest_chapter_gb=)[\d.]+")
HEADING = "| Chapter | Time | Memory | Builds on | What you get |\n|---|---|---|---|---|\n"


def table(folder: str) -> str:
    """Return the chapters as a Markdown table: measured time on two CPU cores, peak memory, prerequisites, result."""
    rows = []
    for path in chapters.chapter_files():
        notebook = chapters.read(path)
        course = notebook.metadata["course"]
        number = path.stem.split("_")[0]
        link = f"[{number} · {course['title']}]({folder}{path.name})"
        needs = f"{course['seconds']}&nbsp;s | {course['memory_gb']:.1f}&nbsp;GB"
        builds_on = ", ".join(course["prerequisites"]) or "–"
        rows.append(f"| {link} | {needs} | {builds_on} | {result(notebook)} |\n")
    return HEADING + "".join(rows)


def result(notebook: NotebookNode) -> str:
    """Return a chapter's result, with the numbers that its stored claims measured.

    Raises:
        ValueError: if the result names a claim that the chapter does not print, or holds a number that is no claim's.
    """
    course, measured = notebook.metadata["course"], claims.by_name(notebook)

    def number(field: re.Match) -> str:
        if field["claim"] not in measured:
            known = "\n".join(measured)
            raise ValueError(f"{course['title']}: no claim {field['claim']!r} is printed there. Its claims:\n{known}")
        return format(measured[field["claim"]], field["form"]).replace("%", " %")

    if re.search(r"[\d{}]", FIELD.sub("", course["result"])):
        raise ValueError(
            f"{course['title']}: in `course.result` of the metadata, {course['result']!r}, write each number as the "
            "claim that measures it, with a format, such as {test accuracy of the CNN:.1%}"
        )
    return FIELD.sub(number, course["result"])


def with_table(text: str) -> str:
    """Return README's text with the present table."""
    before, rest = text.split(START)
    return before + START + "\n" + table("notebooks/") + "\n" + END + rest.split(END)[1]


def fill_map(start_page: NotebookNode) -> None:
    """Put the present table and the largest chapter's memory into the start page, in place.

    The table's links hold wherever all chapters lie side by side.
    """
    (cell,) = (cell for cell in start_page.cells if cell.source.startswith(MAP))
    cell.source = f"{MAP}\n\n{table('')}".rstrip("\n")
    largest = max(chapters.read(path).metadata["course"]["memory_gb"] for path in chapters.chapter_files())
    for cell in start_page.cells:
        cell.source = LARGEST_GB.sub(str(largest), cell.source)


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
    start_page = chapters.read(chapters.START_PAGE)
    fill_map(start_page)
    chapters.write(start_page, chapters.START_PAGE)
