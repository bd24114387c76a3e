"""Faults of course_lib, judged by the unit tests that use the spoilt module, directly or through another one."""

import ast
import functools
import re
from pathlib import Path
from random import Random

from python_code import Mutation, mutations
from workshop import ROOT, Mutant, Workshop, first_failure

import changed

LIMIT_S = 600
MODULES = sorted((ROOT / "course_lib").rglob("*.py"))
# How a figure looks is judged by eye: sizes and distances that show no data are left alone. So are the values that a
# kind must refuse, which only tests read: beside a wrong value stands another wrong one. `strict` of a `zip` over what
# has one length by construction changes nothing.
LEFT_ALONE = frozenset(
    {"bbox_to_anchor", "capsize", "fontsize", "frameon", "labelsize", "linewidth", "margins"}
    | {"markeredgewidth", "markersize", "new_figure", "pad", "padding", "strict", "vmax", "STYLES", "wrong"}
)
# A test of speed could fail for another reason than the fault.
DESELECTED = ("--deselect", "tests/library/test_datasets.py::test_loading_is_fast")


def drawn(count: int, random: Random) -> list[tuple[Path, Mutation]]:
    """Draw faults from all modules, each place in the code as likely as another."""
    places = [(path, fault) for path in MODULES for fault in mutations(path.read_text(encoding="utf-8"), LEFT_ALONE)]
    return random.sample(places, count)


def try_fault(path: Path, fault: Mutation, workshop: Workshop) -> list[Mutant]:
    """Return what becomes of a fault of one module."""
    name = str(path.relative_to(ROOT))
    mutant = Mutant("library", fault.kind, f"{name}:{fault.line}", fault.change)
    with workshop.copy(name) as copy:
        (copy / name).write_text(fault.source, encoding="utf-8")
        mutant.caught_by = first_failure(copy, LIMIT_S, *DESELECTED, *concerned_tests(path))
    return [mutant]


def prove_judges(workshop: Workshop) -> list[Mutant]:
    """Run all judges on the library without a fault, which they must pass; return no mutant.

    Raises:
        RuntimeError: if one of them fails.
    """
    judges = {test for path in MODULES for test in concerned_tests(path)}
    with workshop.copy() as copy:
        failure = first_failure(copy, 10 * LIMIT_S, *DESELECTED, *sorted(judges))
    if failure:
        raise RuntimeError(f"the unit tests fail without a fault: {failure}")
    return []


@functools.cache
def concerned_tests(module: Path) -> list[str]:
    """Return the test files that import a module of the library, those that name it themselves first.

    What tests a chapter is left out: it would judge the chapter. The tests of arguments use every module.
    """
    files = (ROOT / "tests" / "library").glob("test_*.py")
    tests = sorted(
        (path for path in files if module in reached(path) or path.stem == "test_arguments"),
        key=lambda path: (module not in imported_files(path), path),
    )
    return [str(path.relative_to(ROOT)) for path in tests]


@functools.cache
def reached(path: Path) -> frozenset[Path]:
    """Return the files of library and tests that a file imports, directly or through others."""
    found, new = set(), set(imported_files(path))
    while new:
        found |= new
        new = set().union(*(imported_files(other) for other in new)) - found
    return frozenset(found)


@functools.cache
def imported_files(path: Path) -> frozenset[Path]:
    """Return the files of library and tests that a file imports by name; a package stands for all its modules."""
    code = path.read_text(encoding="utf-8")
    texts = [str(node.value) for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Constant)]
    programs = {text for text in texts if re.fullmatch(r"course_lib(\.\w+)+", text)}
    names = changed.imported(code) - {"course_lib"} | programs
    places = [folder / name.replace(".", "/") for name in names for folder in (ROOT, ROOT / "tests" / "library")]
    files = [file for place in places for file in (place.with_suffix(".py"), *place.glob("*.py"))]
    return frozenset(file for file in files if file.is_file())
