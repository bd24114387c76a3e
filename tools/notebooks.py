"""Run chapters from their first cell to their last and store the outputs in normal form.

python tools/notebooks.py [NUMBER ...]
"""

import sys
import time
from pathlib import Path
from typing import Any

import nbclient
import psutil
from nbformat import NotebookNode
from traitlets.config import Config

import chapters


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


def main() -> None:
    for path in chapters.chapter_files(*sys.argv[1:]):
        notebook = chapters.read(path)
        seconds, peak = run(notebook, path.parent)
        chapters.write(notebook, path)
        print(f"{path.name}: {seconds:.0f} s, {peak:.1f} GB", flush=True)


if __name__ == "__main__":
    main()
