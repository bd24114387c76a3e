"""Run chapters from their first cell to their last and store the outputs in normal form.

python tools/notebooks.py [NUMBER ...]
"""

import sys
import time
from pathlib import Path

import nbclient
import psutil
from nbformat import NotebookNode

import chapters


def run(notebook: NotebookNode, folder: Path) -> tuple[float, float]:
    """Run all cells in a fresh kernel, in place; return the seconds and the kernel's peak memory in gigabytes."""
    chapters.clear(notebook)
    client = nbclient.NotebookClient(
        notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    started = time.perf_counter()
    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
        seconds = time.perf_counter() - started
        peak = peak_memory_gb(client.km.provisioner.pid)
    return seconds, peak


def peak_memory_gb(pid: int) -> float:
    """Return a process's peak memory in gigabytes; on systems that keep no record of it, its present memory."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        lines = status.read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM")) / 1e9
    memory = psutil.Process(pid).memory_info()
    return getattr(memory, "peak_wset", memory.rss) / 1e9


def main() -> None:
    for number in sys.argv[1:] or [""]:
        for path in chapters.chapter_files(number):
            notebook = chapters.read(path)
            seconds, peak = run(notebook, path.parent)
            chapters.write(notebook, path)
            print(f"{path.name}: {seconds:.0f} s, {peak:.1f} GB", flush=True)


if __name__ == "__main__":
    main()
