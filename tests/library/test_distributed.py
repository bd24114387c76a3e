"""Launching the workers of chapter 17: they find each other, what fails says so within seconds, and nothing is left."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

import course_lib
from course_lib import distributed
from course_lib.distributed import launch

GOOD_CALLS = {launch: {"script": Path(course_lib.__file__), "workers": 2, "timeout": 60}}
# What a notebook does: it obeys Ctrl-C, and is in mid-cell.
STARTER = """
import signal, sys
from pathlib import Path
from course_lib.distributed import launch
signal.signal(signal.SIGINT, signal.default_int_handler)
launch(Path(sys.argv[1]), 3, 60)
"""
BEGINNING = "import json, os, sys, time\nme = json.loads(os.environ['TF_CONFIG'])['task']['index']\n"
ENGINE = "import tensorflow as tf\nprint(tf.distribute.MultiWorkerMirroredStrategy().num_replicas_in_sync)\n"


def started():
    """Return the processes that this one, and those that it started, have started and not yet ended."""
    return [each for each in psutil.Process().children(recursive=True) if each.status() != psutil.STATUS_ZOMBIE]


@pytest.fixture
def script(tmp_path):
    """Return a function that writes a script, and see that it leaves no process."""
    before = started()

    def written(text):
        path = tmp_path / "script.py"
        path.write_text(BEGINNING + text)
        return path

    yield written
    assert started() == before


def test_each_worker_knows_itself_and_all_addresses_and_sees_no_proxy_and_no_gpu(script, monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    names = ("TF_CONFIG", "CUDA_VISIBLE_DEVICES", "http_proxy", "HTTPS_PROXY")
    printed = launch(script(f"print(json.dumps([os.environ.get(name) for name in {names}]))"), 3, 60)
    configs, gpus, *proxies = zip(*map(json.loads, printed), strict=True)
    configs = [json.loads(config) for config in configs]
    assert [config["task"] for config in configs] == [{"type": "worker", "index": index} for index in range(3)]
    (addresses,) = {tuple(config["cluster"]["worker"]) for config in configs}
    assert len(set(addresses)) == 3 and all(each.startswith("127.0.0.1:") for each in addresses)
    assert set(gpus) == {"-1"} and proxies == [(None,) * 3] * 2


def test_a_script_runs_in_its_folder_as_the_main_program_and_finds_its_neighbours(script, tmp_path):
    (tmp_path / "neighbour.py").write_text("VALUE = 42")
    path = script("import neighbour\nprint(__name__, sys.argv, os.getcwd(), neighbour.VALUE)")
    assert launch(path, 1, 60) == [f"__main__ ['script.py'] {tmp_path} 42\n"]


def test_much_output_blocks_no_worker(script):
    assert [len(text) for text in launch(script("sys.stdout.write('x' * 10**6)"), 2, 60)] == [10**6] * 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("if me == 1: raise SystemExit('no data today')\ntime.sleep(60)", "worker 1 of 2.*code 1.*\nno data today"),
        ("if me == 1: os._exit(9)\ntime.sleep(60)", "worker 1 of 2.*code 9.*\nnothing"),
        ("if me == 1: print('E0000 failed call to cuInit: x (303)', file=sys.stderr); os._exit(9)", "\nnothing"),
        ("if me == 0: time.sleep(1); sys.exit(3)\nsys.exit(4)", "worker 1 of 2.*code 4"),
        ("if me == 1: this is no Python", r"worker \d of 2.*\nSyntaxError"),
    ],
    ids=["fails", "is killed", "noise", "the first is named", "no Python"],
)
def test_a_worker_that_dies_is_named_and_the_others_are_ended(text, says, script, monkeypatch):
    monkeypatch.setattr(distributed, "GRACE_S", 2)
    began = time.monotonic()
    with pytest.raises(RuntimeError, match=f"(?s){says}"):
        launch(script(text), 2, 60)
    assert time.monotonic() - began < 20


def test_a_worker_that_never_starts_is_a_timeout_and_nothing_is_left(script):
    with pytest.raises(TimeoutError, match=r"after 2 s workers \[1\] of 2 still ran"):
        launch(script("if me == 1: time.sleep(60)"), 2, 2)


def test_the_engine_waits_for_one_that_never_starts_and_is_ended(script):
    began = time.monotonic()
    with pytest.raises(TimeoutError, match=r"workers \[0, 1\] of 2"):
        launch(script("if me == 1: time.sleep(60)\n" + ENGINE), 2, 10)
    assert time.monotonic() - began < 15


def test_the_engine_says_when_its_port_is_taken(script, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setattr(distributed, "_free_addresses", lambda workers: [address])
        with pytest.raises(RuntimeError, match=r"Could not start gRPC server"):
            launch(script(ENGINE), 1, 60)


def test_the_engine_finds_all_workers(script):
    assert launch(script(ENGINE), 2, 60) == ["2\n", "2\n"]


@pytest.mark.parametrize(
    "waits_in", ["time.sleep(60)", "if me == 1: time.sleep(60)\n" + ENGINE], ids=["Python", "engine"]
)
@pytest.mark.parametrize("ending", ["SIGKILL", "SIGINT"])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other ways to end a process")
def test_workers_end_with_whoever_started_them(ending, waits_in, script, tmp_path):
    path = script(f"open(f'{{me}}.pid', 'w').write(str(os.getpid()))\n{waits_in}")
    starter = subprocess.Popen([sys.executable, "-c", STARTER, str(path)], stderr=subprocess.PIPE)
    deadline = time.monotonic() + 30
    while len(list(tmp_path.glob("*.pid"))) < 3:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(8 if "tf" in waits_in else 0)  # until it waits in there, where no other thread runs
    workers = psutil.Process(starter.pid).children(recursive=True)
    assert len(workers) == 6
    os.kill(starter.pid, getattr(signal, ending))
    starter.communicate(timeout=30)
    assert psutil.wait_procs(workers, timeout=5)[1] == []
