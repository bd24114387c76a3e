"""Build data/austen, the six novels of Jane Austen, from the Debian package of the R package janeaustenr."""

import struct
import tarfile
import tempfile
import zlib
from pathlib import Path

from maker_tools import fetch_debian_package, paragraphs, replace_data_set, write_texts

PACKAGE = "r-cran-janeaustenr=1.0.0-1"
PACKAGE_SHA256 = "df6bddf211906d1ff404f8ff662c21b34e6660e7f54a311084e749050c019c95"
MEMBER = "./usr/lib/R/site-library/janeaustenr/data/Rdata.rdb"
HELD_OUT, SECOND_VOLUME = "Persuasion", "Chapter 13"
# What editors wrote into the texts: paragraphs that begin so, and all from the title of a note on.
EDITORS = ("[End volume one of this edition", "[At this point in the first and second editions")
NOTE = "A NOTE ON THE TEXT"
# An object of R: 23 bytes about its format, then numbers of four bytes, and texts.
HEADER = 23
VECTOR_OF_TEXTS, TEXT = 16, 9


def read_objects(content: bytes) -> list[bytes]:
    """Return the objects in an .rdb file of R: one after the other, each its length and then a zlib stream."""
    objects = []
    while content:
        stream = zlib.decompressobj()
        objects.append(stream.decompress(content[4:]))
        assert struct.unpack_from(">i", content) == (len(objects[-1]),)
        content = stream.unused_data
    return objects


def read_lines(content: bytes) -> list[str]:
    """Return the texts in an object of R that is a vector of them: each is its kind, its length and its bytes."""
    kind, count = struct.unpack_from(">2i", content, HEADER)
    assert kind == VECTOR_OF_TEXTS
    lines, position = [], HEADER + 8
    for _ in range(count):
        kind, length = struct.unpack_from(">2i", content, position)
        assert kind % 256 == TEXT  # the higher bytes name the encoding
        position += 8 + length
        lines.append(content[position - length : position].decode("utf-8"))
    assert position == len(content)
    return lines


def by_the_author(lines: list[str]) -> list[str]:
    """Return the paragraphs of a novel without what editors wrote."""
    kept = [paragraph for paragraph in paragraphs("\n".join(lines)) if not paragraph.startswith(EDITORS)]
    return kept[: kept.index(NOTE)] if NOTE in kept else kept


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with tarfile.open(fetch_debian_package(PACKAGE, PACKAGE_SHA256, folder)) as package:
            objects = read_objects(package.extractfile(MEMBER).read())
        novels = {novel[0]: novel for novel in map(by_the_author, map(read_lines, objects))}
        held_out = novels.pop(HELD_OUT)
        middle = held_out.index(SECOND_VOLUME)
        train = [paragraph for novel in novels.values() for paragraph in novel]
        splits = {"train": train, "validation": held_out[:middle], "test": held_out[middle:]}
        write_texts(folder / "made" / "austen", splits)
        replace_data_set("austen", folder / "made")


if __name__ == "__main__":
    main()
