"""Training that is stopped and kernels that are killed: the chapter runs again from its top, and no file is changed."""

import queue
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel

import chapters

TRAINS = re.compile(r"\b(fit|train)\w*\(")
SECONDS_OF_TRAINING = 1.5
MOST_SECONDS = 600


@pytest.fixture
def kernel() -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    manager, client = start_new_kernel(cwd=str(chapters.NOTEBOOKS))
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


@pytest.fixture(autouse=True)
def _unchanged_checkout() -> Iterator[None]:
    command = ["git", "status", "--porcelain"]
    before = subprocess.run(command, cwd=chapters.ROOT, capture_output=True, check=True).stdout
    yield
    assert subprocess.run(command, cwd=chapters.ROOT, capture_output=True, check=True).stdout == before


def code_of(path: Path) -> list[str]:
    return [cell.source for cell in chapters.read(path).cells if cell.cell_type == "code"]


def run(client: BlockingKernelClient, source: str) -> str:
    """Run a cell to its end; return the error's name, or nothing."""
    reply = client.execute_interactive(source, output_hook=lambda message: None, timeout=MOST_SECONDS)
    return reply["content"].get("ename", "")


def run_until_it_trains(client: BlockingKernelClient, cells: list[str]) -> None:
    """Run cells until one has trained for a while and still does; leave it running."""
    for source in cells:
        if not TRAINS.search(source):
            assert run(client, source) == ""
            continue
        client.execute(source)
        time.sleep(SECONDS_OF_TRAINING)
        try:
            reply = client.get_shell_msg(timeout=0.1)
        except queue.Empty:  # it still runs
            return
        assert reply["content"]["status"] == "ok"
    pytest.fail("no cell trains long enough to be stopped")


def run_all(client: BlockingKernelClient, cells: list[str]) -> list[str]:
    return [error for error in (run(client, source) for source in cells) if error]


@pytest.mark.parametrize("path", chapters.chapter_files(), ids=lambda path: path.stem)
def test_stopped_training_says_so_and_the_chapter_runs_again_in_the_same_kernel(path, kernel):
    manager, client = kernel
    run_until_it_trains(client, code_of(path))
    manager.interrupt_kernel()
    assert client.get_shell_msg(timeout=60)["content"]["ename"] == "KeyboardInterrupt"
    assert run_all(client, code_of(path)) == []


def test_kernel_that_is_killed_in_an_epoch_leaves_nothing_in_the_way(kernel):
    manager, client = kernel
    path = chapters.chapter_files("02")[0]
    run_until_it_trains(client, code_of(path))
    manager.signal_kernel(signal.SIGKILL)
    manager.restart_kernel(now=True)
    client.wait_for_ready(timeout=60)
    assert run_all(client, code_of(path)) == []
