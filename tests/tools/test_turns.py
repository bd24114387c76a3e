"""Commands that make the same folder take turns, and a killed one holds up nobody."""

import contextlib
import errno
import subprocess
import sys
from types import SimpleNamespace

import pytest

import turns

# It has its turn, says so, and ends when its input does.
HOLDER = "from turns import own_turn; from pathlib import Path; import sys\n"
HOLDER += "with own_turn(Path(sys.argv[1])): print('my turn', flush=True); sys.stdin.read()"


@pytest.fixture
def start(tmp_path):
    """Return what starts a process that takes its turn with one folder; all are ended after the test."""
    processes = []

    def started():
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        command = [sys.executable, "-c", HOLDER, tmp_path / "folder"]
        processes.append(subprocess.Popen(command, cwd=turns.__file__.removesuffix("turns.py"), **pipes))
        return processes[-1]

    yield started
    for process in processes:
        with process:
            process.kill()


def test_second_process_says_that_it_waits_and_has_its_turn_after_the_first(start):
    first = start()
    assert first.stdout.readline() == "my turn\n"
    second = start()
    assert second.stdout.readline() == "folder is being made by another command; waiting for it ...\n"
    first.stdin.close()
    assert first.wait(timeout=30) == 0
    assert second.stdout.readline() == "my turn\n"


def test_killed_process_holds_up_nobody(start):
    first = start()
    assert first.stdout.readline() == "my turn\n"
    first.kill()
    first.wait(timeout=30)
    assert start().stdout.readline() == "my turn\n"


@pytest.mark.parametrize(("number", "has_locks"), [(errno.ENOSYS, False), (errno.ENOLCK, False), (errno.EIO, True)])
def test_where_a_folder_has_no_locks_nobody_waits_and_another_error_is_raised(number, has_locks, tmp_path, monkeypatch):
    def refuse(*arguments):
        raise OSError(number, "refused")

    locks = SimpleNamespace(flock=refuse, locking=refuse, LOCK_EX=0, LOCK_NB=0, LK_NBLCK=0)
    monkeypatch.setattr(turns, "msvcrt" if turns.os.name == "nt" else "fcntl", locks)
    expected = pytest.raises(OSError, match="refused") if has_locks else contextlib.nullcontext()
    with expected, turns.own_turn(tmp_path / "folder"):
        pass
