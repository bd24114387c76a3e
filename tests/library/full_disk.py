"""A disk that is full, as far as this process can tell."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


@contextmanager
def full_disk(room: int = 1000) -> Iterator[None]:
    """Let no file grow beyond `room` bytes meanwhile: to write more raises OSError, as on a full disk."""
    resource = pytest.importorskip("resource", reason="Windows limits no file's size")
    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, limits[1]))
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
