"""The disk is full while a chapter runs: the cell that saves says so, the others run, and no file is changed."""

import re

import pytest
from small_machine import run_with_full_disk

import chapters

SAVES = [path for path in chapters.chapter_files() if "save_model(" in path.read_text(encoding="utf-8")]


def test_there_are_chapters_that_save():
    assert SAVES


@pytest.mark.parametrize("path", SAVES, ids=lambda path: path.stem)
def test_only_the_cell_that_saves_fails_and_it_says_what_to_do(path, tmp_path):
    result = run_with_full_disk(path, tmp_path)
    failed = [int(number) for number in re.findall(r"FAILED .*::Cell (\d+)", result.stdout)]
    code = [cell.source for cell in chapters.read(path).cells if cell.cell_type == "code"]
    saves = next(number for number, source in enumerate(code) if "save_model(" in source)
    # What comes later may need the loaded model.
    assert failed and failed[0] == saves and all(re.search(r"\bloaded\b", code[number]) for number in failed)
    assert "the model was not saved" in result.stdout and "free some disk space" in result.stdout
