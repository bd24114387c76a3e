"""Build the course as a site in build/site, from stored outputs and without a network."""

import base64
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat

import chapters
import glossary
import readme
from course_lib.console import say
from turns import own_turn

BUILD = chapters.ROOT / "build"
SOURCE, UNFINISHED, SITE = BUILD / "site-source", BUILD / "site-unfinished", BUILD / "site"
# The pictures of the first page: what each stands for, its chapter, and how the figure's text alternative begins.
PICTURES = (
    ("What you would not have guessed, measured", "05c", "Three rows of six colour photographs"),
    ("What a network of your own makes", "11b", "Four rows of the digits 0 to 9"),
    ("Where it fails, and why", "18", "The other hill with its true boxes"),
)


def write_source(folder: Path) -> None:
    """Write what Sphinx reads: the pages of docs/, the chapters, the glossary, and a first page with all of them."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(chapters.ROOT / "docs", folder)
    for path in chapters.chapter_files():
        notebook = chapters.read(path)
        for cell in notebook.cells:
            if "alt" in cell.metadata:  # where MyST-NB looks for a picture's text alternative
                cell.metadata["mystnb"] = {"image": {"alt": cell.metadata["alt"]}}
        nbformat.write(notebook, folder / path.name)
    (folder / "terms.md").write_text(glossary.page(), encoding="utf-8")
    with (folder / "index.md").open("a", encoding="utf-8") as first_page:
        first_page.write(f"\n## In three pictures\n\n{pictures(folder)}\n")
        first_page.write(f"## Chapters\n\n{readme.table(folder='')}\n")
        first_page.write("All words of the field stand, in English and Chinese, under [Terms](terms.md).\n\n")
        for part, those in readme.parts():
            names = "\n".join(path.stem for path, _ in those)
            first_page.write(f"```{{toctree}}\n:hidden:\n:caption: {part}\n\n{names}\n```\n\n")
        first_page.write("```{toctree}\n:hidden:\n:caption: More\n\nterms\nclusters\ninstructors\n```\n")


def pictures(folder: Path) -> str:
    """Write the figures of `PICTURES` into a folder, as chapters store them; return the Markdown that shows them."""
    paragraphs = []
    for stands_for, number, beginning in PICTURES:
        (path,) = chapters.chapter_files(number)
        notebook = chapters.read(path)
        (cell,) = (cell for cell in notebook.cells if cell.metadata.get("alt", "").startswith(beginning))
        (figure,) = (output.data["image/png"] for output in cell.outputs if "image/png" in output.get("data", {}))
        (folder / f"{path.stem}.png").write_bytes(base64.b64decode(figure))
        link = f"[{number} · {notebook.metadata.course.title}]({path.name})"
        paragraphs.append(f"**{stands_for}.** {link}: {readme.result(path, notebook)}.\n")
        paragraphs.append(f"![{cell.metadata['alt']}]({path.stem}.png)\n")
    return "\n".join(paragraphs)


def main() -> int:
    """Build the site beside the one that is there, which others may be reading, and put it in its place at the end."""
    BUILD.mkdir(exist_ok=True)
    with own_turn(SITE):
        write_source(SOURCE)
        shutil.rmtree(UNFINISHED, ignore_errors=True)
        command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html"]
        code = subprocess.call([*command, str(SOURCE), str(UNFINISHED)])
        if code == 0:
            shutil.rmtree(SITE, ignore_errors=True)
            UNFINISHED.rename(SITE)
            say(f"the site: {SITE / 'index.html'}")
    return code


if __name__ == "__main__":
    sys.exit(main())
