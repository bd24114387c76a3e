"""Checks this machine against what the course needs; each line that fails says how to mend it."""

import platform
import shutil
import sys
from collections.abc import Iterator
from importlib import metadata
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from course_lib import data_files
from course_lib._arguments import check_number
from course_lib._resources import available_memory_gb
from course_lib.gpu import why_unseen

COURSE = "from-concept-to-insight"
LEAST_DISK_GB = 1.0  # room to save every chapter many times over


class Finding(NamedTuple):
    """A line of the check."""

    holds: bool
    text: str  # what was found and, where it does not hold, how to mend it


def check_machine(largest_chapter_gb: float) -> None:
    """Print a line with ✓ for each thing that is as the course needs it, or with ✗ and the remedy.

    Call it after `runtime.start`, which loads TensorFlow quietly.

    Args:
        largest_chapter_gb: memory in gigabytes that the largest chapter needs.

    Raises:
        ValueError: if `largest_chapter_gb` is no number of at least 0.
    """
    check_number("largest_chapter_gb", largest_chapter_gb, at_least=0)
    for finding in (_python(), *_packages(), _devices(), _memory(largest_chapter_gb), _disk(), *_data()):
        print("✓" if finding.holds else "✗", finding.text)


def _python() -> Finding:
    needed, version = metadata.metadata(COURSE)["Requires-Python"], ".".join(map(str, sys.version_info[:3]))
    if SpecifierSet(needed).contains(version):
        return Finding(True, f"Python {version}")
    start = _start_command(python="3.12")
    return Finding(False, f"Python {version}, and the course needs {needed}: install Python 3.12, then type {start}")


def _packages() -> Iterator[Finding]:
    """Compare the installed packages with the ranges that the course names in pyproject.toml."""
    requirements = [Requirement(text) for text in metadata.requires(COURSE) or ()]
    needed = [each for each in requirements if each.marker is None or each.marker.evaluate({"extra": ""})]
    wrong = [each for each in needed if not _fits(each)]
    for requirement in wrong:
        yield Finding(
            False,
            f"{requirement.name} {_version(requirement.name) or 'is not installed'}, and the course needs "
            f"{requirement.specifier}: close JupyterLab, delete the course's folder .venv if there is one, "
            f"then type {_start_command()}",
        )
    if not wrong:
        shown = ", ".join(f"{name} {_version(name)}" for name in ("tensorflow", "keras"))
        yield Finding(True, f"{shown}, and {len(needed) - 2} other packages in the versions that the course needs")


def _fits(requirement: Requirement) -> bool:
    version = _version(requirement.name)
    return version is not None and requirement.specifier.contains(version)


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _devices() -> Finding:
    """Say what TensorFlow computes on; without a GPU all is well, too."""
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        return Finding(True, f"TensorFlow sees the CPU and {len(gpus)} GPU{'s' * (len(gpus) > 1)}")
    return Finding(True, f"TensorFlow sees the CPU, which is all that the course needs. {why_unseen()}".rstrip())


def _memory(largest_chapter_gb: float) -> Finding:
    free_gb = available_memory_gb()
    found = f"{free_gb:.1f} GB of memory are free, and the largest chapter needs {largest_chapter_gb:.1f} GB"
    if free_gb >= largest_chapter_gb:
        return Finding(True, found)
    return Finding(
        False,
        f"{found}: close other programs, choose Shut Down All Kernels in the menu Kernel, then run this again. "
        "If the machine has no more, take the chapters that need less",
    )


def _disk() -> Finding:
    free_gb = shutil.disk_usage(data_files.DATA_DIR.parent).free / 1e9
    if free_gb >= LEAST_DISK_GB:
        return Finding(True, f"{free_gb:.1f} GB of disk space are free")
    return Finding(
        False,
        f"{free_gb:.1f} GB of disk space are free, and on a full disk your work is not saved: delete files until "
        f"{LEAST_DISK_GB:g} GB are free",
    )


def _data() -> Iterator[Finding]:
    names = data_files.names()
    if not names:
        yield Finding(False, "data/ is missing: in the course's folder type git restore data")
    for name in names:
        try:
            data_files.verify(name)
        except data_files.DataError as error:
            yield Finding(False, str(error))
        else:
            yield Finding(True, f"data/{name} is complete")


def _start_command(python: str = "") -> str:
    if platform.system() == "Windows":
        return rf"py -{python or '3.12'} tools\environment.py and then .venv\Scripts\python tools\lab.py"
    return "make lab" + (f" PYTHON=python{python}" if python else "")
