"""Write the table of chapters into README.md and into the start page, from the chapters' metadata."""

from nbformat import NotebookNode

import chapters

README = chapters.ROOT / "README.md"
START, END = "<!-- chapters: written by `make notebooks` -->\n", "<!-- end of chapters -->\n"
MAP = "<!-- written by `make notebooks` -->"  # the start page's cell that holds the table begins so
HEADING = "| Chapter | Time | Memory | Builds on | What you get |\n|---|---|---|---|---|\n"


def table(folder: str) -> str:
    """Return the chapters as a Markdown table: measured time on two CPU cores, peak memory, prerequisites, result."""
    rows = []
    for path in chapters.chapter_files():
        course = chapters.read(path).metadata["course"]
        number = path.stem.split("_")[0]
        link = f"[{number} · {course['title']}]({folder}{path.name})"
        needs = f"{course['seconds']}&nbsp;s | {course['memory_gb']:.1f}&nbsp;GB"
        builds_on = ", ".join(course["prerequisites"]) or "–"
        rows.append(f"| {link} | {needs} | {builds_on} | {course['result']} |\n")
    return HEADING + "".join(rows)


def with_table(text: str) -> str:
    """Return README's text with the present table."""
    before, rest = text.split(START)
    return before + START + "\n" + table("notebooks/") + "\n" + END + rest.split(END)[1]


def fill_map(start_page: NotebookNode) -> None:
    """Put the present table into the start page, in place; its links hold wherever all chapters lie side by side."""
    (cell,) = (cell for cell in start_page.cells if cell.source.startswith(MAP))
    cell.source = f"{MAP}\n\n{table('')}".rstrip("\n")


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
    start_page = chapters.read(chapters.START_PAGE)
    fill_map(start_page)
    chapters.write(start_page, chapters.START_PAGE)
