"""This machine: what is free of it, why a GPU stays idle, and whether it has what the course needs."""

import importlib.util
import os
import platform
import shutil
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from course_lib import data_files
from course_lib.console import say

COURSE = "from-concept-to-insight"
LEAST_DISK_GB = 1.0  # room to save every chapter many times over

PROCESS_GROUPS, MOUNTED = Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")
# Version 2 and version 1 of Linux's control groups: limit, usage, and in memory.stat the pages of files, which the
# kernel gives up, recently used or not, before it ends a process.
FILES = (
    ("memory.max", "memory.current", ("active_file", "inactive_file")),
    ("memory.limit_in_bytes", "memory.usage_in_bytes", ("total_active_file", "total_inactive_file")),
)

# What an NVIDIA driver shows on Linux, and in the Linux inside Windows (WSL2).
NVIDIA_DRIVERS = (Path("/proc/driver/nvidia/version"), Path("/usr/lib/wsl/lib/libcuda.so.1"))
PCI_DEVICES = Path("/sys/bus/pci/devices")
PCI_DISPLAY = "0x03"  # the first digits of a device's class
PCI_NVIDIA, PCI_AMD = "0x10de", "0x1002"  # a device's vendor

MACOS = (
    "The GPU of a Mac stays idle: TensorFlow itself does not support it. Apple publishes a plug-in, tensorflow-metal; "
    "the course neither needs it nor was tried with it."
)
WINDOWS = (
    "There is an NVIDIA GPU, and TensorFlow for Windows has not used any since version 2.11. To use it, install WSL2 "
    "(in PowerShell: wsl --install), clone the course in the Linux there, and type make lab."
)
NO_LIBRARIES = (
    "There is an NVIDIA driver, and this environment lacks the CUDA libraries. To use the GPU, close JupyterLab and "
    "type make lab: it finds the driver and installs them, 10 GB in all."
)
HIDDEN = "The NVIDIA GPU is hidden by the variable CUDA_VISIBLE_DEVICES: unset it, then type make lab."
UNUSABLE = (
    "There are an NVIDIA driver and the CUDA libraries, and still TensorFlow sees no GPU. Type nvidia-smi in a "
    "terminal: it must list the GPU and a driver of version 525 or later. A container must be started with access to "
    "the GPU (docker run --gpus all)."
)
NO_DRIVER = (
    "There is an NVIDIA GPU and no NVIDIA driver. To use it, install the driver with your system's package manager, "
    "restart the computer, and type make lab."
)
AMD = (
    "There is an AMD GPU, and the published TensorFlow uses those of NVIDIA only. AMD has a TensorFlow of its own for "
    "some of its GPUs (ROCm); the course neither needs it nor was tried with it."
)


def available_memory_gb() -> float:
    """Return the free memory in gigabytes (10^9 bytes), a container's limit included."""
    import psutil

    return min([psutil.virtual_memory().available, *_free_in_groups()]) / 1e9


