"""What is printed arrives on any console: one that lacks a sign, has half a line already, or is closed."""

import io
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from typing import Any, TextIO

PLAIN = {"✓": "OK", "✗": "X", "○": "o"}  # for a console that lacks the signs of the course


def say(text: str, flush: bool = False) -> None:
    """Print a text, with other characters where the console lacks some; print nothing where it is closed.

    Args:
        text: one or more lines.
        flush: whether a program that reads along gets it at once.
    """
    with suppress(OSError, ValueError):  # what is claimed holds, and goes on, where nobody can read it
        print(_writable(text, sys.stdout), flush=flush)


class Overheard:
    """A stream that hands everything on to another.

    Attributes:
        end: the last character that was written; "" where there was none.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream, self.end = stream, ""

    def write(self, text: str) -> int:
        """Hand a text on, as the other stream can write it; where it is closed, leave it."""
        self.end = text[-1:] or self.end
        with suppress(OSError, ValueError):
            self._stream.write(_writable(text, self._stream))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Hand several texts on."""
        for text in lines:
            self.write(text)

    def __getattr__(self, name: str) -> Any:
        """Be the other stream in all else."""
        return getattr(self._stream, name)


@contextmanager
def overheard() -> Iterator[Overheard]:
    """Let code print as ever, tell what it printed, and end a line that it left open."""
    heard = Overheard(sys.stdout or io.StringIO())
    try:
        with redirect_stdout(heard):
            yield heard
    finally:
        if heard.end not in ("", "\n"):
            say("")


def _writable(text: str, stream: TextIO | None) -> str:
    """Return a text with substitutes for what a stream's encoding cannot hold."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding, getattr(stream, "errors", None) or "strict")
    except UnicodeEncodeError:
        for sign, plain in PLAIN.items():
            if not sign.encode(encoding, "ignore"):
                text = text.replace(sign, plain)
        return text.encode(encoding, "replace").decode(encoding)
    return text
