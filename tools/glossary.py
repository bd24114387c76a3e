"""Collect the chapters' tables of terms into one glossary; the chapters are its only source."""

import re
from collections import defaultdict
from typing import NamedTuple

import chapters

HEADER = "| English | 中文 |"


class Term(NamedTuple):
    """A row of a chapter's table of terms."""

    english: str
    chinese: str
    meaning: str
    chapter: str  # the stem of its file


def terms() -> list[Term]:
    """Return the terms of all chapters in alphabetical order, those of one name in the order of the chapters."""
    found = []
    for path in chapters.chapter_files():
        for cell in chapters.read(path).cells:
            if cell.cell_type == "markdown" and HEADER in cell.source:
                table = cell.source[cell.source.index(HEADER) :].split("\n\n")[0]
                for row in table.splitlines()[2:]:
                    columns = [column.strip() for column in re.split(r"(?<!\\)\|", row)[1:-1]]
                    found.append(Term(*columns, path.stem))
    return sorted(found, key=lambda term: (term.english.casefold(), term.chapter))


def page() -> str:
    """Return the glossary as a Markdown page: a row for each name, with what each chapter says of it."""
    by_name: dict[tuple[str, str], list[Term]] = defaultdict(list)
    for term in terms():
        by_name[term.english.casefold(), term.chinese].append(term)
    lines = ["# Terms", "", "| English | 中文 | Meaning | Chapter |", "|---|---|---|---|"]
    for same in by_name.values():
        meanings = "; ".join(dict.fromkeys(term.meaning for term in same))
        links = ", ".join(f"[{term.chapter.split('_')[0]}]({term.chapter}.ipynb)" for term in same)
        lines.append(f"| {same[0].english} | {same[0].chinese} | {meanings} | {links} |")
    return "\n".join(lines) + "\n"
