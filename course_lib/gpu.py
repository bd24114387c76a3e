"""Says why TensorFlow does not see a GPU that this machine has, by operating system."""

import importlib.util
import os
import platform
import shutil
from pathlib import Path

# What an NVIDIA driver shows on Linux, and in the Linux inside Windows (WSL2).
NVIDIA_DRIVERS = (Path("/proc/driver/nvidia/version"), Path("/usr/lib/wsl/lib/libcuda.so.1"))
PCI_DEVICES = Path("/sys/bus/pci/devices")
PCI_DISPLAY = "0x03"  # the first digits of a device's class
PCI_NVIDIA, PCI_AMD = "0x10de", "0x1002"  # a device's vendor

MACOS = (
    "The GPU of a Mac stays idle: TensorFlow itself does not support it. Apple publishes a plug-in, tensorflow-metal; "
    "the course neither needs it nor was tried with it."
)
WINDOWS = (
    "There is an NVIDIA GPU, and TensorFlow for Windows has not used any since version 2.11. To use it, install WSL2 "
    "(in PowerShell: wsl --install), clone the course in the Linux there, and type make lab."
)
NO_LIBRARIES = (
    "There is an NVIDIA driver, and this environment lacks the CUDA libraries. To use the GPU, close JupyterLab and "
    "type make lab: it finds the driver and installs them, 10 GB in all."
)
HIDDEN = "The NVIDIA GPU is hidden by the variable CUDA_VISIBLE_DEVICES: unset it, then type make lab."
UNUSABLE = (
    "There are an NVIDIA driver and the CUDA libraries, and still TensorFlow sees no GPU. Type nvidia-smi in a "
    "terminal: it must list the GPU and a driver of version 525 or later. A container must be started with access to "
    "the GPU (docker run --gpus all)."
)
NO_DRIVER = (
    "There is an NVIDIA GPU and no NVIDIA driver. To use it, install the driver with your system's package manager, "
    "restart the computer, and type make lab."
)
AMD = (
    "There is an AMD GPU, and the published TensorFlow uses those of NVIDIA only. AMD has a TensorFlow of its own for "
    "some of its GPUs (ROCm); the course neither needs it nor was tried with it."
)


def why_unseen() -> str:
    """Return why TensorFlow sees no GPU, and what to do; nothing where no GPU was found that it could use.

    Call it where TensorFlow lists no GPU.
    """
    system = platform.system()
    if system == "Darwin":
        return MACOS
    if system == "Windows":
        return WINDOWS if shutil.which("nvidia-smi") else ""  # NVIDIA's driver brings this program
    if any(path.exists() for path in NVIDIA_DRIVERS):
        return _with_nvidia_driver()
    vendors = _display_vendors()
    return NO_DRIVER if PCI_NVIDIA in vendors else AMD if PCI_AMD in vendors else ""


def _with_nvidia_driver() -> str:
    if os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1"):
        return HIDDEN
    return NO_LIBRARIES if importlib.util.find_spec("nvidia") is None else UNUSABLE


def _display_vendors() -> set[str]:
    """Return the vendors of the graphics devices that Linux found on its PCI bus."""
    return {
        (device / "vendor").read_text().strip()
        for device in PCI_DEVICES.glob("*")
        if (device / "class").read_text().startswith(PCI_DISPLAY)
    }
