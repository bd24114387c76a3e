"""Setting up: refusals in one line, nothing half done taken for complete, a second call at once."""

import hashlib
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pip
import pytest

import environment


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A folder with the two files that an environment is made from."""
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).write_text(
            "setuptools==1 \\\n    --hash=sha256:0\nwheel==2 \\\n    --hash=sha256:1\nzipp==3\n"
        )
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "NVIDIA_DRIVERS", (tmp_path / "no driver",))
    monkeypatch.setattr(sys, "argv", ["environment.py"])
    return tmp_path


@pytest.fixture
def installed(course, monkeypatch):
    """Installations that take no time: a list of the commands that pip would have got."""
    calls = []

    def call(command, **options):
        if "venv" in command:
            python = environment.python_in(Path(command[-1]))
            python.parent.mkdir(parents=True)
            python.touch()
        else:
            calls.append(command)
        return 0

    monkeypatch.setattr(environment.subprocess, "call", call)
    monkeypatch.setattr(environment, "variables_for_pip", lambda *arguments: {})
    return calls


def refusal():
    with pytest.raises(SystemExit) as stopped:
        environment.main()
    message = str(stopped.value)
    assert message.startswith("error: ") and "\n" not in message
    return message


def test_second_call_installs_nothing_and_a_changed_lock_does(course, installed):
    environment.main()
    assert [Path(command[-1]).name for command in installed] == ["build-tools.lock", "requirements.lock", course.name]
    environment.main()
    assert len(installed) == 3
    (course / "requirements.lock").write_text("setuptools==2\n")
    environment.main()
    assert len(installed) == 6
    (course / "pyproject.toml").write_text("changed")
    environment.main()
    assert len(installed) == 9


def test_an_environment_holds_for_one_kind_of_machine_and_for_sessions_of_all_encodings(course, monkeypatch):
    folder = Path(os.fsdecode(os.fsencode(course) + b"/caf\xe9"))  # so a session of another encoding reads "café"
    try:
        shutil.copytree(course, folder)
    except OSError as error:
        pytest.skip(f"this system allows no such name ({error.strerror})")
    monkeypatch.setattr(environment, "ROOT", folder)
    here = environment.fingerprint(folder / "requirements.lock")
    monkeypatch.setattr(environment.sysconfig, "get_platform", lambda: "another kind")
    assert environment.fingerprint(folder / "requirements.lock") != here


def test_everything_from_a_lock_is_installed_by_its_hash(course, installed):
    environment.main()
    from_locks = [command for command in installed if "-r" in command]
    assert len(from_locks) == 2 and all("--require-hashes" in command for command in from_locks)
    # What remains is the course itself, which has no hash and brings nothing along.
    (course_itself,) = [command for command in installed if command not in from_locks]
    assert {"--no-deps", "--no-index"} <= set(course_itself)


def test_interrupted_installation_is_started_over(course, installed, monkeypatch):
    def interrupt(*arguments):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(environment, "pip_install", interrupt)
        assert "starts the installation over" in refusal()
    (course / ".venv" / "half").touch()
    environment.main()
    assert len(installed) == 3
    assert not (course / ".venv" / "half").exists()


# What an installation does here: it waits for the test's leave, and notes each thing that pip would have got.
SLOW_INSTALLATION = """
import pathlib, sys, time
import environment
environment.ROOT = course = pathlib.Path(sys.argv[1])
environment.NVIDIA_DRIVERS = ()
sys.argv = sys.argv[:1]

def call(command, **options):
    if "venv" in command:
        python = environment.python_in(pathlib.Path(command[-1]))
        python.parent.mkdir(parents=True)
        python.touch()
    else:
        with (course / "installed").open("a") as notes:
            notes.write(command[-1] + "\\n")
        while not (course / "go on").exists():
            time.sleep(0.05)
    return 0

