"""`make new` begins a chapter that runs as it is, says what to write, and keeps every rule once that is written."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import chapters
import finished_chapter
import new_chapter
import notebooks

NAME = "21z_optimisers"  # no chapter will have this number
NOTEBOOK, TESTS = f"notebooks/{NAME}.ipynb", f"tests/chapters/test_{NAME}.py"
LEFT_BEHIND = shutil.ignore_patterns(".*", "__pycache__", "build", "workbook", "*.egg-info")
WRONG = '[(lambda number: number, "falls"), (lambda number: -number, "falls"), (lambda number: "2", "falls")]'


def python(folder, *arguments):
    return subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, timeout=300)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course in which `make new` has run."""
    folder = tmp_path_factory.mktemp("copy") / "course"
    shutil.copytree(chapters.ROOT, folder, ignore=LEFT_BEHIND)
    result = python(folder, "tools/new_chapter.py", "21z", "Optimisers: steps")
    assert result.stdout.splitlines() == [f"wrote {Path(NOTEBOOK)}", f"wrote {Path(TESTS)}"], result.stderr
    return folder


def test_new_chapter_runs_as_it_is(tmp_path):
    notebooks.run(new_chapter.template("21z", "Optimisers"), tmp_path)


def test_new_chapter_is_in_normal_form_and_keeps_the_style(course):
    path = course / NOTEBOOK
    text = path.read_text(encoding="utf-8")
    chapters.write(chapters.read(path), path)
    assert path.read_text(encoding="utf-8") == text
    for arguments in (["check"], ["format", "--check"]):
        result = python(course, "-m", "ruff", *arguments, NOTEBOOK, TESTS)
        assert result.returncode == 0, result.stdout


def test_finished_chapter_keeps_all_rules_and_its_tests_pass(course):
    chapter = chapters.read(course / NOTEBOOK)
    finished_chapter.finish(chapter)
    notebooks.run(chapter, course)
    chapters.write(chapter, course / NOTEBOOK)
    tests = course / TESTS
    tests.write_text(tests.read_text(encoding="utf-8").replace(": []", f": {WRONG}", 3), encoding="utf-8")
    options = ["-n", "0", "-p", "no:cacheprovider", "--color=no", "-k", "21z_"]
    said = python(course, "-m", "pytest", *options, "tests/house", TESTS).stdout
    # One exercise was left without wrong answers.
    assert "0 wrong answers for fourth_exercise" in said and "\n1 failed, " in said, said


@pytest.mark.parametrize(
    ("number", "title", "message"),
    [
        ("", "Optimisers", "'' is not a chapter's number; write two digits"),
        ("6", "Optimisers", "'6' is not a chapter's number"),
        ("06bb", "Optimisers", "'06bb' is not a chapter's number"),
        ("../06", "Optimisers", "'../06' is not a chapter's number"),
        ("06", " ", "which title? For example: make new CH=06"),
        ("06", ": steps", "which title?"),
        ("02", "Optimisers", f"{Path('notebooks', '02_cnn_mnist.ipynb')} is there already"),
        ("05b", "Optimisers", f"{Path('notebooks', '05b_remedies_together.ipynb')} is there already"),
    ],
)
def test_what_cannot_be_a_chapter_is_refused(number, title, message):
    with pytest.raises(ValueError) as refused:
        new_chapter.begin(number, title)
    assert message in str(refused.value) and "\n" not in str(refused.value)


def test_command_refuses_in_one_line():
    result = python(chapters.ROOT, "tools/new_chapter.py", "02", "Optimisers")
    assert result.returncode == 1 and result.stdout == ""
    assert result.stderr.startswith("error: ") and result.stderr.count("\n") == 1


def test_tests_that_are_there_are_not_overwritten(tmp_path, monkeypatch):
    for name, folder in (("ROOT", "."), ("NOTEBOOKS", "notebooks")):
        monkeypatch.setattr(chapters, name, tmp_path / folder)
    monkeypatch.setattr(new_chapter, "TESTS", tmp_path)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "test_06_optimisers.py").write_text("my tests")
    with pytest.raises(ValueError, match=r"test_06_optimisers\.py is there already"):
        new_chapter.begin("06", "Optimisers")
    assert [path.name for path in tmp_path.rglob("*.*")] == ["test_06_optimisers.py"]
    written = new_chapter.begin("06b", "Which rate? A search: in two dials")
    assert [path.name for path in written] == ["06b_which_rate_a_search.ipynb", "test_06b_which_rate_a_search.py"]


@pytest.mark.parametrize(
    ("number", "part"),
    [("00", "I Foundations"), ("03b", "I Foundations"), ("04", "II Learning from little"), ("21", "IX Applications")],
)
def test_part_follows_from_the_number(number, part):
    assert new_chapter.part_of(number) == part
