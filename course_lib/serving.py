"""Starts the course's server in a process of its own, and always stops it."""

import functools
import secrets
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO, NamedTuple

from course_lib.processes import last_words, running

PROGRAM = (sys.executable, "-m", "course_lib.digit_server")
START_S = 60


class Server(NamedTuple):
    """Where on 127.0.0.1 a server listens, and the token that it asks for."""

    port: int
    token: str


@contextmanager
def serve(port: int = 0) -> Iterator[Server]:
    """Start `digit_server` on this machine alone, and stop it when the block ends, in whatever way.

    The server reads its token from a pipe and ends when the pipe closes: if this process is killed, the operating
    system closes it.

    Args:
        port: where to listen; 0 takes a free port.

    Yields:
        Where it listens, once it answers, and its token. It has no model yet.

    Raises:
        RuntimeError: if the server ends before it answers, such as when the port is taken; the message says why.
    """
    token = _token()
    with (
        tempfile.TemporaryFile() as complaints,
        running([*PROGRAM, str(port)], output=subprocess.PIPE, complaints=complaints) as process,
    ):
        yield Server(_answering(process, token, complaints), token)


@functools.cache
def _token() -> str:
    """Return one token as long as this process lives: clients outlive a server that is started anew."""
    return secrets.token_urlsafe()


def _answering(process: subprocess.Popen, token: str, complaints: BinaryIO) -> int:
    """Hand the server its token, wait until it answers, and return its port."""
    patience = threading.Timer(START_S, process.kill)  # then the line below ends, too
    patience.start()
    try:
        with suppress(OSError):  # it is dead already
            process.stdin.write(f"{token}\n".encode())
            process.stdin.flush()
        line = process.stdout.readline()
    finally:
        patience.cancel()
    if not line:
        raise RuntimeError(f"the server did not start. It said:\n{last_words(complaints)}")
    return int(line)