environment.subprocess.call = call
environment.variables_for_pip = lambda *arguments: {}
environment.main()
"""


@pytest.fixture
def start_installing(course):
    """Return what starts an installation that takes its time, in a process of its own; all are ended after the test."""
    processes = []

    def start():
        streams = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        command = [sys.executable, "-c", SLOW_INSTALLATION, course]
        folder = Path(environment.__file__).parent
        processes.append(subprocess.Popen(command, cwd=folder, **streams))
        return processes[-1]

    yield start
    for process in processes:
        with process:
            process.kill()


def wait_for(path):
    limit = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < limit, f"{path.name} did not come"
        time.sleep(0.05)


def test_second_process_waits_for_the_first_and_deletes_nothing(course, start_installing):
    first = start_installing()
    wait_for(course / "installed")
    (course / ".venv" / "from the first").touch()
    second = start_installing()
    assert second.stdout.readline() == ".venv is being made by another command; waiting for it ...\n"
    (course / "go on").touch()
    assert (first.wait(timeout=30), second.wait(timeout=30)) == (0, 0)
    assert second.stdout.read() == "", "it finds the environment complete"
    assert (course / ".venv" / "from the first").exists()
    assert len((course / "installed").read_text().splitlines()) == 3


def test_killed_installation_holds_up_nobody_and_is_started_over(course, start_installing):
    first = start_installing()
    wait_for(course / "installed")
    first.kill()
    first.wait(timeout=30)
    (course / "go on").touch()
    printed, _ = start_installing().communicate(timeout=30)
    assert printed.startswith("Installing requirements.lock into .venv") and printed.count("\n") == 1
    assert (course / ".venv" / environment.STAMP).exists()


def test_build_tools_are_taken_from_the_lock(course):
    text = environment.locked(course / "requirements.lock", environment.BUILD_TOOLS)
    assert "setuptools==1" in text and "wheel==2" in text and "sha256:1" in text and "zipp" not in text


def test_a_driver_of_nvidia_gets_the_cuda_libraries(course, monkeypatch):
    assert environment.default_lock() == "requirements.lock"
    monkeypatch.setattr(environment, "NVIDIA_DRIVERS", (course / "no driver", course / "pyproject.toml"))
    assert environment.default_lock() == "requirements-gpu.lock"
    assert (Path(__file__).resolve().parents[2] / "requirements-gpu.lock").is_file()


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 14, 0)])
def test_wrong_python_is_named(course, monkeypatch, version):
    monkeypatch.setattr(environment.sys, "version_info", version)
    assert "3.11, 3.12 or 3.13 is needed, and this is {}.{}.{}".format(*version) in refusal()


def test_full_disk_is_seen_before_the_installation(course, monkeypatch):
    monkeypatch.setattr(environment.shutil, "disk_usage", lambda path: SimpleNamespace(free=1.2e9))
    assert "needs 4 GB of disk space, and 1.2 GB are free" in refusal()


@pytest.mark.parametrize(
    ("printed", "message"),
    [
        ("WARNING: Retrying ... NewConnectionError: Failed to establish a new connection", "connect to the network"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        (
            "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
            "differs from the one in the lock",
        ),
        ("ERROR: No matching distribution found for tensorflow==2.21.0", "no file for this system"),
        ("ERROR: something else", "at the end of"),
    ],
)
def test_failed_installation_gets_one_line(course, installed, monkeypatch, printed, message):
    succeed = environment.subprocess.call

    def call(command, stdout=None, **options):
        if "venv" in command:
            return succeed(command)
        stdout.write(printed)
        return 1

    monkeypatch.setattr(environment.subprocess, "call", call)
    assert message in refusal()
    assert not (course / ".venv" / environment.STAMP).exists()


@pytest.fixture
def wheel(course):
    """A package that pip can install, in a file beside a lock with its hash."""
    wheel = course / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", "")
        archive.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        archive.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("tiny-1.0.dist-info/RECORD", "")
    (course / "tiny.lock").write_text(f"tiny==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
    return wheel


@pytest.mark.parametrize("tampered", [False, True])
def test_tampered_file_stops_the_installation(course, wheel, monkeypatch, tampered):
    monkeypatch.setattr(environment, "python_in", lambda folder: sys.executable)
    if tampered:
        with zipfile.ZipFile(wheel, "a") as archive:
            archive.writestr("planted.py", "")
    options = ["--no-index", "--find-links", str(course), "--target", str(course / "installed")]

    def install():
        environment.pip_install(
            course, course / "install.log", [*options, "--require-hashes", "-r", str(course / "tiny.lock")]
        )

    if tampered:
        with pytest.raises(SystemExit, match="differs from the one in the lock, and was not installed"):
            install()
    else:
        install()
    assert (course / "installed" / "tiny.py").exists() != tampered


# By variable of pip's, what a person might have set for other work. Each ended the installation, or led it elsewhere.
FOR_OTHER_WORK = {
    "PIP_USER": "1",
    "PIP_TARGET": "elsewhere",
    "PIP_PREFIX": "elsewhere",
    "PIP_ROOT": "elsewhere",
    "PIP_PYTHON": "python of other work",
    "PIP_DRY_RUN": "1",
    "PIP_CONSTRAINT": "no such file",
    "PIP_REQUIREMENT": "no such file",
    "PIP_ONLY_BINARY": "no such kind",
    "PIP_NO_BINARY": ":all:",
    "PIP_USE_FEATURE": "no-such-feature",
    "PYTHONHOME": "no such folder",
    "PYTHONPATH": "other work",
}


@pytest.mark.parametrize("where", ["environment", "configuration file"])
def test_what_a_person_has_set_for_pip_leads_nothing_elsewhere(where, course, wheel, monkeypatch):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", course / ".venv"], check=True)
    (packages,) = (course / ".venv").rglob("site-packages")
    shutil.copytree(Path(pip.__file__).parent, packages / "pip")  # with what is compiled: quicker than venv's own
    settings = {name: value.replace("elsewhere", str(course / "elsewhere")) for name, value in FOR_OTHER_WORK.items()}
    other = course / "other work" / "tiny-1.0.dist-info"  # pip would find its package there already
    other.mkdir(parents=True)
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
    for name, value in settings.items():
        if where == "environment" or name.startswith("PYTHON"):
            monkeypatch.setenv(name, str(course / value) if name == "PYTHONPATH" else value)
    file = course / "pip.conf"
    lines = [f"{name[4:].lower().replace('_', '-')} = {value}" for name, value in settings.items() if name[3] == "_"]
    file.write_text("\n".join(["[install]", *lines * (where != "environment")]))
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    # These say how to reach packages, and hold: in a file, or in a variable.
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    with file.open("a") as stream:
        stream.write(f"\n[global]\nfind-links =\n    {course}\n    {course / 'none'}\n")
    environment.pip_install(course / ".venv", course / "install.log", ["--require-hashes", "-r", "tiny.lock"])
    assert (packages / "tiny.py").exists(), (course / "install.log").read_text()
    assert not (course / "elsewhere").exists()


def test_a_configuration_file_that_pip_cannot_read_is_named(course, monkeypatch):
    monkeypatch.setattr(environment, "python_in", lambda folder: sys.executable)
    (course / "pip.conf").write_text("no section")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(course / "pip.conf"))
    with pytest.raises(SystemExit, match="configuration file of pip cannot be read; mend the file that the log names"):
        environment.pip_install(course, course / "install.log", [])
    assert str(course / "pip.conf") in (course / "install.log").read_text()


def test_an_environment_does_not_delete_itself(course, installed, monkeypatch):
    environment.main()
    (course / "requirements.lock").write_text("setuptools==2\n")
    monkeypatch.setattr(environment.sys, "prefix", str(course / ".venv"))
    assert ".venv is out of date; type make setup" in refusal()
    assert (course / ".venv" / environment.STAMP).exists() and len(installed) == 3


def test_this_environment_is_complete_and_found_so_at_once():
    root = Path(__file__).resolve().parents[2]
    if not environment.is_complete(root / ".venv", root / environment.default_lock()):
        pytest.skip("these tests run in another environment, or in one that is out of date")
    started = time.perf_counter()
    subprocess.run([sys.executable, root / "tools" / "environment.py"], check=True)
    assert time.perf_counter() - started < 2


@pytest.mark.skipif(os.name == "nt", reason="make is for Linux and macOS")
def test_make_targets_are_those_the_readme_names():
    root = Path(__file__).resolve().parents[2]
    makefile, readme = (root / "Makefile").read_text(encoding="utf-8"), (root / "README.md").read_text(encoding="utf-8")
    for target in ("setup", "lab", "test", "reset"):
        assert f"\n{target}:" in makefile and f"make {target}" in readme
