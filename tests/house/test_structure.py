"""The house: import directions, size of files, style, and what must never be in the tree."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import lock
from hygiene import unsafe_loading

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = sorted((ROOT / "course_lib").rglob("*.py"))
# What each module of the library may import from the library itself, besides the checks of arguments.
MAY_IMPORT = {
    "adversarial": {"models"},
    "callbacks": {"plots"},
    "checks": {"_answers"},
    "datasets": {"data_files"},
    "machine": {"_resources", "data_files", "gpu"},
    "models": {"data_files", "models"},
    "pictures": {"data_files"},
    "plots": {"plots"},
    "runtime": {"_resources"},
}


def tracked_files(folder: Path) -> list[str]:
    """Return the names of the files that git tracks; skip the test where the course came without git."""
    if not (folder / ".git").exists():
        pytest.skip("no git checkout")
    result = subprocess.run(["git", "ls-files"], cwd=folder, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


def imported_modules(path: Path) -> set[str]:
    """Return the library modules that a file imports, at its top or inside a function."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "course_lib":
            parts = node.module.split(".")[1:]
            names |= {parts[0]} if parts else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("course_lib.")}
    return names


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_imports_point_one_way(path):
    module = path.relative_to(ROOT / "course_lib").parts[0].removesuffix(".py")
    checks_of_arguments = set() if module == "_arguments" else {"_arguments"}
    assert imported_modules(path) <= MAY_IMPORT.get(module, set()) | checks_of_arguments


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_library_does_no_work_at_import_and_names_its_imports(path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        assert not isinstance(node, ast.For | ast.While | ast.With | ast.Try), (
            f"{path.name}:{node.lineno} works at import"
        )
        if isinstance(node, ast.Expr):
            assert isinstance(node.value, ast.Constant), f"{path.name}:{node.lineno} calls something at import"
        if isinstance(node, ast.ImportFrom):
            assert all(alias.name != "*" for alias in node.names)


@pytest.mark.parametrize("path", LIBRARY, ids=lambda path: path.stem)
def test_public_functions_have_types_and_a_docstring(path):
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            arguments = [*node.args.args, *node.args.kwonlyargs]
            assert ast.get_docstring(node), node.name
            assert node.returns is not None and all(argument.annotation for argument in arguments), node.name


@pytest.mark.parametrize("arguments", [["check"], ["format", "--check"]])
def test_code_and_notebooks_keep_the_style(arguments):
    result = subprocess.run([sys.executable, "-m", "ruff", *arguments, "."], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("folder", ["course_lib", "benchmarks", "docs", "tools"])  # makers of data read verified files
def test_nothing_loads_a_file_that_could_run_code(folder):
    for path in (ROOT / folder).rglob("*.py"):
        assert list(unsafe_loading(ast.parse(path.read_text(encoding="utf-8")))) == [], path


def test_tree_holds_no_generated_or_large_file():
    tracked = tracked_files(ROOT)
    assert not [name for name in tracked if re.search(r"__pycache__|\.egg-info|\.ipynb_checkpoints|^workbook/", name)]
    large = [name for name in tracked if (ROOT / name).is_file() and (ROOT / name).stat().st_size > 1_000_000]
    assert all(name.startswith("data/") for name in large), large


def test_every_lock_is_one_that_make_lock_makes():  # and that test_locks.py reads
    assert set(lock.LOCKS) == {name for name in tracked_files(ROOT) if name.endswith(".lock")}


def test_git_that_fails_is_a_failure_and_its_absence_none(tmp_path):
    with pytest.raises(pytest.skip.Exception):
        tracked_files(tmp_path)
    (tmp_path / ".git").write_text("broken")
    with pytest.raises(AssertionError, match="invalid gitfile"):
        tracked_files(tmp_path)


def test_pytest_runs_nbval_as_the_course_needs_it():
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    options = pyproject["tool"]["pytest"]["ini_options"]["addopts"]
    assert "--nbval" in options, "lax mode compares nothing"
    assert "--nbval-cell-timeout=300" in options, "a dead kernel is only seen as a time-out"
    assert not any(option.startswith("--nbval-sanitize") for option in options), (
        "a malformed rule is dropped in silence"
    )
    assert "--dist=loadscope" in options, "cells of a chapter run in one kernel, in order, beside another chapter's"
    assert "--no-loadscope-reorder" in options, "the longest chapters start first, whatever the number of their cells"
