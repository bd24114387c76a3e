"""Training that is stopped and kernels that are killed: the chapter runs again from its top, and no file is changed."""

import queue
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_client.blocking import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel

import chapters

TRAINS = re.compile(r"\b(fit|train)\w*\(")
# In the kernel: note that `fit` has trained a batch.
WATCH = """
def watched(original):
    def after_a_batch(*arguments, **options):
        __import__("pathlib").Path({trained!r}).touch()
        return original(*arguments, **options)
    return after_a_batch
__import__("keras").callbacks.CallbackList.on_train_batch_end = watched(
    __import__("keras").callbacks.CallbackList.on_train_batch_end
)
"""
SECONDS_BY_HAND = 0.5  # into a training by hand, in NumPy, where no batch of `fit` can be noted
MOST_SECONDS = 600


@pytest.fixture
def kernel() -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    manager, client = start_new_kernel(cwd=str(chapters.NOTEBOOKS))
    yield manager, client
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def code_of(path: Path) -> list[str]:
    return [cell.source for cell in chapters.read(path).cells if cell.cell_type == "code"]


def run(client: BlockingKernelClient, source: str) -> str:
    """Run a cell to its end; return the error's name, or nothing."""
    reply = client.execute_interactive(source, output_hook=lambda message: None, timeout=MOST_SECONDS)
    return reply["content"].get("ename", "")


def run_until_it_trains(client: BlockingKernelClient, cells: list[str], trained: Path) -> None:
    """Run cells until one is between two batches, or trains by hand where no cell calls `fit`; leave it running."""
    first, *others = cells
    patience = MOST_SECONDS if any("fit(" in source for source in cells) else SECONDS_BY_HAND
    assert run(client, first) == "" and run(client, WATCH.format(trained=str(trained))) == ""
    for source in others:
        if not TRAINS.search(source):
            assert run(client, source) == ""
            continue
        trained.unlink(missing_ok=True)
        client.execute(source)
        started = time.monotonic()
        while not trained.exists() and time.monotonic() - started < patience:
            try:
                reply = client.get_shell_msg(timeout=0.1)
            except queue.Empty:  # it still runs
                continue
            assert reply["content"]["status"] == "ok"
            break
        else:
            return
    pytest.fail("no cell trains long enough to be stopped")


def run_all(client: BlockingKernelClient, cells: list[str]) -> list[str]:
    return [error for error in (run(client, source) for source in cells) if error]


@pytest.mark.parametrize("path", chapters.chapter_files(), ids=lambda path: path.stem)
def test_killed_and_then_stopped_in_an_epoch_the_chapter_runs_again(path, kernel, tmp_path):
    manager, client = kernel
    run_until_it_trains(client, code_of(path), tmp_path / "trained")
    manager.signal_kernel(signal.SIGKILL)
    manager.restart_kernel(now=True)
    client.wait_for_ready(timeout=60)
    (tmp_path / "trained").unlink(missing_ok=True)
    run_until_it_trains(client, code_of(path), tmp_path / "trained")
    manager.interrupt_kernel()
    assert client.get_shell_msg(timeout=60)["content"].get("ename") == "KeyboardInterrupt"
    assert run_all(client, code_of(path)) == []
