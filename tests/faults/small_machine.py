"""A small machine inside this one: little memory, one core, a checkout that may only be read, a full disk.

It needs Linux, the right to make control groups, which the superuser has, and the programs unshare, mount and taskset.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
GROUPS = Path("/sys/fs/cgroup")
READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && cd "$0" && exec "$@"'
FULL_DISK = 'mount -t tmpfs -o size=100k none "$0" && exec "$@"'  # for temporary files; 100 kB are no model's size
VERIFY = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--nbval-cell-timeout=900", "--color=no"]


@contextmanager
def memory_limit(gigabytes: float) -> Iterator[Path]:
    """Make a control group with this limit and no swap; yield the file that a process joins it by."""
    version_1 = (GROUPS / "memory").is_dir()
    group = GROUPS / ("memory" if version_1 else "") / f"course_{os.getpid()}"
    try:
        group.mkdir()
    except OSError as error:
        pytest.skip(f"no control group can be made here ({error.strerror}); the superuser can")
    try:
        limit = group / ("memory.limit_in_bytes" if version_1 else "memory.max")
        limit.write_text(str(int(gigabytes * 1e9)))
        yield group / "cgroup.procs"
    finally:
        group.rmdir()


def run_on_small_machine(command: list[str], gigabytes: float, folder: Path) -> subprocess.CompletedProcess:
    """Run a command on one core, under a limit of memory, where this checkout may only be read.

    Args:
        command: program and arguments.
        gigabytes: the limit, for the command and all that it starts.
        folder: for temporary files.
    """
    need("unshare", "mount", "taskset")
    with memory_limit(gigabytes) as processes:
        return subprocess.run(
            ["unshare", "-m", "taskset", "-c", "0", "sh", "-c", READ_ONLY, ROOT, *command],
            preexec_fn=lambda: processes.write_text(str(os.getpid())),
            env={**os.environ, "TMPDIR": str(folder)},
            capture_output=True,
            text=True,
        )


def run_chapter(path: Path, gigabytes: float, folder: Path) -> subprocess.CompletedProcess:
    """Verify a chapter with nbval on the small machine."""
    return run_on_small_machine([*VERIFY, str(path)], gigabytes, folder)


def run_with_full_disk(path: Path, folder: Path) -> subprocess.CompletedProcess:
    """Verify a chapter with nbval where the disk that holds `folder`, its temporary files, is full."""
    need("unshare", "mount")
    command = ["unshare", "-m", "sh", "-c", FULL_DISK, folder, *VERIFY, path]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "TMPDIR": str(folder)}, capture_output=True, text=True)


def need(*programs: str) -> None:
    """Skip the test where a program is missing, or this user may not mount."""
    missing = [program for program in programs if shutil.which(program) is None]
    if missing or os.geteuid() != 0:
        pytest.skip(f"needs the superuser, and the programs {', '.join(programs)}")
