"""Write the table of data sets into data/README.md, from the folders of data/ and the chapters' metadata."""

import re
from pathlib import Path

import chapters

DATA = chapters.ROOT / "data"
README = DATA / "README.md"
START, END = "<!-- data sets: written by `make notebooks` -->\n", "<!-- end of data sets -->\n"
HEADING = "| Folder | What it holds | Size | Licence | Chapters |\n|---|---|---|---|---|\n"


def folders() -> list[Path]:
    """Return the folders of all data sets and weights: those with sums."""
    return sorted(path.parent for path in DATA.glob("*/SHA256SUMS"))


def megabytes(folder: Path) -> float:
    """Return the size of the files that a data set's sums name, in megabytes of 10^6 bytes."""
    names = [line.split()[1] for line in (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()]
    return sum((folder / name).stat().st_size for name in names) / 1e6


def table() -> str:
    """Return the data sets as a Markdown table; what each holds and its licence come from its own README.md."""
    rows, used = [], {path: chapters.read(path).metadata.course.data for path in chapters.chapter_files()}
    for folder in folders():
        text = (folder / "README.md").read_text(encoding="utf-8")
        holds = text.split("\n\n")[1]  # the paragraph below the title
        licence = re.search(r"^\| Licence \| (.*) \|$", text, re.MULTILINE)[1]
        users = [path for path, data in used.items() if folder.name in data]
        links = ", ".join(f"[{path.stem.split('_')[0]}](../notebooks/{path.name})" for path in users) or "–"
        entry = f"[{folder.name}]({folder.name}/README.md) | {holds.rstrip('.')} | {megabytes(folder):.2g}&nbsp;MB"
        rows.append(f"| {entry} | {licence} | {links} |\n")
    return HEADING + "".join(rows)


def with_table(text: str) -> str:
    """Return the text of data/README.md with the present table."""
    before, rest = text.split(START)
    return f"{before}{START}\n{table()}\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
