"""The learner's copies: made where missing, never overwritten, brought back on request."""

import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from jupyter_server.services.contents.filemanager import FileContentsManager
from nbformat.sign import NotebookNotary
from tornado.web import HTTPError

import chapters
import workbook

sys.path.append(str(chapters.ROOT / "tests" / "library"))

from full_disk import full_disk


@pytest.fixture
def learner_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "WORKBOOK", tmp_path / "workbook")
    return tmp_path / "workbook"


def test_every_chapter_is_copied_without_outputs(learner_folder):
    workbook.fill()
    assert sorted(path.name for path in learner_folder.iterdir()) == [path.name for path in chapters.chapter_files()]
    for path in learner_folder.iterdir():
        cells = [cell for cell in chapters.read(path).cells if cell.cell_type == "code"]
        assert cells and not any(cell.outputs or cell.execution_count for cell in cells)


def test_learners_work_is_never_overwritten(learner_folder):
    workbook.fill()
    mine = learner_folder / "02_cnn_mnist.ipynb"
    mine.write_text("my work")
    workbook.fill()
    assert mine.read_text() == "my work"


def test_reset_brings_a_chapter_back_and_keeps_each_version(learner_folder, capsys):
    workbook.fill()
    mine = learner_folder / "02_cnn_mnist.ipynb"
    fresh = mine.read_text(encoding="utf-8")
    for version in ("first", "second"):
        mine.write_text(version)
        workbook.reset("02")
        assert mine.read_text(encoding="utf-8") == fresh
    assert (learner_folder / "02_cnn_mnist_mine_1.ipynb").read_text() == "first"
    assert (learner_folder / "02_cnn_mnist_mine_2.ipynb").read_text() == "second"
    assert "your version is kept as workbook/02_cnn_mnist_mine_2.ipynb" in capsys.readouterr().out


def test_two_commands_fill_one_workbook(learner_folder):
    with ThreadPoolExecutor(4) as at_once:
        list(at_once.map(lambda _: workbook.fill(), range(4)))
    assert sorted(path.name for path in learner_folder.iterdir()) == [path.name for path in chapters.chapter_files()]


def test_on_a_full_disk_no_half_chapter_stays(learner_folder):
    with full_disk(room=30_000), pytest.raises(OSError):
        workbook.fill()
    half = [path.name for path in learner_folder.iterdir() if not chapters.read(path).cells]
    assert half == [] and not list(learner_folder.glob(".*"))
    workbook.fill()
    assert sorted(path.name for path in learner_folder.iterdir()) == [path.name for path in chapters.chapter_files()]


def test_on_a_full_disk_jupyterlab_keeps_what_was_saved_last(learner_folder):
    workbook.fill()
    mine = learner_folder / "02_cnn_mnist.ipynb"
    before = mine.read_bytes()
    notary = NotebookNotary(db_file=":memory:")  # its own file would be the first that does not fit
    manager = FileContentsManager(root_dir=str(learner_folder), notary=notary)
    opened = manager.get(mine.name)
    opened["content"]["cells"][0]["source"] = "my work " * 10_000
    with full_disk(room=20_000), pytest.raises(HTTPError, match=r"File too large|No space left"):
        manager.save(opened, mine.name)
    assert mine.read_bytes() == before


@pytest.mark.parametrize(("number", "message"), [("", "make reset CH=02"), ("99", r"no chapter '99'; chapters: .*02")])
def test_reset_names_what_it_needs(learner_folder, number, message):
    with pytest.raises(ValueError, match=message):
        workbook.reset(number)
