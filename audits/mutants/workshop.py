"""Copies of the repository to spoil, and what is noted of each mutant; the working tree is only read."""

import os
import queue
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))  # of the copy, where this file belongs to one
LEFT_BEHIND = shutil.ignore_patterns(
    ".git", ".venv*", "build", "workbook", "__pycache__", ".*_cache", "*.egg-info", ".ipynb_checkpoints", ".hypothesis"
)


@dataclass
class Mutant:
    """A small fault and what became of it."""

    part: str  # "notebooks", "library" or "chapters"
    kind: str
    place: str
    change: str
    not_compared: str = ""  # why nothing compares what it changes, where that is on purpose
    caught_by: str = ""

    @property
    def outcome(self) -> str:
        """Return "not compared", whatever became of it, "caught" or "survived"."""
        return "not compared" if self.not_compared else "caught" if self.caught_by else "survived"


class Workshop:
    """Lends copies of the repository, one to each worker."""

    def __init__(self, folder: Path, workers: int):
        self._free: queue.Queue[Path] = queue.Queue()
        for number in range(workers):
            self._free.put(Path(shutil.copytree(ROOT, folder / f"copy{number}", ignore=LEFT_BEHIND)))

    @contextmanager
    def copy(self, *spoilt: str) -> Iterator[Path]:
        """Lend a copy; the files that are named may be spoilt, and are put back afterwards."""
        path = self._free.get()
        texts = {name: (path / name).read_bytes() for name in spoilt}
        try:
            yield path
        finally:
            for name, text in texts.items():
                (path / name).write_bytes(text)
            self._free.put(path)


def first_failure(copy: Path, limit_s: float, *arguments: str) -> str:
    """Run pytest in a copy; return what fails first, or nothing.

    Raises:
        RuntimeError: if pytest itself failed.
    """
    options = ["-x", "-n", "0", "-p", "no:cacheprovider", "--color=no", "--tb=no", "-rfE"]
    code, printed = python(copy, limit_s, "-m", "pytest", *options, *arguments)
    if code is None:
        return f"no end after {limit_s:.0f} s"
    if "while loading conftest" in printed:  # it imports the library, which a fault may keep from being imported
        return "conftest.py"
    failed = [line for line in printed.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    if code and not failed:  # pytest was killed or could not start: no fault was caught
        raise RuntimeError(f"pytest {' '.join(arguments)} ended with {code}:\n{printed[-3000:]}")
    return failed[0].split(" - ")[0] if failed else ""


def python(copy: Path, limit_s: float, *arguments: str) -> tuple[int | None, str]:
    """Run Python in a copy; return the exit code, `None` after the time limit, and what was printed."""
    # No compiled files: a mutant may have the size, and the second, of the file that it replaces.
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    command = [sys.executable, *arguments]
    with subprocess.Popen(command, cwd=copy, env=environment, start_new_session=True, **streams) as process:
        try:
            printed, _ = process.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return None, ""
    return process.returncode, printed
