"""Starts a script several times, as the workers of one cluster on this machine, and always ends them all."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from course_lib.arguments import instance, number, takes, whole
from course_lib.processes import last_words, running

PROGRAM = (sys.executable, "-m", "course_lib.leash")
GRACE_S = 5  # in which the others may notice that a worker has failed, and end by themselves


@takes(script=instance(Path, "a pathlib.Path"), workers=whole(1, 16), timeout=number(0.1, 3600))
def launch(script: Path, workers: int, timeout: float) -> list[str]:
    """Run a script as a cluster of workers on this machine, on its processor alone, and wait for all of them.

    Each worker is a process of its own in the script's folder. What it is to the others stands in its environment
    variable `TF_CONFIG`: the addresses of all workers, on free ports of 127.0.0.1, and its own place among them.

    Args:
        script: the script.
        workers: how many processes run it, 1 to 16.
        timeout: seconds after which they are ended.

    Returns:
        What each worker printed.

    Raises:
        ValueError: if an argument is not of this kind.
        RuntimeError: if a worker fails; the message has its last words. The others are ended a little later.
        TimeoutError: if they have not ended in time.
    """
    addresses = _free_addresses(workers)
    with ExitStack() as stack:
        prints, complaints = (
            [stack.enter_context(tempfile.TemporaryFile()) for _ in range(workers)] for _ in ("output", "errors")
        )
        processes = [
            stack.enter_context(
                running(
                    [*PROGRAM, script.name],
                    output=prints[index],
                    complaints=complaints[index],
                    environment=_environment(addresses, index),
                    folder=script.parent,
                )
            )
            for index in range(workers)
        ]
        failed = _first_failure(processes, timeout)
        if failed is not None:
            code, said = processes[failed].returncode, last_words(complaints[failed])
            raise RuntimeError(f"worker {failed} of {workers} failed, with code {code}. It said:\n{said}")
        for file in prints:
            file.seek(0)
        return [file.read().decode(errors="replace") for file in prints]


def _first_failure(processes: list[subprocess.Popen], timeout: float) -> int | None:
    """Wait until all have ended; return the place of the one that failed first, if one did."""
    failed, deadline = None, time.monotonic() + timeout
    while None in (codes := [process.poll() for process in processes]):
        if failed is None and any(codes):
            failed = codes.index(next(filter(None, codes)))
            deadline = min(deadline, time.monotonic() + GRACE_S)
        if time.monotonic() > deadline:
            if failed is not None:
                return failed
            late = [index for index, code in enumerate(codes) if code is None]
            raise TimeoutError(f"after {timeout:g} s workers {late} of {len(codes)} still ran; all have been ended")
        time.sleep(0.02)
    return failed if failed is not None else next((index for index, code in enumerate(codes) if code), None)


def _free_addresses(workers: int) -> list[str]:
    """Return addresses of this machine with ports that were free a moment ago; all are held until all are found."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(workers)]
        return [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]


def _environment(addresses: list[str], index: int) -> dict[str, str]:
    config = {"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}
    # A proxy would be asked for the way to 127.0.0.1, and the workers would wait for each other for ever.
    direct = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return direct | {"TF_CONFIG": json.dumps(config), "CUDA_VISIBLE_DEVICES": "-1", "PYTHONUNBUFFERED": "1"}
