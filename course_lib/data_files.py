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
    for line in (DATA_DIR / f"{name}.sha256").read_text().splitlines():
        expected, relative = line.split()
        path = DATA_DIR / relative
        if not path.is_file():
            problem = "is missing"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            problem = f"is damaged ({path.stat().st_size} bytes, wrong SHA-256)"
        else:
            continue
        raise DataError(f"{path} {problem}; restore it with: git restore data/{name} (or build it again: make data)")
