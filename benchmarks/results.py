"""The measured outcomes in results.json: by device, job and side, one entry for each run."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

FILE = Path(__file__).parent / "results.json"


def stored() -> dict[str, Any]:
    """Return all results; nothing before the first run."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def store(device: str, jobs: dict[str, Any]) -> None:
    """Put the jobs of a device in the place of those that were stored."""
    FILE.write_text(json.dumps({**stored(), device: jobs}, indent=1) + "\n", encoding="utf-8")


def versions() -> dict[str, str]:
    """Return the versions of the packages that a time depends on."""
    return {package: version(package) for package in ("tensorflow", "keras")}


def device() -> str:
    """Return the name of what TensorFlow computes on: the first GPU, or the processor and its number of cores."""
    import tensorflow as tf

    gpus = tf.config.list_physical_devices("GPU")
    if gpus:
        return tf.config.experimental.get_device_details(gpus[0])["device_name"]
    return f"{psutil.cpu_count()} cores of {_processor()}"


def _processor() -> str:
    """Return the processor's name as Linux gives it; elsewhere the name of its architecture."""
    import platform

    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":")[1].strip()
    return platform.machine()
