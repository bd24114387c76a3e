"""Build data/course_text: the paragraphs of the chapters as they stood at one commit, questions, and vectors.

The vectors take some minutes on one thread. Another processor rounds otherwise, and some of their numbers differ by 1.
"""

import bz2
import csv
import io
import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from questions import QUESTIONS, TWINS

from course_lib.console import say
from course_lib.models.minilm import WIDTH, minilm, vocabulary
from course_lib.word_pieces import numbered_pieces
from maker_tools import DATA_DIR, replace_data_set

NAME = "course_text"
COMMIT = "c77bc9443211fa105a63575ade0b07e395e51879"
FEWEST_WORDS = 8
VECTORS_OF = (5, 6)  # layers
# Sections that explain nothing: lists of words, of papers, of chapters.
LEFT_OUT = re.compile(r"(\d+\. )?(Terms|References?|Where to go from here)$")
OPENINGS = ("|", "```", "$$", "<!--", "**Needs**", "Replace `...` and run", "Answer before you open")


class Paragraph(NamedTuple):
    """A paragraph in plain letters, and where it stands."""

    chapter: str
    section: str
    text: str


def git(*arguments: str) -> str:
    """Return what git prints. It says so where a shallow clone lacks the commit; `git fetch --unshallow` helps."""
    return subprocess.run(["git", *arguments], cwd=DATA_DIR, stdout=subprocess.PIPE, check=True, text=True).stdout


def plain(text: str) -> str:
    """Return Markdown without its marks, in one line."""
    text = re.sub(r"<[^>]*>|\$\$.*?\$\$", " ", text, flags=re.DOTALL)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"\*\*|`|\$|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)", "", text)
    return " ".join(re.sub(r"^(?:[-*]|\d+\.)\s", "", text.strip()).replace("&nbsp;", " ").split())


def blocks(markdown: str) -> Iterator[str]:
    """Yield what blank lines, headings and the items of lists part; a folded answer stays with its question."""

    def joined(folded: re.Match[str]) -> str:
        return re.sub(r"\s*\n\s*", " ", folded[0])

    markdown = re.sub(r"<details>.*?</details>", joined, markdown, flags=re.DOTALL)
    markdown = re.sub(r"^(#+ .*)$", r"\n\1\n", markdown, flags=re.MULTILINE)
    markdown = re.sub(r"^([-*]|\d+\.) ", r"\n\1 ", markdown, flags=re.MULTILINE)
    yield from (block.strip() for block in re.split(r"\n\s*\n", markdown) if block.strip())


def paragraphs(chapter: str, notebook: dict) -> Iterator[Paragraph]:
    """Yield the paragraphs of a chapter that say something in words."""
    section, promise = "", False
    for cell in notebook["cells"]:
        if cell["cell_type"] != "markdown":
            continue
        for block in blocks("".join(cell["source"])):
            if block.startswith("#"):
                section = plain(block.lstrip("# "))
                continue
            text = plain(block)
            # After "You will learn" comes a list of promises.
            promise = text.startswith("You will learn") or (promise and block.startswith(("-", "*")))
            of_no_use = promise or block.startswith(OPENINGS) or LEFT_OUT.match(section)
            if not of_no_use and len(re.findall(r"[A-Za-z]{2,}", text)) >= FEWEST_WORDS:
                yield Paragraph(chapter, section, text)


def course() -> list[Paragraph]:
    """Return all paragraphs of all chapters."""
    found = []
    for path in git("ls-tree", "--name-only", "--full-tree", COMMIT, "notebooks/").split():
        chapter = Path(path).stem.split("_")[0]
        found += paragraphs(chapter, json.loads(git("show", f"{COMMIT}:{path}")))
    return found


def as_table(header: tuple[str, ...], rows: list[tuple]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


def answered(collection: list[Paragraph]) -> list[tuple[str, str, str, str]]:
    """Return the questions, each with the numbers of the paragraphs that answer it, and with its twin."""

    def number(chapter: str, beginning: str) -> int:
        (found,) = (
            place
            for place, paragraph in enumerate(collection)
            if paragraph.chapter == chapter and paragraph.text.startswith(beginning)
        )
        return found

    return [
        (text, kind, " ".join(str(number(*answer)) for answer in answers), TWINS.get(text, ""))
        for text, kind, answers in QUESTIONS
    ]


def vectors(texts: list[str]) -> np.ndarray:
    """Return the mean over each text's pieces after some layers: (layers, texts, 384)."""
    network, numbers = minilm(), numbered_pieces(texts, vocabulary())
    lengths = (numbers > 0).sum(axis=1)
    order, means = lengths.argsort(kind="stable"), np.zeros((len(VECTORS_OF), len(texts), WIDTH))
    for start in range(0, len(order), 32):
        rows = order[start : start + 32]
        states = network(numbers[rows, : lengths[rows].max()])
        real = np.arange(lengths[rows].max()) < lengths[rows, None]
        for place, layer in enumerate(VECTORS_OF):
            means[place, rows] = np.einsum("npf,np->nf", np.asarray(states[layer]), real) / lengths[rows, None]
    return means


def main() -> None:
    collection = course()
    say(f"{len(collection)} paragraphs")
    with tempfile.TemporaryDirectory() as temporary:
        target = Path(temporary) / NAME
        target.mkdir()
        text = as_table(Paragraph._fields, collection)
        (target / "paragraphs.csv.bz2").write_bytes(bz2.compress(text.encode("utf-8")))
        questions = as_table(("question", "words", "answers", "twin"), answered(collection))
        (target / "questions.csv").write_text(questions, encoding="utf-8")
        means = vectors([paragraph.text for paragraph in collection])
        largest = np.abs(means).max(axis=2, keepdims=True)
        eight_bits = np.rint(127 * means / largest).astype(np.int8)
        np.savez_compressed(
            target / "vectors.npz", **{f"layer_{layer}": eight_bits[place] for place, layer in enumerate(VECTORS_OF)}
        )
        replace_data_set(NAME, Path(temporary))


if __name__ == "__main__":
    main()
