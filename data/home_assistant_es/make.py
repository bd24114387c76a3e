"""Build data/home_assistant_es, a user interface in English and Spanish, from the PyPI package homeassistant."""

import json
import lzma
import os
import re
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from maker_tools import fetch_pypi_package, replace_data_set

NAME = "home_assistant_es"
WHEEL = ("homeassistant==2026.2.3", "8167820cac4b8defe895fd2c36ac23402a445d1fe6028e8cde24caabb935282c")
ENGLISH = re.compile(r"(homeassistant/components/([a-z0-9_]+)/translations/)en\.json")
NO_WORDS = re.compile(r"[{}\[\]<>|`*_%$]|http")  # placeholders, marks of formats, addresses
WORDS, SPANISH_WORDS = range(3, 13), range(1, 19)


def texts(tree: dict, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the key path and the text, in single spaces, of each leaf of a nested dictionary."""
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from texts(value, f"{path}{key}/")
        elif isinstance(value, str):
            yield path + key, " ".join(value.split())


def pairs(wheel: zipfile.ZipFile) -> dict[str, tuple[str, str]]:
    """Return component and Spanish by English phrase; of rivals the first by alphabet keeps the phrase."""
    found: dict[str, tuple[str, str]] = {}
    members = set(wheel.namelist())
    for match in filter(None, map(ENGLISH.fullmatch, members)):
        if f"{match[1]}es.json" in members:
            english, spanish = (dict(texts(json.loads(wheel.read(f"{match[1]}{code}.json")))) for code in ("en", "es"))
            for key in english.keys() & spanish.keys():
                source, target = english[key], spanish[key]
                lengths_fit = len(source.split()) in WORDS and len(target.split()) in SPANISH_WORDS
                if lengths_fit and source != target and not NO_WORDS.search(source + target):
                    found[source] = min(found.get(source, (match[2], target)), (match[2], target))
    return found


def main() -> None:
    os.environ |= {"PIP_PYTHON_VERSION": "3.14", "PIP_ONLY_BINARY": ":all:"}  # the package asks for a newer Python
    with tempfile.TemporaryDirectory() as temporary:
        with zipfile.ZipFile(fetch_pypi_package(*WHEEL, Path(temporary))) as wheel:
            lines = sorted(
                f"{component}\t{english}\t{spanish}\n" for english, (component, spanish) in pairs(wheel).items()
            )
        (Path(temporary) / NAME).mkdir()
        (Path(temporary) / NAME / "pairs.tsv.xz").write_bytes(lzma.compress("".join(lines).encode("utf-8")))
        replace_data_set(NAME, Path(temporary))


if __name__ == "__main__":
    main()
