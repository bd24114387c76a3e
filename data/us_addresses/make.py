"""Build data/us_addresses, addresses whose words are labelled by hand, from the PyPI package usaddress."""

import ast
import tarfile
import tempfile
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from maker_tools import fetch_pypi_package, replace_data_set

NAME = "us_addresses"
SOURCE = ("usaddress==0.5.16", "f7e614e2489c159cf85be1b6f86edbfaf329dbeedef4d002a025757afd1ec6c6")
FOLDER = "usaddress-0.5.16"
NAMES_PEOPLE = "Recipient"
ALIKE = 0.6  # addresses that share so much of their words are kept in one split
SIZES = {"test": 350, "validation": 200}

Address = tuple[tuple[str, str], ...]


def addresses(xml: bytes) -> list[Address]:
    """Return the (word, tag) pairs of each address once; without those of one word, and those that name somebody."""
    found: dict[Address, None] = {}
    for address in ElementTree.fromstring(xml):
        pairs = tuple(((part.text or "").strip(), part.tag) for part in address)
        if len(pairs) > 1 and NAMES_PEOPLE not in dict(map(reversed, pairs)):
            found[pairs] = None
    return list(found)


def families(of: list[Address]) -> list[list[int]]:
    """Return lists of addresses that are alike, or are linked by others that are."""
    words = [
        {letters for word, _ in address if (letters := "".join(filter(str.isalnum, word.lower())))} for address in of
    ]
    family = list(range(len(of)))
    for one in range(len(of)):
        for other in range(one):
            if len(words[one] & words[other]) >= ALIKE * len(words[one] | words[other]):
                joined, gone = family[other], family[one]
                family = [joined if member == gone else member for member in family]
    return [[place for place, member in enumerate(family) if member == name] for name in sorted(set(family))]


def split(of: list[Address]) -> dict[str, list[Address]]:
    """Deal whole families out, in a fixed random order, until the test and then the validation addresses are enough."""
    groups = families(of)
    parts: dict[str, list[Address]] = {name: [] for name in (*SIZES, "train")}
    for number in np.random.Generator(np.random.PCG64(0)).permutation(len(groups)):
        name = next((name for name, size in SIZES.items() if len(parts[name]) < size), "train")
        parts[name] += [of[place] for place in groups[number]]
    return parts


def street_words(source: str) -> list[str]:
    """Return the set STREET_NAMES that the package's source writes out, in the order of the alphabet."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and "STREET_NAMES" in ast.unparse(node).split("=")[0]:
            return sorted(ast.literal_eval(node.value))
    raise ValueError("no STREET_NAMES in the package's source")


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        with tarfile.open(fetch_pypi_package(*SOURCE, Path(temporary))) as package:
            parts = split(addresses(package.extractfile(f"{FOLDER}/training/labeled.xml").read()))
            street = street_words(package.extractfile(f"{FOLDER}/usaddress/__init__.py").read().decode("utf-8"))
        texts = {part: [" ".join(map("/".join, address)) for address in of] for part, of in parts.items()}
        (Path(temporary) / NAME).mkdir()
        for name, lines in {**texts, "street_words": street}.items():
            (Path(temporary) / NAME / f"{name}.txt").write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8"))
        replace_data_set(NAME, Path(temporary))


if __name__ == "__main__":
    main()
