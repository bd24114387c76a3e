"""The suite itself: what must fail does fail, with its cell named, and no test reaches another machine."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from nbformat import v4

import chapters

ROOT = Path(__file__).resolve().parent.parent
GOOD = v4.new_code_cell("print(1)", execution_count=1, outputs=[v4.new_output("stream", name="stdout", text="1\n")])
REACH_OUT = "import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=5)"


def cell(source, text=""):
    outputs = [v4.new_output("stream", name="stdout", text=text)] if text else []
    return v4.new_code_cell(source, execution_count=2, outputs=outputs)


def run_suite(folder, cells, memory_gb=9.0):
    """Run nbval as `make test` does, on a chapter with these cells; return pytest's exit code and output."""
    notebook = v4.new_notebook(cells=cells, metadata={"course": {"memory_gb": memory_gb}})
    chapters.write(notebook, folder / "planted.ipynb")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "conftest", "--color=no"]
    command += ["-c", ROOT / "pyproject.toml", "--rootdir", folder, "--nbval-cell-timeout=15", folder]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ['PYTHONPATH']}"}
    result = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=folder, env=environment)
    return result.returncode, result.stdout + result.stderr


def test_chapter_that_is_right_passes(tmp_path):
    code, output = run_suite(tmp_path, [GOOD, cell("print(2)", "2\n")])
    assert code == 0, output
    assert "2 passed" in output


@pytest.mark.parametrize(
    ("planted", "message"),
    [
        (cell("print(2)", "3\n"), "Cell outputs differ"),
        (cell("1 / 0"), "Cell execution caused an exception"),
        (cell("print(2)"), "Unexpected output fields"),
        (cell("import time\ntime.sleep(60)"), "Timeout of 15 seconds exceeded"),
        (cell("import os\nos.kill(os.getpid(), 9)"), "Timeout of 15 seconds exceeded"),
        (cell(REACH_OUT), "tests open no connection that leaves the machine"),
    ],
    ids=["wrong output", "exception", "new output", "hanging cell", "killed kernel", "connection"],
)
def test_planted_failure_is_reported_with_its_cell(planted, message, tmp_path):
    code, output = run_suite(tmp_path, [GOOD, planted])
    assert code == 1, output
    assert message in output
    assert "planted.ipynb::Cell 1" in output
    assert "1 passed" in output and "1 failed" in output


def test_chapter_that_needs_more_memory_than_it_states_fails_alone(tmp_path):
    chapters.write(v4.new_notebook(cells=[GOOD]), tmp_path / "the_next_chapter.ipynb")
    code, output = run_suite(tmp_path, [GOOD], memory_gb=0.01)
    assert code == 1, output
    assert "planted.ipynb states 0.01 GB of memory and needs" in output
    assert "2 passed" in output and "1 error" in output


def test_connections_of_the_tests_themselves_are_refused():
    with pytest.raises(ConnectionRefusedError, match=r"192\.0\.2\.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    with pytest.raises(ConnectionRefusedError, match=r"example\.org"):
        socket.getaddrinfo("example.org", 443)


def test_connections_on_this_machine_are_allowed():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=5).close()
