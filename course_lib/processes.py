"""Starts a program in a process of its own, and ends it: with the block, and with whoever started it."""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from course_lib.runtime import NOISE

STOP_S = 10
# In a session, or on Windows a group, of its own: Ctrl-C reaches the starter alone, which then ends the program.
WINDOWS = sys.platform == "win32"
APART = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP} if WINDOWS else {"start_new_session": True}


@contextmanager
def running(
    command: Sequence[str],
    output: int | BinaryIO,
    complaints: BinaryIO,
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Iterator[subprocess.Popen]:
    """Run a program that ends when its standard input does, which is a pipe from this process.

    When the block ends, in whatever way, the pipe is closed; what has not ended after `STOP_S` seconds is killed. If
    this process is killed, the operating system closes the pipe.

    Args:
        command: the program and its arguments.
        output: where its standard output goes: an open file, or `subprocess.PIPE`.
        complaints: the open file that gets its standard error.
        environment: its environment variables; `None` for those of this process.
        folder: where it runs; `None` for where this process does.

    Yields:
        The process.
    """
    streams = {"stdin": subprocess.PIPE, "stdout": output, "stderr": complaints}
    process = subprocess.Popen(command, **streams, **APART, env=environment, cwd=folder)
    try:
        yield process
    finally:
        with suppress(OSError):  # it is dead already
            process.stdin.close()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        finally:
            if process.stdout is not None:
                process.stdout.close()


def last_words(complaints: BinaryIO) -> str:
    """Return the last line but TensorFlow's noise that a program wrote to its standard error, or "nothing"."""
    complaints.seek(0)
    said = complaints.read().decode(errors="replace").strip().splitlines()
    return next((line for line in reversed(said) if not NOISE.match(line)), "nothing")
