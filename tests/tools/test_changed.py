"""`make check` runs the chapters whose inputs have changed, and no other."""

import os
import subprocess

import pytest
from nbformat import v4

import changed
import chapters

FILES = {
    "conftest.py": "",
    "course_lib/__init__.py": "",
    "course_lib/charts.py": "from course_lib import colours",
    "course_lib/colours.py": "",
    "course_lib/models/__init__.py": "",
    "course_lib/models/dense.py": "def build():\n    from course_lib.models import layers\n",
    "course_lib/models/layers.py": "",
    "course_lib/unused.py": "",
    "data/digits/SHA256SUMS": "",
    "data/digits/README.md": "",
    "data/reviews/SHA256SUMS": "",
    "tests/chapters/exercises.py": "",
    "tests/chapters/test_01_lines.py": "",
    "tests/chapters/test_01b_digits.py": "",
    "tests/chapters/test_02_words.py": "",
}
# By chapter: its cells, and its data.
CHAPTERS = {
    "01_lines": (["from course_lib import charts", "%load_ext tensorboard"], []),
    "01b_digits": (["import course_lib.charts", "not Python, yet"], ["digits"]),
    "02_words": (["import numpy", "from course_lib.models.dense import build"], ["reviews"]),
}
EVERY_RUN = ["tests/house", "tests/library", "tests/tools"]


def git(folder, *arguments):
    # Not as a person's own settings want it, who may sign commits or have hooks for all repositories.
    environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    identity = ("-c", "user.name=test", "-c", "user.email=test@localhost")
    subprocess.run(["git", *identity, *arguments], cwd=folder, env=environment, check=True, capture_output=True)


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A small repository with one commit on main."""
    monkeypatch.setattr(chapters, "ROOT", tmp_path)
    monkeypatch.setattr(chapters, "NOTEBOOKS", tmp_path / "notebooks")
    (tmp_path / "notebooks").mkdir()
    for name, text in FILES.items():
        write(tmp_path / name, text)
    for name, (sources, data) in CHAPTERS.items():
        cells = [v4.new_code_cell(source) for source in sources]
        chapters.write(v4.new_notebook(cells=cells, metadata={"course": {"data": data}}), notebook(name))
    git(tmp_path, "init", "-q", "-b", "main")
    commit(tmp_path)
    return tmp_path


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def notebook(name):
    return chapters.NOTEBOOKS / f"{name}.ipynb"


def commit(folder):
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "Change")


def runs(monkeypatch, branch=""):
    """Return what pytest is asked to run, besides what always runs: chapters, then tests."""
    asked = []

    def call(command, **options):
        asked.extend(command[3:])
        return 0

    with monkeypatch.context() as patch:
        patch.setattr(changed.subprocess, "call", call)
        assert changed.main(branch) == 0
    assert asked[:3] == EVERY_RUN
    return [name.removeprefix("notebooks/").removesuffix(".ipynb") for name in asked[3:] if "tests/" not in name], [
        name.removeprefix("tests/chapters/") for name in asked[3:] if "tests/" in name
    ]


@pytest.mark.parametrize(
    ("file", "concerned"),
    [
        ("notebooks/02_words.ipynb", ["02_words"]),
        ("course_lib/charts.py", ["01_lines", "01b_digits"]),
        ("course_lib/colours.py", ["01_lines", "01b_digits"]),  # through charts
        ("course_lib/models/layers.py", ["02_words"]),  # through dense, inside a function
        ("course_lib/models/__init__.py", ["02_words"]),
        ("course_lib/__init__.py", [*CHAPTERS]),
        ("course_lib/unused.py", []),
        ("data/digits/SHA256SUMS", ["01b_digits"]),
        ("data/digits/README.md", []),
        ("conftest.py", [*CHAPTERS]),
        ("pyproject.toml", [*CHAPTERS]),
        ("README.md", []),
    ],
)
@pytest.mark.parametrize("state", ["committed", "uncommitted", "deleted"])
def test_chapters_whose_inputs_changed_run_with_their_tests(file, concerned, state, course, monkeypatch):
    git(course, "switch", "-q", "-c", "mine")
    if state == "deleted" and file in FILES:
        (course / file).unlink()
    else:
        write(course / file, (course / file).read_text() + "\n" if (course / file).exists() else "new")
    if state == "committed":
        commit(course)
    tests = [f"test_{name}.py" for name in concerned]
    assert runs(monkeypatch) == (concerned, tests)


def test_changed_tests_run_without_their_chapter(course, monkeypatch):
    write(course / "tests/chapters/test_02_words.py", "changed")
    assert runs(monkeypatch) == ([], ["test_02_words.py"])
    write(course / "tests/chapters/exercises.py", "changed")
    assert runs(monkeypatch) == ([], ["test_01_lines.py", "test_01b_digits.py", "test_02_words.py"])


def test_changes_count_from_where_the_branch_left_main(course, monkeypatch):
    git(course, "switch", "-q", "-c", "mine")
    write(course / "data/digits/SHA256SUMS", "mine")
    commit(course)
    git(course, "switch", "-q", "main")
    write(course / "data/reviews/SHA256SUMS", "of somebody else")
    commit(course)
    git(course, "switch", "-q", "mine")
    assert runs(monkeypatch)[0] == ["01b_digits"]
    git(course, "switch", "-q", "-c", "on-top")
    assert runs(monkeypatch, branch="mine")[0] == []


def test_on_main_itself_the_last_commit_counts(course, monkeypatch):
    assert runs(monkeypatch)[0] == [], "the first commit has none before it"
    for name in ("digits", "reviews"):
        write(course / f"data/{name}/SHA256SUMS", "changed")
        commit(course)
    assert runs(monkeypatch)[0] == ["02_words"]


def test_commits_that_main_has_not_handed_up_count(course, monkeypatch, tmp_path_factory):
    upstream = tmp_path_factory.mktemp("upstream")
    git(upstream, "clone", "-q", "--bare", course, ".")
    git(course, "remote", "add", "elsewhere", upstream)
    git(course, "fetch", "-q", "elsewhere")
    git(course, "branch", "-q", "--set-upstream-to", "elsewhere/main")
    for name in ("digits", "reviews"):
        write(course / f"data/{name}/SHA256SUMS", "changed")
        commit(course)
    assert runs(monkeypatch)[0] == ["01b_digits", "02_words"]


def test_reasons_are_printed(course, monkeypatch, capsys):
    write(course / "course_lib/colours.py", "changed = True")
    runs(monkeypatch)
    printed = capsys.readouterr().out
    assert "01_lines runs, for these: course_lib/colours.py" in printed
    assert "chapters that depend on nothing that has changed: 1\n" in printed


def test_unknown_branch_and_missing_checkout_are_named(course, monkeypatch, tmp_path_factory):
    with pytest.raises(ValueError, match="no branch typo; name one: make check AGAINST=BRANCH"):
        changed.main("typo")
    monkeypatch.setattr(chapters, "ROOT", tmp_path_factory.mktemp("downloaded"))
    with pytest.raises(ValueError, match="no branch main"):
        changed.main()


def test_failure_of_pytest_is_handed_on(course, monkeypatch):
    monkeypatch.setattr(changed.subprocess, "call", lambda command, **options: 1)
    assert changed.main() == 1


def test_files_that_every_chapter_depends_on_exist():
    for name in (*changed.EVERY_CHAPTER, *changed.EVERY_CHAPTER_TEST, *changed.ALWAYS):
        assert (chapters.ROOT / name).exists(), name
