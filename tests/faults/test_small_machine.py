"""Every chapter runs with 3 GB and one core, from a checkout that may only be read; with less it refuses first."""

import re
import subprocess

import pytest
from small_machine import ROOT, run_chapter, run_on_small_machine

import chapters


def changed_files() -> str:
    return subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("path", chapters.chapter_files(), ids=lambda path: path.stem)
def test_chapter_passes_on_a_small_machine_and_changes_no_file(path, tmp_path):
    before = changed_files()
    result = run_chapter(path, 3.0, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert re.search(r"\d+ passed", result.stdout)
    assert changed_files() == before


def test_checkout_of_the_small_machine_can_only_be_read(tmp_path):
    result = run_on_small_machine(["touch", "planted"], 3.0, tmp_path)
    assert result.returncode != 0 and "Read-only file system" in result.stderr


def test_limit_of_the_small_machine_bites(tmp_path):
    result = run_on_small_machine(["python3", "-c", "bytearray(2 * 10**9)"], 1.0, tmp_path)
    assert result.returncode == -9 or "MemoryError" in result.stderr


@pytest.mark.parametrize("path", chapters.chapter_files()[1:], ids=lambda path: path.stem)
def test_chapter_refuses_first_where_memory_is_too_small(path, tmp_path):
    needed = chapters.read(path).metadata.course.memory_gb
    result = run_chapter(path, 0.7, tmp_path)
    assert re.search(rf"MemoryError: this chapter needs {needed:g} GB of memory and 0\.\d GB are free", result.stdout)
    assert "Kernel died" not in result.stdout and "Timeout" not in result.stdout
