"""The suite itself: what must fail does fail, with its cell named, and no test reaches another machine."""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from nbformat import v4

import chapters
import conftest
import refuse_connections

ROOT = Path(__file__).resolve().parents[2]
GOOD = v4.new_code_cell("print(1)", execution_count=1, outputs=[v4.new_output("stream", name="stdout", text="1\n")])
REACH_OUT = "import socket\nsocket.create_connection(('192.0.2.1', 80), timeout=5)"


def cell(source, text=""):
    outputs = [v4.new_output("stream", name="stdout", text=text)] if text else []
    return v4.new_code_cell(source, execution_count=2, outputs=outputs)


SWALLOWED = cell(f"import socket\ntry:\n    {REACH_OUT.splitlines()[1]}\nexcept OSError:\n    print(2)", "2\n")
EXCLUSIVE = ("alone", "alone_too")
IN_ORDER = ("in_order", "in_order_too")
STEPS = [
    v4.new_code_cell("steps = []", execution_count=1),
    cell("steps.append(len(steps))\nprint(steps)", "[0]\n"),
    cell("steps.append(len(steps))\nprint(steps)", "[0, 1]\n"),
]
PLANTED = {
    "wrong_output": (cell("print(2)", "3\n"), "Cell outputs differ"),
    "exception": (cell("1 / 0"), "Cell execution caused an exception"),
    "new_output": (cell("print(2)"), "Unexpected output fields"),
    "hanging_cell": (cell("import time\ntime.sleep(60)"), "Timeout of 6 seconds exceeded"),
    "killed_kernel": (cell("import os\nos.kill(os.getpid(), 9)"), "Timeout of 6 seconds exceeded"),
    "connection": (cell(REACH_OUT), "tests open no connection that leaves the machine"),
}


def through_socket(method, *arguments):
    """Call a method of a socket for datagrams, which waits for no answer where it is not refused."""
    with socket.socket(type=socket.SOCK_DGRAM) as sender:
        getattr(sender, method)(*arguments)


# What raises each event by which Python's sockets reach out, and where it goes.
REACHES_OUT = {
    "socket.connect": (lambda: through_socket("connect", ("192.0.2.1", 80)), "192.0.2.1"),
    "socket.sendto": (lambda: through_socket("sendto", b"", ("192.0.2.1", 53)), "192.0.2.1"),
    "socket.sendmsg": (lambda: through_socket("sendmsg", [b""], [], 0, ("192.0.2.1", 53)), "192.0.2.1"),
    "socket.getaddrinfo": (lambda: socket.getaddrinfo("example.org", 443), "example.org"),
    "socket.gethostbyname": (lambda: socket.gethostbyname("example.org"), "example.org"),
    "socket.gethostbyaddr": (lambda: socket.gethostbyaddr("192.0.2.1"), "192.0.2.1"),
    "socket.getnameinfo": (lambda: socket.getnameinfo(("192.0.2.1", 80), 0), "192.0.2.1"),
}


def write_chapter(folder, name, cells, **course):
    chapters.write(v4.new_notebook(cells=cells, metadata={"course": course}), folder / f"{name}.ipynb")