def usable_cores() -> int:
    """Return the number of cores that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Finding(NamedTuple):
    """A line of what was found."""

    holds: bool
    text: str  # what was found and, where it does not hold, how to mend it


def inspect_machine(largest_chapter_gb: float) -> None:
    """Print a line with ✓ for each thing that is as the course needs it, or with ✗ and the remedy.

    Call it after `runtime.start`, which loads TensorFlow quietly.

    Args:
        largest_chapter_gb: memory in gigabytes that the largest chapter needs.
    """
    for finding in (_python(), *_packages(), _devices(), _memory(largest_chapter_gb), _disk(), *_data()):
        say(f"{'✓' if finding.holds else '✗'} {finding.text}")


def _python() -> _Finding:
    needed, version = metadata.metadata(COURSE)["Requires-Python"], ".".join(map(str, sys.version_info[:3]))
    if SpecifierSet(needed).contains(version):
        return _Finding(True, f"Python {version}")
    start = _start_command(python="3.12")
    return _Finding(False, f"Python {version}, and the course needs {needed}: install Python 3.12, then type {start}")


def _packages() -> Iterator[_Finding]:
    """Compare the installed packages with the ranges that the course names in pyproject.toml."""
    requirements = [Requirement(text) for text in metadata.requires(COURSE) or ()]
    needed = [each for each in requirements if each.marker is None or each.marker.evaluate({"extra": ""})]
    wrong = [each for each in needed if not _fits(each)]
    for requirement in wrong:
        yield _Finding(
            False,
            f"{requirement.name} {_version(requirement.name) or 'is not installed'}, and the course needs "
            f"{requirement.specifier}: close JupyterLab, delete the course's folder .venv if there is one, "
            f"then type {_start_command()}",
        )
    if not wrong:
        shown = ", ".join(f"{name} {_version(name)}" for name in ("tensorflow", "keras"))
        yield _Finding(True, f"{shown}, and {len(needed) - 2} other packages in the versions that the course needs")


def _fits(requirement: Requirement) -> bool:
    version = _version(requirement.name)
    return version is not None and requirement.specifier.contains(version)


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _devices() -> _Finding:
    """Say what TensorFlow computes on; without a GPU all is well, too."""
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        return _Finding(True, f"TensorFlow sees the CPU and {len(gpus)} GPU{'s' * (len(gpus) > 1)}")
    return _Finding(True, f"TensorFlow sees the CPU, which is all that the course needs. {_why_unseen()}".rstrip())


def _memory(largest_chapter_gb: float) -> _Finding:
    free_gb = available_memory_gb()
    found = f"{free_gb:.1f} GB of memory are free, and the largest chapter needs {largest_chapter_gb:.1f} GB"
    if free_gb >= largest_chapter_gb:
        return _Finding(True, found)
    return _Finding(
        False,
        f"{found}: close other programs, choose Shut Down All Kernels in the menu Kernel, then run this again. "
        "If the machine has no more, take the chapters that need less",
    )


def _disk() -> _Finding:
    free_gb = shutil.disk_usage(data_files.DATA_DIR.parent).free / 1e9
    if free_gb >= LEAST_DISK_GB:
        return _Finding(True, f"{free_gb:.1f} GB of disk space are free")
    return _Finding(
        False,
        f"{free_gb:.1f} GB of disk space are free, and on a full disk your work is not saved: delete files until "
        f"{LEAST_DISK_GB:g} GB are free",
    )


def _data() -> Iterator[_Finding]:
    names = data_files.names()
    if not names:
        yield _Finding(False, "data/ is missing: in the course's folder type git restore data")
    for name in names:
        try:
            data_files.verify(name)
        except data_files.DataError as error:
            yield _Finding(False, str(error))
        else:
            yield _Finding(True, f"data/{name} is complete")


def _start_command(python: str = "") -> str:
    if platform.system() == "Windows":
        return rf"py -{python or '3.12'} tools\environment.py and then .venv\Scripts\python tools\lab.py"
    return "make lab" + (f" PYTHON=python{python}" if python else "")


def _why_unseen() -> str:
    """Return why TensorFlow sees no GPU, and what to do; nothing where no GPU was found that it could use.

    Call it where TensorFlow lists no GPU.
    """
    system = platform.system()
    if system == "Darwin":
        return MACOS
    if system == "Windows":
        return WINDOWS if shutil.which("nvidia-smi") else ""  # NVIDIA's driver brings this program
    if any(path.exists() for path in NVIDIA_DRIVERS):
        return _with_nvidia_driver()
    vendors = _display_vendors()
    return NO_DRIVER if PCI_NVIDIA in vendors else AMD if PCI_AMD in vendors else ""


def _with_nvidia_driver() -> str:
    if os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1"):
        return HIDDEN
    return NO_LIBRARIES if importlib.util.find_spec("nvidia") is None else UNUSABLE


def _display_vendors() -> set[str]:
    """Return the vendors of the graphics devices that Linux found on its PCI bus."""
    return {
        (device / "vendor").read_text().strip()
        for device in PCI_DEVICES.glob("*")
        if (device / "class").read_text().startswith(PCI_DISPLAY)
    }


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
