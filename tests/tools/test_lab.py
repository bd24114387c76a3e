"""What `make lab` starts: JupyterLab in the learner's folder, with the start page open the first time."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from ipaddress import ip_address

import psutil
import pytest
import websocket
from jupyter_client.session import Session

import chapters
import lab
import workbook


@pytest.fixture
def started(tmp_path, monkeypatch):
    """Start the lab in an empty folder, without JupyterLab; return a function that gives its arguments."""
    commands = []
    monkeypatch.setattr(workbook, "WORKBOOK", tmp_path / "workbook")
    monkeypatch.setattr(lab.chapters, "ROOT", tmp_path)
    monkeypatch.setattr(lab.sys, "prefix", str(tmp_path))
    monkeypatch.setattr(lab.subprocess, "Popen", lambda command, **options: commands.append(command))
    monkeypatch.setattr(lab, "wait_for", lambda server: 0)

    def start():
        with pytest.raises(SystemExit):
            lab.main()
        return commands[-1]

    return start


def test_start_page_opens_the_first_time_and_never_again(started):
    start_page = "--LabApp.default_url=/lab/tree/00_start_here.ipynb"
    assert start_page in started()
    assert (workbook.WORKBOOK / "00_start_here.ipynb").is_file()
    assert start_page not in started()


def test_lab_shows_the_workbook_to_this_machine_only(started):
    command = started()
    assert f"--ServerApp.root_dir={workbook.WORKBOOK}" in command
    assert "--ServerApp.ip=127.0.0.1" in command


@pytest.mark.skipif(os.name == "nt", reason="the process group is ended as on Linux and macOS")
def test_real_lab_listens_on_this_machine_alone_and_asks_for_its_token(tmp_path):
    for name in ("tools", "notebooks"):
        shutil.copytree(chapters.ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "home").touch()  # a file: nothing can be written there
    environment = {
        **os.environ,
        "BROWSER": "true",
        "HOME": str(tmp_path / "home"),
        **for_other_work(tmp_path / "other"),
    }
    log = tmp_path / "lab.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [sys.executable, tmp_path / "tools" / "lab.py"],
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        address, token = address_in(log, server)
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(f"{address}/api/contents", timeout=10)
        with urllib.request.urlopen(f"{address}/api/contents?token={token}", timeout=10) as answer:
            assert chapters.START_PAGE.name.encode() in answer.read()
        before = listening_sockets(psutil.Process(server.pid))
        assert run_in_kernel(address, token, "print(6 * 7)") == "42\n"
        sockets = listening_sockets(psutil.Process(server.pid))
        assert len(sockets) > len(before) > 0, "the kernel, which lives on, has ports of its own"
        assert all(ip_address(socket.laddr.ip).is_loopback for socket in sockets)
        assert "Kernel started" in log.read_text() and "without encryption" not in log.read_text()
        assert "IPython" not in log.read_text(), "it found no place of its own"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C in another way")
def test_ctrl_c_leaves_jupyterlab_the_time_to_end(tmp_path):
    """Ctrl-C reaches all programs of a terminal; `subprocess.call` would kill its child a quarter second later."""
    slow = (
        "import signal, sys, time; from pathlib import Path\n"
        "signal.signal(signal.SIGINT, lambda *_: (time.sleep(1), Path('ended').touch(), sys.exit(7)))\n"
        "Path('ready').touch(); time.sleep(60)"
    )
    parent = "import sys; from subprocess import Popen; import lab; sys.exit(lab.wait_for(Popen(sys.argv[1:])))"
    environment = {**os.environ, "PYTHONPATH": str(chapters.ROOT / "tools")}
    command = [sys.executable, "-c", parent, sys.executable, "-c", slow]
    with subprocess.Popen(command, env=environment, cwd=tmp_path, start_new_session=True) as process:
        while not (tmp_path / "ready").exists():
            assert process.poll() is None
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(30) == 7
    assert (tmp_path / "ended").exists()


def for_other_work(folder):
    """Write settings no lab or cell survives, and kernels that never start; return what leads Jupyter to them."""
    startup = folder / "ipython" / "profile_default" / "startup" / "00.py"
    kernels = [folder / place / "kernels" / "python3" / "kernel.json" for place in ("path", "data")]
    for file in (startup, *kernels):
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps({"argv": ["false"], "display_name": "other", "language": "python"}))
    startup.write_text("print = None")
    (folder / "runtime").touch()  # no folder, so nothing can be written there
    for place in ("config", "config_path"):
        (folder / place).mkdir()
        (folder / place / "jupyter_server_config.py").write_text("c.ServerApp.ip = '0.0.0.0'\nimport sys; sys.exit(3)")
    places = {
        "IPYTHONDIR": "ipython",
        "JUPYTER_PATH": "path",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_CONFIG_PATH": "config_path",
        "JUPYTER_RUNTIME_DIR": "runtime",
    }
    variables = {name: str(folder / place) for name, place in places.items()}
    return {**variables, "JUPYTER_PREFER_ENV_PATH": "0", "PYTHONSTARTUP": str(startup)}


def listening_sockets(process):
    """Return the sockets on which a process and its children listen."""
    sockets = []
    for each in [process, *process.children(recursive=True)]:
        with contextlib.suppress(psutil.NoSuchProcess):  # a helper that has ended by now
            sockets += [socket for socket in each.net_connections() if socket.status == "LISTEN"]
    return sockets


def run_in_kernel(address, token, code):
    """Start a kernel by JupyterLab's own interface; return what a cell prints there."""
    head = {"Authorization": f"token {token}"}
    with urllib.request.urlopen(urllib.request.Request(f"{address}/api/kernels", b"{}", head), timeout=30) as answer:
        kernel = json.load(answer)["id"]
    channels = f"{address.replace('http', 'ws')}/api/kernels/{kernel}/channels"
    with contextlib.closing(websocket.create_connection(channels, timeout=60, header=head)) as connection:
        request = Session().msg("execute_request", {"code": code, "silent": False})
        connection.send(json.dumps({**request, "channel": "shell"}, default=str))
        while True:
            message = json.loads(connection.recv())
            if message["msg_type"] == "stream":
                return message["content"]["text"]


def address_in(log, server):
    """Wait for the line with the address, which comes a moment before the server listens; return it and the token."""
    for _ in range(600):
        found = re.search(r"(http://127\.0\.0\.1:(\d+))/lab\S*\?token=(\w{20,})", log.read_text())
        with contextlib.suppress(ConnectionRefusedError):
            if found:
                socket.create_connection(("127.0.0.1", int(found[2])), timeout=10).close()
                return found[1], found[3]
        assert server.poll() is None, log.read_text()
        time.sleep(0.2)
    raise AssertionError(f"no address in two minutes:\n{log.read_text()}")
