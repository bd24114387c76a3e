"""Every chapter runs with 3 GB and one core, from a checkout that may only be read; with less it refuses first."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbval.plugin
import pytest
import small_machine
from small_machine import memory_limit, need, run_chapter, run_on_small_machine

import chapters

COLOUR = re.compile(r"\x1b\[[\d;]*m")
DEAD_KERNEL = ("Timeout of", "Kernel dead on test start")  # what nbval says of one that died in a cell, between two


@contextmanager
def failure(message: str) -> Iterator[None]:
    """Expect that a test fails here; one that skips would hide what is missing."""
    with pytest.raises((pytest.fail.Exception, pytest.skip.Exception), match=message) as raised:
        yield
    assert raised.type is pytest.fail.Exception


@pytest.mark.parametrize("path", chapters.chapter_files(), ids=lambda path: path.stem)
def test_chapter_passes_on_a_small_machine_and_changes_no_file(path, tmp_path):
    result = run_chapter(path, 3.0, tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert re.search(r"\d+ passed", result.stdout)


def test_checkout_of_the_small_machine_can_only_be_read(tmp_path):
    result = run_on_small_machine(["touch", "planted"], 3.0, tmp_path)
    assert result.returncode != 0 and "Read-only file system" in result.stderr


def test_limit_of_the_small_machine_bites(tmp_path):
    result = run_on_small_machine(["python3", "-c", "bytearray(2 * 10**9)"], 1.0, tmp_path)
    assert result.returncode == -9 or "MemoryError" in result.stderr


def test_small_machine_has_no_swap():
    with memory_limit(1.0) as processes:
        limits = {path.name: path.read_text() for path in processes.parent.glob("memory.*limit_in_bytes")}
        swap = processes.parent / "memory.swap.max"
        assert not swap.exists() or swap.read_text() == "0\n"
        assert limits.get("memory.memsw.limit_in_bytes") in (None, limits.get("memory.limit_in_bytes"))


def test_small_machine_has_one_core_of_those_that_are_allowed(tmp_path, monkeypatch):
    core = max(os.sched_getaffinity(0))
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {core})
    result = run_on_small_machine([sys.executable, "-c", "import os; print(os.sched_getaffinity(0))"], 1.0, tmp_path)
    assert result.stdout == f"{{{core}}}\n", result.stderr


def test_what_still_runs_on_the_small_machine_is_ended():
    with subprocess.Popen(["sleep", "60"]) as left:
        with memory_limit(1.0) as processes:
            processes.write_text(str(left.pid))
        assert left.wait(timeout=10) == -signal.SIGKILL
    assert not processes.parent.exists()


@pytest.mark.parametrize("path", chapters.chapter_files(), ids=lambda path: path.stem)
def test_chapter_refuses_first_where_memory_is_too_small(path, tmp_path):
    needed = chapters.read(path).metadata.course.memory_gb
    text = COLOUR.sub("", run_chapter(path, 0.7, tmp_path).stdout)
    first_error = re.search(r"^\w+Error: .*", text, re.MULTILINE)
    refusal = rf"MemoryError: this chapter needs {needed:g} GB of memory and 0\.\d GB are free"
    assert first_error and re.match(refusal, first_error[0]), text
    assert not any(said in text for said in DEAD_KERNEL)


def test_nbval_says_of_a_dead_kernel_what_the_refusals_look_for():
    source = Path(nbval.plugin.__file__).read_text(encoding="utf-8")
    assert all(said in source for said in DEAD_KERNEL)


def test_a_missing_program_is_a_failure_that_names_it(monkeypatch):
    monkeypatch.setattr(small_machine.shutil, "which", lambda program: None if program == "mount" else program)
    with failure("needs programs that are missing: mount"):
        need("unshare", "mount")


def test_a_missing_right_is_a_failure_that_says_so(monkeypatch):
    monkeypatch.setattr(small_machine, "ROOT", small_machine.ROOT / "none")  # which nobody can mount
    with failure("needs the right to mount"):
        need("unshare", "mount")


def test_a_missing_control_group_is_a_failure_that_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(small_machine, "GROUPS", tmp_path / "none")
    with failure("needs a control group"), memory_limit(1.0):
        pass


@pytest.mark.parametrize(
    ("dirty", "message"),
    [(False, "the test changed files of the checkout"), (True, "commit your changes, or put them away")],
)
def test_a_test_that_changes_a_file_of_the_checkout_fails(dirty, message, tmp_path):
    folder = tmp_path / "audits" / "faults"
    folder.mkdir(parents=True)
    for name in ("conftest.py", "small_machine.py"):
        shutil.copy(Path(__file__).with_name(name), folder)
    (folder / "test_planted.py").write_text("def test_planted():\n    open('planted', 'w').close()\n")
    identity = ["-c", "user.name=test", "-c", "user.email=test@localhost"]
    for command in (["init", "-q"], ["add", "."], [*identity, "commit", "-q", "-m", "Begin"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    if dirty:
        (tmp_path / "changed before").touch()
    command = [sys.executable, "-B", "-m", "pytest", "-p", "no:cacheprovider", folder]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 1 and message in result.stdout
