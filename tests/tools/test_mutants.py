"""The faults that the audit `mutants` plants are faults, and stand where they should."""

import copy
import sys
from random import Random

import pytest

import chapters

sys.path.append(str(chapters.ROOT / "audits" / "mutants"))

import claim_faults
import library_mutants
import stored_faults
from python_code import mutations

CODE = '''
def scaled(values: tuple[3, 4], size=5) -> float | None:
    """Return 6."""
    if (size <= 7) and values:  # the name of 乘 keeps its place
        raise ValueError("8")
    draw(values, fontsize=9)
    shown = f"{values + 10} of {size}"
    return -values * size


def nothing():
    return None
'''
CHANGES = [
    *("5 -> 6", "size <= 7 -> size > 7", "size <= 7 -> size < 7", "7 -> 8"),
    *("size <= 7 and values -> size <= 7 or values", "raise ValueError('8') -> pass"),
    *("size <= 7 and values -> not (size <= 7 and values)", "values + 10 -> values - 10", "10 -> 11"),
    *("draw(values, fontsize=9) -> pass", "-values -> values", "-values * size -> -values / size"),
    *("return -values * size -> return",),
]


def test_code_is_changed_in_one_place_and_never_in_words_types_or_the_look():
    found = mutations(CODE, frozenset({"fontsize"}))
    assert sorted(fault.change for fault in found) == sorted(CHANGES)
    assert len({fault.source for fault in found}) == len(found)
    for fault in found:
        lines = list(zip(CODE.split("\n"), fault.source.split("\n"), strict=True))
        assert [number for number, (old, new) in enumerate(lines, 1) if old != new] == [fault.line]


def test_a_module_is_judged_by_the_tests_that_use_it_and_by_those_that_use_it_through_another():
    library = library_mutants.ROOT / "course_lib"
    assert library_mutants.concerned_tests(library / "callbacks.py")[0] == "tests/library/test_callbacks.py"
    assert "tests/library/test_callbacks.py" in library_mutants.concerned_tests(library / "plots" / "charts.py")
    assert "tests/library/test_models.py" in library_mutants.concerned_tests(library / "arguments.py")
    assert "tests/library/test_serving.py" in library_mutants.concerned_tests(library / "digit_server.py")  # a program
    assert all(library_mutants.concerned_tests(path) for path in library_mutants.MODULES if path.stem != "__init__")


@pytest.mark.parametrize("fault", [*stored_faults.FAULTS, *claim_faults.FAULTS], ids=lambda fault: fault.__name__)
def test_a_fault_spoils_the_stored_chapter_in_the_cell_that_it_names(fault):
    stored = chapters.read(chapters.chapter_files("01")[0])
    spoilt, run = copy.deepcopy(stored), copy.deepcopy(stored)
    pairs = [pair for pair in zip(spoilt.cells, run.cells, strict=True) if pair[0].cell_type == "code"]
    planted = fault(Random(0), [stored_faults.Cell(number, *pair) for number, pair in enumerate(pairs)])
    before = [cell for cell in stored.cells if cell.cell_type == "code"]
    changed = [number for number, (cell, _) in enumerate(pairs) if cell != before[number]]
    assert planted.cell in changed
    assert len(changed) == (2 if fault is stored_faults.exchange_two_cells else 1)
    assert all(cell.source == replayed.source for cell, replayed in pairs), "the run would not be found"


@pytest.mark.parametrize(
    ("line", "not_compared"),
    [
        ("✓ error: 0.5 (at most x)\n", stored_faults.MEASURED),
        ("✓ error: x (at most 0.5)\n", ""),
        ("✓ error: equals 5\n", ""),
        ("your guess: none yet (put a number in the cell above)\nmeasured:   0.5\n", stored_faults.MEASURED),
        ("your guess: none yet (put it in the cell above)\nmeasured:   1e-5\n", ""),
    ],
)
def test_a_changed_digit_is_not_compared_where_it_was_measured(line, not_compared):
    stored = chapters.nbformat.v4.new_code_cell(outputs=[chapters.nbformat.v4.new_output("stream", text=line)])
    assert (
        stored_faults.change_a_number(Random(0), [stored_faults.Cell(0, stored, stored)]).not_compared == not_compared
    )
