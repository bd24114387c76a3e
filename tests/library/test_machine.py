"""The check of a machine: all is well here, and each failure gets its line with the remedy."""

import hashlib
import re
import shutil
from types import SimpleNamespace

import pytest

from course_lib import data_files, machine


@pytest.fixture
def tiny_data(tmp_path, monkeypatch):
    """A data/ with one data set of one file, and its index."""
    (tmp_path / "README.md").write_text("| [tiny](tiny/README.md) | three digits |\n")
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny" / "numbers").write_bytes(b"123")
    (tmp_path / "tiny" / data_files.SUMS).write_text(f"{hashlib.sha256(b'123').hexdigest()}  numbers\n")
    monkeypatch.setattr(data_files, "DATA_DIR", tmp_path)
    return tmp_path


def failed(capsys, largest_chapter_gb=0.1):
    """Check the machine and return the lines that failed."""
    machine.check_machine(largest_chapter_gb)
    lines = capsys.readouterr().out.splitlines()
    assert all(line[:2] in ("✓ ", "✗ ") for line in lines)
    return [line for line in lines if line.startswith("✗")]


def test_nothing_fails_where_the_course_is_installed(capsys):
    machine.check_machine(largest_chapter_gb=0.1)
    text = capsys.readouterr().out
    assert "✗" not in text
    for found in (
        "Python 3.",
        "tensorflow 2.",
        "keras 3.",
        "sees",
        "of memory are free",
        "of disk space",
        "data/mnist",
    ):
        assert found in text


def test_data_sets_and_weights_are_all_looked_at(capsys):
    machine.check_machine(largest_chapter_gb=0.1)
    text = capsys.readouterr().out
    names = data_files.names()
    assert names and all(f"✓ data/{name} is complete" in text for name in names)


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 14, 0)])
def test_wrong_python(monkeypatch, capsys, tiny_data, version):
    monkeypatch.setattr(machine, "sys", SimpleNamespace(version_info=version))
    (line,) = failed(capsys)
    assert "Python {}.{}.{}".format(*version) in line and line.endswith("type make lab PYTHON=python3.12")


@pytest.mark.parametrize(
    ("package", "installed", "problem"),
    [
        ("tensorflow", "2.20.1", "tensorflow 2.20.1, and the course needs <2.22,>=2.21: "),
        ("tensorflow", None, "tensorflow is not installed, and the course needs <2.22,>=2.21: "),
    ],
)
def test_package_of_another_version_or_missing(monkeypatch, capsys, tiny_data, package, installed, problem):
    real = machine.metadata.version

    def version(name):
        if name != package:
            return real(name)
        if installed is None:
            raise machine.metadata.PackageNotFoundError
        return installed

    monkeypatch.setattr(machine.metadata, "version", version)
    (line,) = failed(capsys)
    assert problem in line
    assert "delete the course's folder .venv" in line and line.endswith("type make lab")


def test_windows_has_no_make(monkeypatch, capsys, tiny_data):
    monkeypatch.setattr(machine.platform, "system", lambda: "Windows")
    monkeypatch.setattr(machine, "sys", SimpleNamespace(version_info=(3, 10, 0)))
    (line,) = failed(capsys)
    assert line.endswith(r"type py -3.12 tools\environment.py and then .venv\Scripts\python tools\lab.py")


def test_too_little_memory(monkeypatch, capsys, tiny_data):
    monkeypatch.setattr(machine, "available_memory_gb", lambda: 2.14)
    (line,) = failed(capsys, largest_chapter_gb=3.0)
    assert "2.1 GB of memory are free, and the largest chapter needs 3.0 GB" in line
    assert "Shut Down All Kernels" in line


def test_full_disk(monkeypatch, capsys, tiny_data):
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda path: SimpleNamespace(free=3e8))
    (line,) = failed(capsys)
    assert "0.3 GB of disk space are free" in line and "delete files until 1 GB are free" in line


@pytest.mark.parametrize(
    ("damage", "remedy"),
    [
        (lambda data: (data / "tiny" / "numbers").write_bytes(b"124"), "numbers is damaged"),
        (lambda data: (data / "tiny" / "numbers").unlink(), "numbers is missing; restore it with: git restore"),
        (
            lambda data: (data / "tiny" / data_files.SUMS).unlink(),
            "SHA256SUMS is missing; restore it with: git restore data/tiny",
        ),
        (lambda data: shutil.rmtree(data / "tiny"), "SHA256SUMS is missing; restore it with: git restore data/tiny"),
        (lambda data: shutil.rmtree(data), "data/ is missing: .* type git restore data"),
    ],
    ids=["altered", "no file", "no sums", "no folder", "nothing"],
)
def test_data_not_complete(capsys, tiny_data, damage, remedy):
    damage(tiny_data)
    (line,) = failed(capsys)
    assert re.search(remedy, line), line


def test_gpus_are_counted_and_a_missing_one_is_explained(monkeypatch, capsys, tiny_data):
    import tensorflow as tf

    gpus = []
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: gpus)
    monkeypatch.setattr(machine, "why_unseen", lambda: "Because.")
    assert failed(capsys) == []
    machine.check_machine(0.1)
    assert "✓ TensorFlow sees the CPU, which is all that the course needs. Because.\n" in capsys.readouterr().out
    gpus += ["one", "two"]
    machine.check_machine(0.1)
    assert "✓ TensorFlow sees the CPU and 2 GPUs\n" in capsys.readouterr().out
