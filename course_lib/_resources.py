"""What this process may still take of the machine: memory, within its control groups' limits, and cores."""

import os
from collections.abc import Iterator
from pathlib import Path

PROCESS_GROUPS, MOUNTED = Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")
# Version 2 and version 1 of Linux's control groups: limit, usage, and in memory.stat the pages of files, which the
# kernel gives up, recently used or not, before it ends a process.
FILES = (
    ("memory.max", "memory.current", ("active_file", "inactive_file")),
    ("memory.limit_in_bytes", "memory.usage_in_bytes", ("total_active_file", "total_inactive_file")),
)


def available_memory_gb() -> float:
    """Return the free memory in gigabytes (10^9 bytes), a container's limit included."""
    import psutil

    return min([psutil.virtual_memory().available, *_free_in_groups()]) / 1e9


def usable_cores() -> int:
    """Return the number of cores that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _free_in_groups() -> Iterator[int]:
    """Yield the free bytes of each control group with a limit, from this process's own to the outermost."""
    for base, group in _memory_groups():
        # In a container the group's path may be the host's, which is not here; the outermost folder always is.
        for folder in (base / group, *(base / group).parents):
            for limit, usage, caches in FILES:
                try:
                    statistics = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
                    used = int((folder / usage).read_text()) - sum(int(statistics[cache]) for cache in caches)
                    yield int((folder / limit).read_text()) - used
                except (OSError, ValueError, KeyError):  # no such folder, or the limit reads "max"
                    continue
            if folder == base:
                break


def _memory_groups() -> Iterator[tuple[Path, str]]:
    """Yield the folder where a hierarchy is mounted, and this process's group in it."""
    if not PROCESS_GROUPS.exists():
        return
    for line in PROCESS_GROUPS.read_text().splitlines():
        _, controllers, group = line.split(":", 2)
        if controllers == "":
            yield MOUNTED, group.lstrip("/")
        elif controllers == "memory":
            yield MOUNTED / "memory", group.lstrip("/")
