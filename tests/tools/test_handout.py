"""Chapters for a class: without solutions and outputs, and still whole; nothing that is there is overwritten."""

import contextlib
import io
import subprocess
import sys

import pytest

import chapters
import handout
from exercises import GIVEN


def tagged(notebook, tag):
    return [cell for cell in notebook.cells if tag in cell.metadata.get("tags", [])]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    written = tmp_path_factory.mktemp("class") / "handout"
    handout.write_handout(written, [])
    return written


@pytest.mark.parametrize("path", chapters.chapter_files(), ids=lambda path: path.stem)
def test_copy_has_all_but_solutions_and_outputs(path, folder):
    stored, copy = chapters.read(path), chapters.read(folder / path.name)
    assert [cell.id for cell in copy.cells] == [
        cell.id for cell in stored.cells if cell not in tagged(stored, "solution")
    ]
    text = (folder / path.name).read_text(encoding="utf-8")
    assert "_solution" not in text and "solution is folded" not in text
    for solution in tagged(stored, "solution"):
        assert not any(solution.source.split("\n\n\ncheck_")[0] in cell.source for cell in copy.cells)
    assert not any(cell.outputs or cell.execution_count for cell in copy.cells if cell.cell_type == "code")
    chapters.write(copy, folder / path.name)
    assert (folder / path.name).read_text(encoding="utf-8") == text, "not in normal form"


@pytest.mark.parametrize("path", chapters.chapter_files(), ids=lambda path: path.stem)
def test_chapter_tells_of_its_solutions_in_the_words_that_a_handout_leaves_out(path):
    notebook = chapters.read(path)
    told = any(handout.REMARK.search(cell.source) for cell in notebook.cells)
    assert told == bool(tagged(notebook, "solution"))


@pytest.mark.parametrize("path", chapters.chapter_files(), ids=lambda path: path.stem)
def test_untouched_exercises_of_a_copy_say_open(path, folder):
    for exercise in tagged(chapters.read(folder / path.name), "exercise"):
        with contextlib.redirect_stdout(io.StringIO()) as printed:
            exec(exercise.source, dict(GIVEN))
        assert printed.getvalue().startswith("○ open - "), exercise.source


def test_no_cell_of_a_copy_needs_a_name_from_a_solution(folder):
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select", "F821", folder]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr


def test_nothing_is_overwritten_and_nothing_half_written(tmp_path):
    (tmp_path / "02_cnn_mnist.ipynb").write_text("my work")
    with pytest.raises(ValueError, match=r"already holds 02_cnn_mnist.ipynb; nothing was written"):
        handout.write_handout(tmp_path, [])
    assert [path.read_text() for path in tmp_path.iterdir()] == ["my work"]
    handout.write_handout(tmp_path, ["01", "03"])
    assert len(list(tmp_path.iterdir())) == 3


def test_stored_chapters_are_not_touched(tmp_path):
    before = {path: path.read_bytes() for path in chapters.chapter_files()}
    with pytest.raises(ValueError, match="already holds"):
        handout.write_handout(chapters.NOTEBOOKS, [])
    handout.write_handout(tmp_path, [])
    assert {path: path.read_bytes() for path in chapters.chapter_files()} == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([""], "which folder? For example: make handout FOLDER=../handout"),
        (["{folder}", "99"], "there is no chapter '99'; chapters: "),
        (["{folder}/a_file"], "a_file is a file; name a folder"),
        (["{folder}/a_file/below"], "below cannot be written ("),
    ],
    ids=["no folder", "no such chapter", "a file", "below a file"],
)
def test_error_says_what_to_do(arguments, message, tmp_path):
    (tmp_path / "a_file").touch()
    command = [sys.executable, handout.__file__, *(text.format(folder=tmp_path) for text in arguments)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr.startswith("error: ") and message in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a_file"]


def test_command_says_what_it_wrote_also_on_a_console_that_lacks_the_folders_letters(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    command = [sys.executable, handout.__file__, tmp_path / "新" / "folder", "02"]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "02_cnn_mnist.ipynb: 5 solutions left out" in result.stdout
    assert (tmp_path / "新" / "folder" / "02_cnn_mnist.ipynb").exists()
