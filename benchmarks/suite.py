"""The whole course: every unit test and every chapter, as `make test` runs them."""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.recipe import Job, Outcome

ROOT = Path(__file__).resolve().parent.parent


def whole_suite(seed: int) -> Outcome:
    """Run pytest; the memory is the largest sum, taken once a second, over pytest and all processes it started."""
    memory_gb, started = 0.0, time.perf_counter()
    with tempfile.TemporaryFile("w+") as output:  # a pipe that nobody reads would fill and stop the tests
        process = psutil.Popen([sys.executable, "-m", "pytest"], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
        while process.poll() is None:
            memory_gb = max(memory_gb, _memory_gb(process))
            time.sleep(1)
        seconds = time.perf_counter() - started
        output.seek(0)
        if process.returncode != 0:
            raise RuntimeError(f"the tests do not pass:\n{output.read()[-2000:]}")
    return Outcome(seconds, memory_gb=memory_gb)


def _memory_gb(process: psutil.Process) -> float:
    """Return what a process and its descendants hold; memory that two share counts in part for each."""
    total = 0
    for member in [process, *process.children(recursive=True)]:
        try:
            total += member.memory_full_info().pss
        except psutil.NoSuchProcess:  # it ended meanwhile
            continue
    return total / 1e9


JOBS = {"suite": Job("whole course: unit tests and all chapters", whole_suite, None, 1, "40 minutes, 7 GB at most")}
