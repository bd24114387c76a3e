"""Where data/ is, and whether its files are those it was made with."""

import hashlib
from pathlib import Path

from course_lib._arguments import shown

DATA_DIR = Path(__file__).resolve().parent.parent / "data"


class DataError(RuntimeError):
    """A file of data/ is missing, truncated or altered."""


def verify(name: str) -> None:
    """Compare the files of a data set, or of a network's weights, with the sums that their maker wrote.

    Args:
        name: a folder in data/, such as "mnist".

    Raises:
        ValueError: if there is no such folder.
        DataError: names the first file that is missing or differs, and the command that restores it.
    """
    available = sorted(path.stem for path in DATA_DIR.glob("*.sha256"))
    if not isinstance(name, str) or name not in available:
        raise ValueError(
            f"name={shown(name)} was given; there is no {shown(name)} in {DATA_DIR}; available: "
            f"{', '.join(available) or 'none'}"
        )
    sums = _sums(name)
    # A stray file is no fault, but one that no sum names shows that lines of the sums are missing.
    present = {path for path in (DATA_DIR / name).rglob("[!.]*") if path.is_file()}
    if not sums or present - set(sums):
        raise DataError(f"{DATA_DIR / f'{name}.sha256'} is not whole; {_remedy(name)}")
    for path, expected in sums.items():
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            problem = "is missing"
        except OSError as error:
            raise DataError(f"{path} cannot be read ({error.strerror}); allow it: chmod u+r {path}") from error
        else:
            if hashlib.sha256(content).hexdigest() == expected:
                continue
            problem = f"is damaged ({len(content)} bytes, wrong SHA-256)"
        raise DataError(f"{path} {problem}; {_remedy(name)}")


def _sums(name: str) -> dict[Path, str]:
    """Return the SHA-256 of each file of a data set."""
    path = DATA_DIR / f"{name}.sha256"
    try:
        lines = [line.split(maxsplit=1) for line in path.read_text(encoding="utf-8").splitlines()]
        return {DATA_DIR / relative: expected for expected, relative in lines}
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror}); allow it: chmod u+r {path}") from error
    except ValueError as error:  # half a line, or bytes that are no text
        raise DataError(f"{path} is damaged; {_remedy(name)}") from error


def _remedy(name: str) -> str:
    return f"restore it with: git restore data/{name} data/{name}.sha256 (or build it again: make data)"
