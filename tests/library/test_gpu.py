"""Why a GPU stays idle: each system, each state of its driver, gets the explanation that fits."""

import importlib.util

import pytest

import environment
from course_lib import gpu


@pytest.fixture
def linux(tmp_path, monkeypatch):
    """A Linux without driver, CUDA libraries or graphics device."""
    monkeypatch.setattr(gpu.platform, "system", lambda: "Linux")
    monkeypatch.setattr(gpu, "NVIDIA_DRIVERS", (tmp_path / "driver", tmp_path / "wsl"))
    monkeypatch.setattr(gpu, "PCI_DEVICES", tmp_path / "pci")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    return tmp_path


def plug_in(folder, vendor, device_class="0x030000"):
    device = folder / "pci" / f"0000:00:{len(list(folder.glob('pci/*'))):02d}.0"
    device.mkdir(parents=True)
    (device / "vendor").write_text(f"{vendor}\n")
    (device / "class").write_text(f"{device_class}\n")


def test_linux_without_gpu_says_nothing(linux):
    assert gpu.why_unseen() == ""
    plug_in(linux, "0x8086")
    plug_in(linux, gpu.PCI_NVIDIA, device_class="0x040300")  # the sound of a graphics card
    assert gpu.why_unseen() == ""


@pytest.mark.parametrize("driver", ["driver", "wsl"])
def test_linux_with_a_driver_and_no_libraries_is_told_to_type_make_lab(linux, driver):
    (linux / driver).touch()
    assert gpu.why_unseen() == gpu.NO_LIBRARIES
    assert "type make lab" in gpu.NO_LIBRARIES


@pytest.mark.parametrize("hidden", ["", "-1"])
def test_linux_with_a_hidden_gpu(linux, monkeypatch, hidden):
    (linux / "driver").touch()
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", hidden)
    assert gpu.why_unseen() == gpu.HIDDEN


def test_linux_with_driver_and_libraries_asks_for_the_driver_and_the_container(linux, monkeypatch):
    (linux / "driver").touch()
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: name)
    assert gpu.why_unseen() == gpu.UNUSABLE


@pytest.mark.parametrize(
    ("vendors", "message"),
    [([gpu.PCI_NVIDIA], gpu.NO_DRIVER), ([gpu.PCI_AMD], gpu.AMD), ([gpu.PCI_AMD, gpu.PCI_NVIDIA], gpu.NO_DRIVER)],
)
def test_linux_without_driver_looks_at_the_devices(linux, vendors, message):
    for vendor in vendors:
        plug_in(linux, vendor)
    assert gpu.why_unseen() == message


def test_windows_explains_where_there_is_an_nvidia_driver(monkeypatch):
    monkeypatch.setattr(gpu.platform, "system", lambda: "Windows")
    monkeypatch.setattr(gpu.shutil, "which", lambda program: None)
    assert gpu.why_unseen() == ""
    monkeypatch.setattr(gpu.shutil, "which", lambda program: program)
    assert gpu.why_unseen() == gpu.WINDOWS
    assert "WSL2" in gpu.WINDOWS


def test_macos_names_the_plug_in(monkeypatch):
    monkeypatch.setattr(gpu.platform, "system", lambda: "Darwin")
    assert "tensorflow-metal" in gpu.why_unseen()


def test_make_lab_keeps_what_is_promised_here():
    assert environment.NVIDIA_DRIVERS == gpu.NVIDIA_DRIVERS