def run_suite(folder, workers, *options):
    """Run nbval as `make test` does, on the chapters in a folder; return pytest's exit code and output."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "conftest", "--color=no"]
    command += ["-c", ROOT / "pyproject.toml", "--rootdir", folder, "--nbval-cell-timeout=6", "-n", str(workers)]
    startup = folder / "of other work" / "profile_default" / "startup" / "00.py"
    startup.parent.mkdir(parents=True, exist_ok=True)
    startup.write_text("print = None")
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ['PYTHONPATH']}"}
    environment["IPYTHONDIR"] = str(folder / "of other work")
    result = subprocess.run(
        [*command, *options, folder], capture_output=True, text=True, timeout=240, cwd=folder, env=environment
    )
    return result.returncode, result.stdout + result.stderr


# What a cell prints now and what is stored, alike but for the number that was measured.
SAME = {
    "another_measured_number": ("✓ test accuracy: 0.9934 (at least 0.991)", "✓ test accuracy: 0.9921 (at least 0.991)"),
    "another_number_of_digits": ("✓ error: 1.2e-07 (at most 1e-05)", "✓ error: 0.000003 (at most 1e-05)"),
    "both_bounds": ("✓ share: 0.9 (at least 0.89 and at most 0.91)", "✓ share: 0.895 (at least 0.89 and at most 0.91)"),
    "a_colon_in_the_claim": ("✓ h = 1e-2: times: 812 (at least 100)", "✓ h = 1e-2: times: 790 (at least 100)"),
    "beside_an_open_guess": tuple(
        f"your guess: none yet (put a number in the cell above)\nmeasured:   {number}" for number in (0.093, 22000)
    ),
    "between_other_lines": ("a\n✓ b: 1.5 (at least 1)\nc", "a\n✓ b: 2.5 (at least 1)\nc"),
}
OTHER = {
    "another_bound": ("✓ accuracy: 0.99 (at least 0.98)", "✓ accuracy: 0.99 (at least 0.97)"),
    "another_upper_bound": ("✓ a: 0.9 (at least 0.8 and at most 1.0)", "✓ a: 0.9 (at least 0.8 and at most 2.0)"),
    "another_claim": ("✓ test accuracy: 0.99 (at least 0.98)", "✓ training accuracy: 0.99 (at least 0.98)"),
    "another_number_in_the_claim": ("✓ error at 4: 0.9 (at most 1)", "✓ error at 3: 0.9 (at most 1)"),
    "a_missing_claim": ("✓ a: 0.9 (at least 0.8)\n✓ b: 1 (at least 0)", "✓ a: 0.9 (at least 0.8)"),
    "a_changed_sign": ("✓ error: 0.5 (at most 0.6)", "✓ error: 0.5 (at least 0.6)"),
    "a_missing_bound": ("✓ a: 0.9 (at least 0.8 and at most 1)", "✓ a: 0.9 (at least 0.8)"),
    "no_mark": ("✓ error: 0.5 (at most 0.6)", "error: 0.5 (at most 0.6)"),
    "a_word_for_the_number": ("✓ error: 0.5 (at most 0.6)", "✓ error: small (at most 0.6)"),
    "another_exact_value": ("✓ parameters: equals 25690", "✓ parameters: equals 25691"),
    "another_word_measured": tuple(
        f"your guess: none yet (put it in the cell above)\nmeasured:   {word}" for word in ("1e-5", "1e-2")
    ),
    "a_number_that_no_claim_measures": ("loss: 0.5", "loss: 0.6"),
}
COMPARED = {**SAME, **OTHER}  # the cells of one chapter, in this order

# What a chapter states that is far from what it takes, and what is said of it.
MISSTATED = {
    "little": ({"memory_gb": 0.01}, "states 0.01 GB of memory and needs "),
    "much": ({"memory_gb": 18}, "states 18 GB of memory and needs "),
    "short_time": ({"seconds": 0.05}, "states 0.05 seconds and computes for "),
    "long_time": ({"seconds": 800}, "states 800 seconds and computes for "),
}


@pytest.fixture(scope="module")
def planted_run(tmp_path_factory):
    """Run the planted chapters once, two side by side; return the exit code, what failed by cell, and the output."""
    folder = tmp_path_factory.mktemp("planted")
    for name, (planted, _) in PLANTED.items():
        write_chapter(folder, name, [GOOD, planted])
    for name in IN_ORDER:
        write_chapter(folder, name, STEPS)
    write_chapter(folder, "compared", [cell(f"print({new!r})", f"{old}\n") for new, old in COMPARED.values()])
    for name, (course, _) in MISSTATED.items():
        write_chapter(folder, name, [GOOD, cell("print(2)", "2\n")], **course)
    code, output = run_suite(folder, "2", f"--junitxml={folder / 'report.xml'}")
    report = ElementTree.parse(folder / "report.xml").getroot()
    failures = {
        (case.get("classname"), case.get("name")): case.findtext("failure") or case.findtext("error")
        for case in report.iter("testcase")
    }
    return code, failures, output


@pytest.mark.parametrize("name", PLANTED)
def test_planted_failure_is_reported_with_its_cell(name, planted_run):
    code, failures, _ = planted_run
    assert code == 1
    assert failures[f"{name}.ipynb", "Cell 0"] is None, "a cell before the bad one has to pass"
    assert PLANTED[name][1] in failures[f"{name}.ipynb", "Cell 1"]


@pytest.mark.parametrize(("number", "name"), enumerate(COMPARED))
def test_lines_that_differ_in_a_measured_number_alone_are_the_same(number, name, planted_run):
    _, failures, _ = planted_run
    failure = failures["compared.ipynb", f"Cell {number}"]
    assert failure is None if name in SAME else "Cell outputs differ" in failure


@pytest.mark.parametrize("name", IN_ORDER)
def test_cells_of_chapters_side_by_side_run_in_order_each_chapter_in_its_kernel(name, planted_run):
    _, failures, _ = planted_run
    assert [failures[f"{name}.ipynb", f"Cell {number}"] for number in range(len(STEPS))] == [None] * len(STEPS)


@pytest.mark.skipif(not conftest.LIKE_STATED, reason="this machine takes other times and memory than chapters state")
def test_chapters_that_misstate_what_they_need_fail_and_no_others(planted_run):
    _, failures, _ = planted_run
    found = {name.removesuffix(".ipynb"): text for (name, _), text in failures.items() if text and "mend it" in text}
    assert set(found) == set(MISSTATED)
    for name, (_, message) in MISSTATED.items():
        assert f"{name}.ipynb {message}" in found[name] and "mend it with: make notebooks CH=" in found[name]


def test_time_and_memory_of_each_chapter_stand_at_the_end(planted_run):
    *_, output = planted_run
    measured = re.findall(r"(?m)^ +[\d.]+ s  [\d.]+ GB  (\w+)\.ipynb$", output)
    assert measured == sorted({*PLANTED, *IN_ORDER, *MISSTATED, "compared"} - {"killed_kernel"})
    assert re.search(r"(?m)^ +[\d.]+ s  no memory reading  killed_kernel\.ipynb$", output)


@pytest.fixture(scope="module")
def passing_run(tmp_path_factory):
    """Run chapters of which no cell fails, two side by side; return the exit code, the output, and when each ran."""
    folder = tmp_path_factory.mktemp("passing")
    write_chapter(folder, "brief", noting("brief", "pass"), seconds=1)
    write_chapter(folder, "a_swallowed", [GOOD, SWALLOWED])
    # These two meet. Then one ends, and the other stays until a chapter that does not run alone would have begun.
    write_chapter(folder, "long", noting("long", "wait_for('short end', 30)\nwait_for('alone start', 4)"), seconds=3)
    write_chapter(folder, "short", noting("short", "wait_for('long start', 30)"), seconds=2)
    for name in EXCLUSIVE:
        write_chapter(folder, name, noting(name, "wait_for('nothing', 1)"), exclusive=True)
    code, output = run_suite(folder, "2", "--nbval-cell-timeout=60")
    times = {
        name: [float((folder / f"{name} {event}").read_text()) for event in ("start", "end")]
        for name in ("long", "short", "brief", *EXCLUSIVE)
    }
    return code, output, times


def noting(name, source):
    """Return the cells of a chapter that notes when it starts and ends; a worker gets the next one after the first."""
    define = "import time\nfrom pathlib import Path\n\n\n"
    define += "def wait_for(name, seconds):\n    limit = time.time() + seconds\n"
    define += "    while not Path(name).exists() and time.time() < limit:\n        time.sleep(0.05)\n\n\n"
    note = f"_ = Path('{name} {{}}').write_text(str(time.time()))"
    sources = (f"{define}{note.format('start')}\n{source}", "pass", "pass", note.format("end"))
    return [v4.new_code_cell(source, execution_count=1) for source in sources]


def test_connection_that_a_cell_swallows_fails_the_run(tmp_path):
    write_chapter(tmp_path, "swallowed", [GOOD, SWALLOWED])
    code, output = run_suite(tmp_path, "0")
    assert code == 1, output
    assert "2 passed" in output and "refused connections" in output and "192.0.2.1" in output


def test_connection_that_a_cell_swallows_fails_the_run_of_two_workers(passing_run):
    code, output, _ = passing_run
    assert code == 1, output
    assert "22 passed" in output and output.count("refused connections") == 1 and "192.0.2.1" in output


def test_longest_chapters_start_first_side_by_side_and_exclusive_ones_last(passing_run):
    *_, times = passing_run
    assert times["long"][0] < times["short"][1] < times["long"][1]
    first = {name: start for name, (start, _) in times.items()}
    assert max(first["long"], first["short"]) < first["brief"] < min(first[name] for name in EXCLUSIVE)


@pytest.mark.skipif(conftest.fcntl is None, reason="on Windows all runs in one process")
def test_exclusive_chapter_runs_alone(passing_run):
    *_, times = passing_run
    for alone in EXCLUSIVE:
        for other in set(times) - {alone}:
            assert times[alone][1] < times[other][0] or times[other][1] < times[alone][0], (alone, other)


@pytest.mark.parametrize(
    ("arguments", "cores", "free_gb", "workers"),
    [
        (["."], 2, 7.1, 2),
        (["."], 8, 99, 2),
        (["."], 2, 6.9, 0),  # of the three chapters, the two largest state 2 and 3 GB
        (["."], 1, 99, 0),
        (["1.ipynb"], 2, 99, 0),
        (["1.ipynb::Cell 0"], 2, 99, 0),
        (["1.ipynb", "2.ipynb"], 2, 5.1, 2),
        (["1.ipynb", "2.ipynb"], 2, 4.9, 0),
    ],
)
@pytest.mark.skipif(conftest.fcntl is None, reason="on Windows all runs in one process")
def test_two_workers_where_cores_and_memory_allow(arguments, cores, free_gb, workers, tmp_path, monkeypatch):
    for size in (1, 2, 3):
        write_chapter(tmp_path, f"{size}", [GOOD], memory_gb=size)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(conftest, "usable_cores", lambda: cores)
    monkeypatch.setattr(conftest, "available_memory_gb", lambda: free_gb)
    assert conftest.pytest_xdist_auto_num_workers(SimpleNamespace(args=arguments)) == workers


def test_each_event_that_is_refused_is_tried():
    assert set(REACHES_OUT) == set(refuse_connections.PLACE)


@pytest.mark.parametrize("event", REACHES_OUT)
def test_connections_of_the_tests_themselves_are_refused_and_noted(event, tmp_path, monkeypatch):
    if event == "socket.sendmsg" and os.name == "nt":
        pytest.skip("Windows has no sendmsg")
    reach_out, host = REACHES_OUT[event]
    monkeypatch.setenv("REFUSED_CONNECTIONS", str(tmp_path / "notes"))
    # This event alone, as others come with it: `create_connection` looks its name up first.
    monkeypatch.setattr(refuse_connections, "PLACE", {event: refuse_connections.PLACE[event]})
    with pytest.raises(ConnectionRefusedError, match=f"leaves the machine.*{re.escape(host)}"):
        reach_out()
    assert host in (tmp_path / "notes").read_text()


def test_connections_of_a_program_that_a_test_starts_are_refused_and_noted(tmp_path, monkeypatch):
    monkeypatch.setenv("REFUSED_CONNECTIONS", str(tmp_path / "notes"))
    result = subprocess.run([sys.executable, "-c", REACH_OUT], capture_output=True, text=True, timeout=60)
    assert result.returncode == 1 and "tests open no connection that leaves the machine" in result.stderr
    assert "192.0.2.1" in (tmp_path / "notes").read_text()


def test_settings_for_other_work_reach_no_test_and_one_that_python_obeyed_is_named():
    names = (
        "GIT_DIR",
        "GIT_INDEX_FILE",
        "IPYTHONDIR",
        "KERAS_HOME",
        "KERAS_MAX_EPOCHS",
        "MATPLOTLIBRC",
        "MPLCONFIGDIR",
    )
    code = "import os, conftest; print(dict(os.environ)); conftest.pytest_configure(None)"
    environment = {**os.environ, **dict.fromkeys(names, "for other work"), "PYTHONOPTIMIZE": "1"}
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert result.stdout.startswith("{") and "for other work" not in result.stdout
    assert "without `assert` no test can fail: unset PYTHONOPTIMIZE" in result.stderr


def test_connections_on_this_machine_are_allowed(tmp_path, monkeypatch):
    monkeypatch.setenv("REFUSED_CONNECTIONS", str(tmp_path / "notes"))
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=5).close()
    assert not (tmp_path / "notes").exists()
