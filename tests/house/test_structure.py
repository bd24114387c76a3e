"""The house: import directions, size of files, style, and what must never be in the tree."""

import ast
import re
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import changed
import chapters
import lock
from hygiene import unsafe_loading

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = sorted((ROOT / "course_lib").rglob("*.py"))
# Public names of the library that serve fewer than two chapters, benchmarks, makers of data or tools, and why they
# stay: each starts or watches a process or reads data for a chapter. What finds its second user leaves the list.
ONE_USER = {
    "boards.open_board": "what starts a server for a chapter stands in the library: TensorBoard in chapter 06b",
    "datasets.load_features": "what reads data stands in the library: chapter 03b reads the scores, too",
    "digit_server.build_app": "the server of chapter 16b: a program of its own stands in no notebook",
    "serving.Server": "what `serve` yields",
    "serving.serve": "what starts a server for a chapter stands in the library: digits are read in chapter 16b",
    "machine.inspect_machine": "the start page finds what is wrong with a machine before a learner does",
}
# Options that no call sets, and why they stay.
NEVER_SET = {
    "input_shape": "a builder takes a learner's own pictures",
    "num_classes": "a builder takes a learner's own classes",
}


def tracked_files(folder: Path) -> list[str]:
    """Return the names of the files that git tracks; skip the test where the course came without git."""
    if not (folder / ".git").exists():
        pytest.skip("no git checkout")
    result = subprocess.run(["git", "ls-files"], cwd=folder, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout.splitlines()


def module_name(path: Path) -> str:
    """Return a library file's name as Python imports it."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def test_imports_point_one_way():
    code = {module_name(path): path.read_text(encoding="utf-8") for path in LIBRARY}
    modules = set(code) - {"course_lib"}
    TopologicalSorter({name: changed.imported(text) & modules for name, text in code.items()}).prepare()


class Source:
    """What a file defines and uses of the library, each name with its package, such as "plots.bar_chart"."""

    def __init__(self, text: str, package: str = ""):
        self.tree = ast.parse(text)
        self.known, self.modules = {}, {}  # what a name here stands for
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith("course_lib."):
                _, *inside = node.module.split(".")
                for alias in node.names:
                    names = self.known if inside else self.modules
                    names[alias.asname or alias.name] = ".".join([*inside[:1], alias.name])
        self.definitions = {}
        for node in self.tree.body if package else ():
            targets = [target.id for target in getattr(node, "targets", ()) if isinstance(target, ast.Name)]
            for name in [node.name] if isinstance(node, ast.FunctionDef | ast.ClassDef) else targets:
                self.definitions[f"{package}.{name}"] = node
                self.known[name] = f"{package}.{name}"
        self.used = self.uses(self.tree)
        self.calls = [node for node in ast.walk(self.tree) if isinstance(node, ast.Call)]

    def uses(self, tree: ast.AST) -> set[str]:
        """Return which names of the library a part of this file uses."""
        nodes = list(ast.walk(tree))
        plain = {self.known.get(node.id) for node in nodes if isinstance(node, ast.Name)}
        of_modules = {
            f"{self.modules[node.value.id]}.{node.attr}"
            for node in nodes
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in self.modules
        }
        return (plain | of_modules) - {None}


LIBRARY_SOURCES = [
    Source(path.read_text(encoding="utf-8"), path.relative_to(ROOT / "course_lib").parts[0].removesuffix(".py"))
    for path in LIBRARY
]
USERS = {
    path: Source(text)
    for path, text in [
        *(
            (path, "\n".join(cell.source for cell in chapters.read(path).cells if cell.cell_type == "code"))
            for path in chapters.chapter_files()
        ),
        *(
            (path, path.read_text(encoding="utf-8"))
            for pattern in ("benchmarks/*.py", "data/*/make.py", "tools/*.py")
            for path in ROOT.glob(pattern)
        ),
    ]
}


def public_functions() -> dict[str, ast.FunctionDef | ast.ClassDef]:
    """Return the library's public functions and classes by name."""
    found = {name: node for source in LIBRARY_SOURCES for name, node in source.definitions.items()}
    return {
        name: node
        for name, node in found.items()
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    }


def test_each_name_of_the_library_has_two_users_or_a_reason():
    uses = {name: source.uses(node) for source in LIBRARY_SOURCES for name, node in source.definitions.items()}
    users = {name: set() for name in uses}
    for path, source in USERS.items():
        reached, new = set(), source.used
        while new:  # what the library uses for this file, too
            reached |= new
            new = set().union(*(uses.get(name, set()) for name in new)) - reached
        for name in reached & set(users):
            users[name].add(path)
    alone = {name for name in public_functions() if len(users[name]) < 2}
    new, old = alone - set(ONE_USER), set(ONE_USER) - alone
    assert not new, f"move from course_lib into the one file that uses it, or delete: {new}"
    assert not old, f"has two users, or is gone; take out of ONE_USER in tests/house/test_structure.py: {old}"


@pytest.mark.parametrize("folder", ["audits", "benchmarks", "data", "tools"])
def test_no_other_file_and_no_other_function_has_a_name_of_the_library(folder):
    taken = {path.name for path in LIBRARY} - {"__init__.py"} | {name.split(".")[-1] for name in public_functions()}
    for path in (ROOT / folder).rglob("*.py"):
        nodes = ast.parse(path.read_text(encoding="utf-8")).body
        names = {path.name, *(node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef))}
        assert not names & taken, f"{path.relative_to(ROOT)}: rename, course_lib has {names & taken}"


def test_each_option_of_the_library_is_set_by_a_user_or_has_a_reason():
    unset = set()
    for name, function in public_functions().items():
        if isinstance(function, ast.ClassDef):
            continue
        names = [argument.arg for argument in function.args.args]
        options = set(names[len(names) - len(function.args.defaults) :])
        options |= {argument.arg for argument in function.args.kwonlyargs}
        for source in [*USERS.values(), *LIBRARY_SOURCES]:
            if name in source.used:
                for call in source.calls:
                    options -= {keyword.arg for keyword in call.keywords}  # also handed on by `**options`
                    if getattr(call.func, "attr", getattr(call.func, "id", "")) == function.name:
                        options -= set(names[: len(call.args)])
        unset |= {f"{name}({option})" for option in options - set(NEVER_SET)}
    assert unset == set(), "delete these options"


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


def test_library_prints_through_say():  # `print` raises where the console lacks a sign
    printing = {
        path.name
        for path in LIBRARY
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
    }
    assert printing == {"console.py"}


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
