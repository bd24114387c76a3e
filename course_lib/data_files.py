"""Where data/ is, and whether its files are those it was made with."""

import hashlib
import re
import shlex
from pathlib import Path

from course_lib.arguments import TEXT, takes

DATA_DIR = Path(__file__).resolve().parent.parent / "data"
SUMS = "SHA256SUMS"  # in each folder of data/, as the program sha256sum writes and reads it


class DataError(RuntimeError):
    """A file of data/ is missing, truncated or altered."""


@takes(name=TEXT)
def verify(name: str) -> None:
    """Compare the files of a data set, or of a network's weights, with the sums that their maker wrote.

    Args:
        name: a folder in data/, such as "mnist".

    Raises:
        ValueError: if there is no such folder.
        DataError: names the first file that is missing, differs or does not belong there, and what to do.
    """
    if name not in names():
        raise ValueError(f"name={name!r} was given; data/ holds {', '.join(names()) or 'nothing'}")
    sums = _sums(name)
    for path, expected in sums.items():
        content = _content(path, name)
        if hashlib.sha256(content).hexdigest() != expected:
            raise DataError(f"{path} is damaged ({len(content)} bytes, wrong SHA-256); {_remedy(name)}")
    _refuse_stray_files(name, sums)


def names() -> list[str]:
    """Return the names of all data sets and weights: the folders in data/, and those of its index that are gone."""
    index = DATA_DIR / "README.md"
    listed = re.findall(r"^\| \[(\w+)\]", index.read_text(encoding="utf-8"), re.MULTILINE) if index.is_file() else []
    return sorted({*listed, *(path.name for path in DATA_DIR.glob("*/") if not path.name.startswith((".", "_")))})


def _sums(name: str) -> dict[Path, str]:
    """Return the SHA-256 of each file of a data set."""
    path = DATA_DIR / name / SUMS
    text = _content(path, name).decode("utf-8", errors="replace")
    if not re.fullmatch(r"([0-9a-f]{64}  \S+\n)+", text):
        raise DataError(f"{path} is damaged; {_remedy(name)}")
    lines = [line.split() for line in text.splitlines()]
    return {DATA_DIR / name / relative: expected for expected, relative in lines}


def _refuse_stray_files(name: str, sums: dict[Path, str]) -> None:
    """Name a file that no sum names: it was put there, or lines of the sums are missing."""
    folder = DATA_DIR / name
    beside = {folder / SUMS, folder / "README.md", *folder.glob("*.py")}  # what describes and makes the data
    # File managers, editors and Python leave hidden files and folders, and caches; no maker writes any.
    present = {
        path
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith((".", "__")) for part in path.relative_to(folder).parts)
    }
    strays = sorted(present - set(sums) - beside)
    if strays:
        raise DataError(
            f"{strays[0]} is in no line of data/{name}/{SUMS}: delete it if you put it there, otherwise restore "
            f"the sums with: git restore data/{name}/{SUMS}"
        )


def _content(path: Path, name: str) -> bytes:
    """Return what a file of a data set, or of its sums, holds."""
    try:
        if path.is_dir():  # git would restore the file and delete without a word what the folder holds
            raise DataError(f"{path} is a folder in the place of a file: move it away, then {_remedy(name)}")
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise DataError(f"{path} is missing; {_remedy(name)}") from error
    except PermissionError as error:
        allow = shlex.join(["chmod", "-R", "u+rX", f"{DATA_DIR / name}"])
        raise DataError(f"{path} may not be read; allow it with: {allow}") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}); {_remedy(name)}") from error


def _remedy(name: str) -> str:
    return f"restore it with: git restore data/{name} (or build it again: make data)"
