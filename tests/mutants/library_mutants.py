"""Faults of course_lib, judged by the unit tests that use the spoilt module, directly or through another one."""

import ast
import functools
from pathlib import Path
from random import Random

from python_code import Mutation, mutations
from workshop import ROOT, Mutant, Workshop, first_failure

LIMIT_S = 240
MODULES = sorted((ROOT / "course_lib").rglob("*.py"))
# How a figure looks is judged by eye: sizes and distances that no datum hangs on are left alone.
LOOK = frozenset(
    {"bbox_to_anchor", "capsize", "fontsize", "frameon", "labelsize", "linewidth", "margins", "markersize"}
    | {"new_figure", "pad", "padding", "vmax", "STYLES"}
)
# A test of speed could fail for another reason than the fault.
DESELECTED = ("--deselect", "tests/test_datasets.py::test_loading_is_fast")


def drawn(count: int, random: Random) -> list[tuple[Path, Mutation]]:
    """Draw faults from all modules, each place in the code as likely as another."""
    places = [(path, fault) for path in MODULES for fault in mutations(path.read_text(encoding="utf-8"), LOOK)]
    return random.sample(places, count)


def judge(path: Path, fault: Mutation, workshop: Workshop) -> list[Mutant]:
    """Return what becomes of a fault of one module."""
    name = str(path.relative_to(ROOT))
    mutant = Mutant("library", fault.kind, f"{name}:{fault.line}", fault.change)
    with workshop.copy(name) as copy:
        (copy / name).write_text(fault.source, encoding="utf-8")
        mutant.caught_by = first_failure(copy, LIMIT_S, *DESELECTED, *concerned_tests(path))
    return [mutant]


def check_judges(workshop: Workshop) -> list[Mutant]:
    """Run all judges on a library without a fault, parsed and written again as the mutants are; return no mutant.

    Raises:
        RuntimeError: if one of them fails.
    """
    modules = [str(path.relative_to(ROOT)) for path in MODULES]
    judges = {test for path in MODULES for test in concerned_tests(path)}
    with workshop.copy(*modules) as copy:
        for name in modules:
            (copy / name).write_text(
                ast.unparse(ast.parse((ROOT / name).read_text(encoding="utf-8"))), encoding="utf-8"
            )
        failure = first_failure(copy, 10 * LIMIT_S, *DESELECTED, *sorted(judges))
    if failure:
        raise RuntimeError(f"the unit tests fail without a fault: {failure}")
    return []


@functools.cache
def concerned_tests(module: Path) -> list[str]:
    """Return the test files that import a module of the library, or one that imports it; its own file first."""
    users = {module}
    while True:
        more = {path for path in MODULES if imported(path) & users} - users
        if not more:
            break
        users |= more
    tests = [path for path in (ROOT / "tests").glob("test_*.py") if imported(path) & users]
    tests = [path for path in tests if not path.stem.startswith("test_chapter_")]
    return [
        str(path.relative_to(ROOT)) for path in sorted(tests, key=lambda path: (module not in imported(path), path))
    ]


@functools.cache
def imported(path: Path) -> frozenset[Path]:
    """Return the modules of the library that a file imports by name; a package stands for all its modules."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("course_lib"):
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)} - {"course_lib"}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names if alias.name.startswith("course_lib.")}
    found = {ROOT / name.replace(".", "/") for name in names}
    return frozenset(
        module for place in found for module in [place.with_suffix(".py"), *place.glob("*.py")] if module.is_file()
    )
