"""Run chapters from their first cell to their last; store the outputs in normal form, and what the run needed.

python tools/notebooks.py [NUMBER ...]
"""

import copy
import math
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbclient
import psutil
from nbformat import NotebookNode
from traitlets.config import Config

import chapters
import environment
from course_lib.machine import usable_cores

# What a chapter needs stands in its metadata, in its text and in the call of `runtime.start`: all written from here.
NEEDS = re.compile(r"(?<=\*\*Needs\*\* about )[\d.]+ seconds on two CPU cores, [\d.]+ GB of memory")
NEEDS_GB = re.compile(r"(?<=\bneeds_gb=)[\d.]+")
KEPT_WITHIN = 0.2  # two runs differ a little; what is stated stays while it is as near as this share of itself


def run(notebook: NotebookNode, folder: Path) -> tuple[float, float]:
    """Run all cells in a fresh kernel, in place; return the seconds and the kernel's peak memory in gigabytes."""
    chapters.clear(notebook)
    client = client_for(notebook, folder, timeout=300)
    started = time.perf_counter()
    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
        seconds = time.perf_counter() - started
        peak = peak_memory_gb(client.km.provisioner.pid)
    return seconds, peak


def client_for(notebook: NotebookNode, folder: Path, **options: Any) -> nbclient.NotebookClient:
    """Return what runs a notebook in a folder, over an encrypted connection: without, the kernel warns."""
    encrypted = Config(KernelManager={"transport_encryption": "auto"})
    place = {"metadata": {"path": str(folder)}}
    return nbclient.NotebookClient(notebook, kernel_name="python3", resources=place, config=encrypted, **options)


def peak_memory_gb(pid: int) -> float:
    """Return a process's peak memory in gigabytes; on systems that keep no record of it, its present memory."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        lines = status.read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")) / 1e9
    memory = psutil.Process(pid).memory_info()
    return getattr(memory, "peak_wset", memory.rss) / 1e9


def stated_seconds(measured: float, stated: float) -> int:
    """Return the seconds to state: those stated, if they are near; else up to the next 5, or from a minute on 10."""
    if abs(measured - stated) <= KEPT_WITHIN * stated:
        return int(stated)
    step = 5 if measured <= 60 else 10
    return step * math.ceil(measured / step)


def stated_memory_gb(peak_gb: float, stated: float) -> float:
    """Return the memory to state, more than the peak: as stated, if near; else up to the next 0.1, and 0.1 more."""
    if (1 - KEPT_WITHIN) * stated <= peak_gb <= stated - 0.1:  # machines differ by as much
        return stated
    return round(math.ceil(10 * peak_gb) / 10 + 0.1, 1)


def state_needs(notebook: NotebookNode, seconds: int, memory_gb: float) -> None:
    """Write what a chapter needs into its metadata, its text and its call of `runtime.start`, in place.

    Raises:
        ValueError: if the text or the call has no place for it, or more than one.
    """
    notebook.metadata.course |= {"seconds": seconds, "memory_gb": memory_gb}
    text = f"{seconds} seconds on two CPU cores, {memory_gb} GB of memory"
    for kind, pattern, new, example in (
        ("markdown", NEEDS, text, f"**Needs** about {text}"),
        ("code", NEEDS_GB, str(memory_gb), f"runtime.start(seed=0, needs_gb={memory_gb})"),
    ):
        places = [cell for cell in notebook.cells if cell.cell_type == kind and pattern.search(cell.source)]
        if sum(len(pattern.findall(cell.source)) for cell in places) != 1:
            raise ValueError(
                f"a chapter has one {kind} cell, and one place in it, with {example!r}; found {len(places)}"
            )
        places[0].source = pattern.sub(new, places[0].source)


def agrees(notebook: NotebookNode) -> bool:
    """Tell whether text and code of a chapter state the seconds and the memory that its metadata state."""
    written = copy.deepcopy(notebook)
    state_needs(written, notebook.metadata.course.seconds, notebook.metadata.course.memory_gb)
    return written == notebook


def misstated(course: dict[str, Any], processor_s: float, peak_gb: float) -> Iterator[str]:
    """Yield which of a chapter's stated needs are far from what its kernel took.

    Args:
        course: the entry of this name in the chapter's metadata.
        processor_s: the kernel's processor time in seconds, of all cores together; load does not lengthen it.
        peak_gb: the kernel's peak memory in gigabytes.
    """
    if "seconds" in course and not course["seconds"] / 8 <= processor_s <= 4 * course["seconds"]:
        yield f"states {course['seconds']} seconds and computes for {processor_s:.1f}"
    if "memory_gb" in course and not peak_gb <= course["memory_gb"] <= 2 * peak_gb + 0.5:
        yield f"states {course['memory_gb']} GB of memory and needs {peak_gb:.2f} GB"


def main() -> None:
    like_stated = usable_cores() == 2 and environment.default_lock() == environment.CPU_LOCK
    for path in chapters.chapter_files(*sys.argv[1:]):
        notebook = chapters.read(path)
        seconds, peak = run(notebook, path.parent)
        course, before = notebook.metadata.course, notebook.metadata.course.memory_gb
        if like_stated:
            state_needs(notebook, stated_seconds(seconds, course.seconds), stated_memory_gb(peak, before))
        if course.memory_gb != before:  # the first cell prints it
            run(notebook, path.parent)
        chapters.write(notebook, path)
        print(
            f"{path.name}: {seconds:.0f} s, {peak:.2f} GB; states {course.seconds} s, {course.memory_gb} GB", flush=True
        )
    if not like_stated:
        print("Seconds and memory stay as stated: they are measured on two CPU cores, without a GPU.")


if __name__ == "__main__":
    main()
