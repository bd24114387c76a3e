"""Write the table of chapters into README.md, from the chapters' metadata."""

import chapters

README = chapters.ROOT / "README.md"
START, END = "<!-- chapters: written by `make notebooks` -->\n", "<!-- end of chapters -->\n"
HEADING = "| Chapter | Time | Memory | What you get |\n|---|---|---|---|\n"


def table() -> str:
    """Return the chapters as a Markdown table: measured time on two CPU cores, peak memory, result."""
    rows = []
    for path in chapters.chapter_files():
        course = chapters.read(path).metadata["course"]
        number = path.stem.split("_")[0]
        link = f"[{number} · {course['title']}](notebooks/{path.name})"
        rows.append(f"| {link} | {course['seconds']} s | {course['memory_gb']:.1f} GB | {course['result']} |\n")
    return HEADING + "".join(rows)


def with_table(text: str) -> str:
    """Return README's text with the present table."""
    before, rest = text.split(START)
    return before + START + "\n" + table() + "\n" + END + rest.split(END)[1]


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
