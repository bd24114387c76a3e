"""Verify what a change can break: style, the rules of the house, library, tools, and chapters whose inputs changed.

python tools/changed.py [BRANCH]

Changes are counted from where this branch left BRANCH or main; files that are not committed, or new, are changes, too.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager

import chapters
import environment

MAIN = ("main@{upstream}", "origin/main", "main")  # the first of them that there is
ALWAYS = ("tests/house", "tests/library", "tests/tools")
# What each chapter depends on, whatever it imports.
EVERY_CHAPTER = (
    "conftest.py",  # runs and measures it
    "tests/house/measured_numbers.cfg",  # says what nbval does not compare
    "pyproject.toml",  # says which packages there are
    environment.default_lock(),  # gives their versions
    "tests/offline/sitecustomize.py",  # its kernel starts with this
    "tests/offline/refuse_connections.py",  # and with this
)
EVERY_CHAPTER_TEST = ("tests/chapters/exercises.py", "tests/chapters/story_code.py")


def main(branch: str = "") -> int:
    """Say which chapters run and why, and run them with the tests that always run; return pytest's exit code."""
    start = first_commit(branch)
    changed = changed_files(start)
    print(f"{len(changed)} files differ from commit {start[:10]}")
    asked, spared = list(ALWAYS), 0
    for path in chapters.chapter_files():
        why = reasons(path, changed)
        if why:
            print(f"{path.stem} runs, for these: {', '.join(why)}")
            asked.append(f"notebooks/{path.name}")
        spared += not why
        if why or changed & {*chapter_tests(path), *EVERY_CHAPTER_TEST}:
            asked += chapter_tests(path)
    print(f"chapters that depend on nothing that has changed: {spared}", flush=True)
    return subprocess.call([sys.executable, "-m", "pytest", *dict.fromkeys(asked)], cwd=chapters.ROOT)


def first_commit(branch: str) -> str:
    """Return the commit that changes are counted from: where this branch left the other, or main.

    Where nothing has changed since then, as on main itself, it is the last commit's parent.

    Raises:
        ValueError: if git does not know the branch, or this is not a checkout.
    """
    for name in (branch,) if branch else MAIN:
        with suppress(ValueError):
            start = git("merge-base", "HEAD", name).strip()
            break
    else:
        raise ValueError(f"git knows no branch {branch or 'main'}; name one: make check AGAINST=BRANCH")
    if not branch and not changed_files(start):
        with suppress(ValueError):  # the first commit has no parent
            return git("rev-parse", "HEAD~1").strip()
    return start


def changed_files(start: str) -> set[str]:
    """Return the files that differ from a commit, new and deleted ones included, relative to the repository."""
    changed = git("diff", "--name-only", "--no-renames", "-z", start)
    new = git("ls-files", "--others", "--exclude-standard", "-z")
    return set(filter(None, (changed + new).split("\0")))


def reasons(path: Path, changed: set[str]) -> list[str]:
    """Return the changed files that a chapter's outputs may depend on: where there is one, the chapter runs."""
    notebook = chapters.read(path)
    sums = [f"data/{name}/SHA256SUMS" for name in notebook.metadata.get("course", {}).get("data", [])]
    inputs = {f"notebooks/{path.name}", *EVERY_CHAPTER, *sums}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            with suppress(SyntaxError):  # the rules of the house name it
                inputs |= library_files(TransformerManager().transform_cell(cell.source))
    return sorted(changed & inputs)


def library_files(code: str) -> set[str]:
    """Return the files of course_lib that a program imports, by itself or through them; some may be deleted."""
    found: set[str] = set()
    new = set(library_places(code))
    while new:
        found |= new
        present = [chapters.ROOT / name for name in new if (chapters.ROOT / name).is_file()]
        new = {name for file in present for name in library_places(file.read_text(encoding="utf-8"))} - found
    return found


def imported(code: str) -> set[str]:
    """Return what a program imports, at its top or inside a function: `a` and `a.b` for `from a import b`."""
    names = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def library_places(code: str) -> Iterator[str]:
    """Yield the files where Python looks for what a program imports from course_lib, each package's own among them."""
    for name in imported(code):
        parts = name.split(".")
        if parts[0] == "course_lib":
            for length in range(1, len(parts) + 1):
                place = "/".join(parts[:length])
                yield from (f"{place}.py", f"{place}/__init__.py")


def chapter_tests(path: Path) -> list[str]:
    """Return the tests of a chapter, if it has any yet."""
    name = f"tests/chapters/test_{path.stem}.py"
    return [name] if (chapters.ROOT / name).is_file() else []


def git(*arguments: str) -> str:
    """Return what git prints.

    Raises:
        ValueError: if git fails or is not there.
    """
    try:
        result = subprocess.run(["git", *arguments], cwd=chapters.ROOT, capture_output=True, text=True)
    except FileNotFoundError:
        raise ValueError("git is needed to see what has changed; without it, type make test") from None
    if result.returncode != 0:
        raise ValueError(result.stderr.strip().split("\n")[0])
    return result.stdout


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except ValueError as error:
        sys.exit(f"error: {error}")
