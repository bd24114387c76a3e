"""TensorBoard over a folder of logs, served by the process that asks for it: nothing is left when that ends."""

import http.client
import json
from pathlib import Path
from urllib.parse import urlsplit

# Read once, before the first answer, and by this process: the faster reader is a program that outlives a killed kernel.
OPTIONS = ("--reload_interval=0", "--reload_task=blocking", "--load_fast=false", "--host=127.0.0.1", "--port=0")


def open_board(logs: str | Path) -> tuple[str, list[str]]:
    """Start TensorBoard in a thread of this process, which no other machine can reach.

    Args:
        logs: the folder that `keras.callbacks.TensorBoard` wrote to; what is written to it later is not read.

    Returns:
        Its address, at which it answers by now, and the runs that it has read, sorted by name.

    Raises:
        FileNotFoundError: if there is no such folder.
    """
    from tensorboard.program import TensorBoard  # it imports TensorFlow, which runtime.start has quietened by then

    board = TensorBoard()
    board.configure(argv=["tensorboard", f"--logdir={Path(logs).resolve(strict=True)}", *OPTIONS])
    address = board.launch()
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    connection.request("GET", "/data/runs")
    return address, sorted(json.loads(connection.getresponse().read()))
