"""This machine: what is free, why a GPU stays idle, and what is wrong, each failure with its remedy."""

import hashlib
import re
import shutil
from types import SimpleNamespace

import pytest

import environment
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
    """Inspect the machine and return the lines that failed."""
    machine.inspect_machine(largest_chapter_gb)
    lines = capsys.readouterr().out.splitlines()
    assert all(line[:2] in ("✓ ", "✗ ") for line in lines)
    return [line for line in lines if line.startswith("✗")]


def test_nothing_fails_where_the_course_is_installed(capsys):
    machine.inspect_machine(largest_chapter_gb=0.1)
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
    machine.inspect_machine(largest_chapter_gb=0.1)
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
    monkeypatch.setattr(machine, "_why_unseen", lambda: "Because.")
    assert failed(capsys) == []
    machine.inspect_machine(0.1)
    assert "✓ TensorFlow sees the CPU, which is all that the course needs. Because.\n" in capsys.readouterr().out
    gpus += ["one", "two"]
    machine.inspect_machine(0.1)
    assert "✓ TensorFlow sees the CPU and 2 GPUs\n" in capsys.readouterr().out


@pytest.fixture(params=["version 2", "version 1"])
def group(request, tmp_path, monkeypatch):
    """A control group with a limit of 3 GB, 1.5 GB in use, of which 0.5 GB are cache; yields the file of its limit."""
    v2 = request.param == "version 2"
    folder = tmp_path / ("" if v2 else "memory") / "outer"
    (folder / "own").mkdir(parents=True)
    names = ("memory.max", "memory.current") if v2 else ("memory.limit_in_bytes", "memory.usage_in_bytes")
    for name, text in zip(names, ("3000000000\n", "1500000000\n"), strict=True):
        (folder / name).write_text(text)
    # In version 1, names without "total_" leave out the groups within.
    others, prefix = ("", "") if v2 else ("active_file 7\ninactive_file 7\n", "total_")
    cache = f"{prefix}active_file 300000000\n{prefix}inactive_file 200000000\n"
    (folder / "memory.stat").write_text(f"other 7\n{others}{cache}")
    (tmp_path / "groups").write_text("3:cpu:/\n0::/outer/own\n" if v2 else "4:memory:/outer/own\n")
    monkeypatch.setattr(machine, "PROCESS_GROUPS", tmp_path / "groups")
    monkeypatch.setattr(machine, "MOUNTED", tmp_path)
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=20e9))
    return folder / names[0]


def test_the_limit_of_an_outer_control_group_counts_without_its_cache(group):
    assert machine.available_memory_gb() == 2.0


def test_a_control_group_without_a_limit_does_not_count(group):
    group.write_text("max\n")
    assert machine.available_memory_gb() == 20.0


def test_where_there_are_no_control_groups_the_machine_alone_counts(group, monkeypatch, tmp_path):
    monkeypatch.setattr(machine, "PROCESS_GROUPS", tmp_path / "none")
    assert machine.available_memory_gb() == 20.0


@pytest.fixture
def linux(tmp_path, monkeypatch):
    """A Linux without driver, CUDA libraries or graphics device."""
    monkeypatch.setattr(machine.platform, "system", lambda: "Linux")
    monkeypatch.setattr(machine, "NVIDIA_DRIVERS", (tmp_path / "driver", tmp_path / "wsl"))
    monkeypatch.setattr(machine, "PCI_DEVICES", tmp_path / "pci")
    monkeypatch.setattr(machine.importlib.util, "find_spec", lambda name: None)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    return tmp_path


def plug_in(folder, vendor, device_class="0x030000"):
    device = folder / "pci" / f"0000:00:{len(list(folder.glob('pci/*'))):02d}.0"
    device.mkdir(parents=True)
    (device / "vendor").write_text(f"{vendor}\n")
    (device / "class").write_text(f"{device_class}\n")


def test_linux_without_gpu_says_nothing(linux):
    assert machine._why_unseen() == ""
    plug_in(linux, "0x8086")
    plug_in(linux, machine.PCI_NVIDIA, device_class="0x040300")  # the sound of a graphics card
    assert machine._why_unseen() == ""


@pytest.mark.parametrize("driver", ["driver", "wsl"])
def test_linux_with_a_driver_and_no_libraries_is_told_to_type_make_lab(linux, driver):
    (linux / driver).touch()
    assert machine._why_unseen() == machine.NO_LIBRARIES
    assert "type make lab" in machine.NO_LIBRARIES


@pytest.mark.parametrize("hidden", ["", "-1"])
def test_linux_with_a_hidden_gpu(linux, monkeypatch, hidden):
    (linux / "driver").touch()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", hidden)
    assert machine._why_unseen() == machine.HIDDEN


def test_linux_with_driver_and_libraries_asks_for_the_driver_and_the_container(linux, monkeypatch):
    (linux / "driver").touch()
    monkeypatch.setattr(machine.importlib.util, "find_spec", lambda name: name)
    assert machine._why_unseen() == machine.UNUSABLE


@pytest.mark.parametrize(
    ("vendors", "message"),
    [
        ([machine.PCI_NVIDIA], machine.NO_DRIVER),
        ([machine.PCI_AMD], machine.AMD),
        ([machine.PCI_AMD, machine.PCI_NVIDIA], machine.NO_DRIVER),
    ],
)
def test_linux_without_driver_looks_at_the_devices(linux, vendors, message):
    for vendor in vendors:
        plug_in(linux, vendor)
    assert machine._why_unseen() == message


def test_windows_explains_where_there_is_an_nvidia_driver(monkeypatch):
    monkeypatch.setattr(machine.platform, "system", lambda: "Windows")
    monkeypatch.setattr(machine.shutil, "which", lambda program: None)
    assert machine._why_unseen() == ""
    monkeypatch.setattr(machine.shutil, "which", lambda program: program)
    assert machine._why_unseen() == machine.WINDOWS
    assert "WSL2" in machine.WINDOWS


def test_macos_names_the_plug_in(monkeypatch):
    monkeypatch.setattr(machine.platform, "system", lambda: "Darwin")
    assert "tensorflow-metal" in machine._why_unseen()


def test_make_lab_keeps_what_is_promised_here():
    assert environment.NVIDIA_DRIVERS == machine.NVIDIA_DRIVERS
