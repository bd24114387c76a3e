"""A small machine inside this one: little memory, one core, a checkout that may only be read, a full disk.

It needs Linux, the right to mount and to make control groups, which the superuser has, and the programs unshare, mount
and taskset. Where one is missing the tests fail: whoever runs this audit wants to see what they show.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]  # the checkout that this file is in, also where a test copies it
GROUPS = Path("/sys/fs/cgroup")
READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && cd "$0" && exec "$@"'
FULL_DISK = 'mount -t tmpfs -o size=100k none "$0" && exec "$@"'  # for temporary files; no model fits in
SECONDS_TO_END = 10
VERIFY = [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider"]
VERIFY += ["--nbval-cell-timeout=900", "--color=no"]


@contextmanager
def memory_limit(gigabytes: float) -> Iterator[Path]:
    """Make a control group with this limit and no swap; yield the file that a process joins it by."""
    version_1 = (GROUPS / "memory").is_dir()
    group = GROUPS / ("memory" if version_1 else "") / f"course_{os.getpid()}"
    try:
        group.mkdir()
        limit_group(group, str(int(gigabytes * 1e9)), version_1)
    except OSError as error:
        remove(group)
        pytest.fail(f"needs a control group with a limit of memory, which the superuser can make: {error}")
    try:
        yield group / "cgroup.procs"
    finally:
        remove(group)


def limit_group(group: Path, size: str, version_1: bool) -> None:
    """Write the limit of memory, and that of swap where the kernel keeps an account of swap."""
    (group / ("memory.limit_in_bytes" if version_1 else "memory.max")).write_text(size)
    swap = group / ("memory.memsw.limit_in_bytes" if version_1 else "memory.swap.max")
    if swap.exists():
        swap.write_text(size if version_1 else "0")  # version 1 limits memory and swap together


def remove(group: Path) -> None:
    """Remove a control group, and end what is still in it, such as the kernel of a pytest that was killed."""
    give_up = time.monotonic() + SECONDS_TO_END
    while group.exists():
        for process in (group / "cgroup.procs").read_text().split():
            with suppress(ProcessLookupError):
                os.kill(int(process), signal.SIGKILL)
        try:
            group.rmdir()
        except OSError:  # it is busy until the last process has ended
            if time.monotonic() > give_up:
                raise
            time.sleep(0.1)


def run_on_small_machine(command: list[str], gigabytes: float, folder: Path) -> subprocess.CompletedProcess:
    """Run a command on one core, under a limit of memory, where this checkout may only be read.

    Args:
        command: program and arguments.
        gigabytes: the limit, for the command and all that it starts.
        folder: for temporary files.
    """
    need("unshare", "mount", "taskset")
    core = str(min(os.sched_getaffinity(0)))  # not each container may use core 0
    with memory_limit(gigabytes) as processes:
        return subprocess.run(
            ["unshare", "-m", "taskset", "-c", core, "sh", "-c", READ_ONLY, ROOT, *command],
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
    """Fail the test where this is not Linux, a program is missing, or this user may not mount."""
    if sys.platform != "linux":
        pytest.fail(f"needs Linux, and this is {sys.platform}")
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        pytest.fail(f"needs programs that are missing: {', '.join(missing)} (Debian: packages mount and util-linux)")
    mounted = subprocess.run(["unshare", "-m", "mount", "--bind", ROOT, ROOT], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.fail(f"needs the right to mount, which the superuser has: {mounted.stderr.strip()}")


def git_status() -> str:
    """Return what git says of the files of this checkout that are not as they were committed."""
    return subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
