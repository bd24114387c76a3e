"""Write copies of the chapters without solutions and without outputs into a folder, for a class.

python tools/handout.py FOLDER [NUMBER ...]
"""

import re
import sys
from pathlib import Path

from nbformat import NotebookNode

import chapters
from course_lib.console import say

# What a chapter says of its solutions; without them it is not so.
REMARK = re.compile(r" (Each|The) solution is folded below[^.]*\.")


def write_handout(folder: Path, numbers: list[str]) -> None:
    """Write the chapters with these numbers, all of them where there is none; never over a file.

    Raises:
        ValueError: if a chapter or the folder is not what it should be, or a file is there already; nothing is
            written then.
    """
    files = chapters.chapter_files(*numbers)
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is a file; name a folder, new or without these chapters")
    there = [path.name for path in files if (folder / path.name).exists()]
    if there:
        raise ValueError(
            f"{folder} already holds {', '.join(there)}; nothing was written. Name another folder, or move them away"
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path in files:
        notebook = chapters.read(path)
        left_out = remove_solutions(notebook)
        chapters.clear(notebook)
        chapters.write(notebook, folder / path.name)
        say(f"{folder / path.name}: {left_out} solutions left out")


def remove_solutions(notebook: NotebookNode) -> int:
    """Remove the solution cells and the remark that they are there, in place; return how many there were."""
    kept = [cell for cell in notebook.cells if "solution" not in cell.metadata.get("tags", [])]
    left_out = len(notebook.cells) - len(kept)
    for cell in kept:
        cell.source = REMARK.sub("", cell.source)
    notebook.cells = kept
    return left_out


def main() -> None:
    if len(sys.argv) < 2 or not sys.argv[1]:
        sys.exit("error: which folder? For example: make handout FOLDER=../handout")
    try:
        write_handout(Path(sys.argv[1]), sys.argv[2:])
    except ValueError as error:
        sys.exit(f"error: {error}")
    except OSError as error:
        sys.exit(f"error: {error.filename} cannot be written ({error.strerror}); name another folder")


if __name__ == "__main__":
    main()
