"""Faults of a stored chapter: in its outputs, its counts, its tags and its pictures."""

import re
from collections.abc import Callable
from copy import deepcopy
from random import Random
from typing import Any, NamedTuple

from nbformat import NotebookNode

IGNORE = "nbval-ignore-output"
TAGS = (
    *(IGNORE, IGNORE, IGNORE, "nbval-skip", "raises-exception", "nbval-raises-exception", "nbval-check-output"),
    *("pytest-validate-ignore-output", "skip-execution", "remove-output", "hide-input", "exercise", "solution"),
)
IGNORED, PICTURE = "its output is ignored on purpose", "pictures are not compared"
MEASURED = "measured numbers are not compared"
# A digit of the number beside a claim's bounds, or beside a guess that nobody has made: what stands before and behind.
BEFORE_MEASURED = re.compile(r"(✓ .+: |put a number in the cell above\)\nmeasured:   )[-+\d.e]*\Z")
AFTER_MEASURED = re.compile(r"[-+\d.e]*( \(at (least|most) |$)", re.MULTILINE)


class Cell(NamedTuple):
    """A code cell: its number as nbval counts, as it is stored, and as a fresh run gave it."""

    number: int
    stored: NotebookNode
    fresh: NotebookNode

    def tags(self) -> list[str]:
        """Return the stored tags."""
        return list(self.stored.metadata.get("tags", []))

    def texts(self) -> list[tuple[NotebookNode, str]]:
        """Return the stored texts, each as its container and key, without the text that replaces a picture."""
        found = [(output, "text") for output in self.stored.outputs if output.output_type == "stream"]
        for output in self.stored.outputs:
            data = output.get("data", {})
            found += [(data, kind) for kind in data if kind.startswith("text/") and "image/png" not in data]
        return found

    def pictures(self) -> list[NotebookNode]:
        """Return the stored outputs that hold a picture."""
        return [output for output in self.stored.outputs if "image/png" in output.get("data", {})]


class Fault(NamedTuple):
    """What was done to which cell; `not_compared` says why nothing compares it, where that is on purpose."""

    cell: int
    change: str
    not_compared: str = ""


def choose(random: Random, cells: list[Cell], sites: Callable[[Cell], list]) -> tuple[Cell, Any]:
    """Draw a cell that has a site, then one of its sites.

    Raises:
        LookupError: if no cell has one.
    """
    cell = random.choice([cell for cell in cells if sites(cell)])
    return cell, random.choice(sites(cell))


def change_a_number(random: Random, cells: list[Cell]) -> Fault:
    cell, (text, key) = choose(
        random, cells, lambda cell: [one for one in cell.texts() if re.search(r"\d", one[0][one[1]])]
    )
    digit = random.choice(list(re.finditer(r"\d", text[key])))
    other = random.choice([one for one in "0123456789" if one != digit.group()])
    around = text[key][max(digit.start() - 20, 0) : digit.end() + 5]
    before, after = text[key][: digit.start()], text[key][digit.end() :]
    measured = BEFORE_MEASURED.search(before) and AFTER_MEASURED.match(after)
    text[key] = before + other + after
    return Fault(cell.number, f"{digit.group()} -> {other} in {around!r}", MEASURED if measured else _ignored(cell))


def delete_an_output(random: Random, cells: list[Cell]) -> Fault:
    cell, output = choose(random, cells, lambda cell: cell.stored.outputs)
    cell.stored.outputs.remove(output)
    return Fault(cell.number, output.output_type, _ignored(cell))


def delete_a_line(random: Random, cells: list[Cell]) -> Fault:
    cell, (text, key) = choose(
        random, cells, lambda cell: [one for one in cell.texts() if "\n" in one[0][one[1]].strip()]
    )
    lines = text[key].splitlines(keepends=True)
    deleted = lines.pop(random.randrange(len(lines)))
    text[key] = "".join(lines)
    return Fault(cell.number, repr(deleted), _ignored(cell))


def blank_a_count(random: Random, cells: list[Cell]) -> Fault:
    cell = random.choice(cells)
    cell.stored.execution_count = None
    return Fault(cell.number, f"[{cell.number + 1}] -> [ ]")


def remove_a_tag(random: Random, cells: list[Cell]) -> Fault:
    cell, tag = choose(random, cells, Cell.tags)
    cell.stored.metadata.tags.remove(tag)
    return Fault(cell.number, tag, "" if cell.texts() else PICTURE)


def rename_a_tag(random: Random, cells: list[Cell]) -> Fault:
    cell, tag = choose(random, cells, Cell.tags)
    wrong = random.choice([f"{tag}s", tag.replace("-", "_") + "_", tag.title(), tag[1:]])
    cell.stored.metadata.tags = [wrong if one == tag else one for one in cell.tags()]
    return Fault(cell.number, f"{tag} -> {wrong}")


def add_a_tag(random: Random, cells: list[Cell]) -> Fault:
    tag = random.choice(TAGS)
    cell = random.choice([cell for cell in cells if tag not in cell.tags()])
    cell.stored.metadata.tags = [*cell.tags(), tag]
    return Fault(cell.number, tag, PICTURE if tag == IGNORE and cell.pictures() and not cell.texts() else "")


def delete_a_picture(random: Random, cells: list[Cell]) -> Fault:
    cell, output = choose(random, cells, Cell.pictures)
    del output.data["image/png"]
    return Fault(cell.number, "image/png")


def exchange_a_picture(random: Random, cells: list[Cell]) -> Fault:
    cell, output = choose(random, cells, Cell.pictures)
    other, another = choose(random, [one for one in cells if one is not cell], Cell.pictures)
    output.data["image/png"] = another.data["image/png"]
    return Fault(cell.number, f"for the picture of cell {other.number}", PICTURE)


def remove_a_description(random: Random, cells: list[Cell]) -> Fault:
    cell = random.choice([cell for cell in cells if "alt" in cell.stored.metadata])
    return Fault(cell.number, cell.stored.metadata.pop("alt")[:80])


def exchange_two_cells(random: Random, cells: list[Cell]) -> Fault:
    first, second = sorted(random.sample(cells, 2))
    for one, other in ((first.stored, second.stored), (first.fresh, second.fresh)):
        before = deepcopy(one)
        one.update(other)
        other.update(before)
    return Fault(first.number, f"with cell {second.number}")


def call_it_standard_error(random: Random, cells: list[Cell]) -> Fault:
    cell, output = choose(
        random, cells, lambda cell: [one for one in cell.stored.outputs if one.get("name") == "stdout"]
    )
    output.name = "stderr"
    return Fault(cell.number, repr(output.text[:60]))


def _ignored(cell: Cell) -> str:
    return IGNORED if IGNORE in cell.tags() else ""


# The most likely faults come twice.
FAULTS = (
    *(change_a_number, change_a_number, delete_an_output, delete_a_line, blank_a_count, remove_a_tag, rename_a_tag),
    *(add_a_tag, add_a_tag, delete_a_picture, exchange_a_picture, remove_a_description, exchange_two_cells),
    call_it_standard_error,
)
