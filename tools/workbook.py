"""The learner's own copies of the chapters, in workbook/: they are added where missing and never overwritten.

python tools/workbook.py reset NUMBER
"""

import sys
from pathlib import Path

import chapters

WORKBOOK = chapters.ROOT / "workbook"


def fill() -> Path:
    """Add the chapters that the workbook lacks, without outputs: each prediction comes before its result."""
    WORKBOOK.mkdir(exist_ok=True)
    for path in chapters.chapter_files():
        if not (WORKBOOK / path.name).exists():
            _copy(path)
    return WORKBOOK


def reset(number: str) -> None:
    """Bring a chapter back to its first state; the learner's version stays beside it under another name."""
    if not number:
        raise ValueError("which chapter? For example: make reset CH=02")
    for path in chapters.chapter_files(number):
        mine = WORKBOOK / path.name
        if mine.exists():
            kept = next(name for name in _spare_names(mine) if not name.exists())
            mine.rename(kept)
            print(f"your version is kept as workbook/{kept.name}")
        fill()
        print(f"workbook/{mine.name} is as it was at first")


def _copy(path: Path) -> None:
    notebook = chapters.read(path)
    chapters.clear(notebook)
    chapters.write(notebook, WORKBOOK / path.name)


def _spare_names(path: Path):
    return (path.with_name(f"{path.stem}_mine_{number}.ipynb") for number in range(1, 10_000))


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] != "reset":
        sys.exit(__doc__)
    try:
        reset(sys.argv[2])
    except (ValueError, OSError) as error:
        sys.exit(f"error: {error}")
