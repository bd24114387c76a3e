"""Resolve the course's dependencies for all systems and lock them: names, versions and hashes, nothing else."""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESOLVER = "uv==0.13.9"
# One set of versions for every Python and system, so that everybody runs what was tested.
OPTIONS = [
    *("--universal", "--python-version", "3.11", "--fork-strategy", "fewest", "--upgrade"),
    *("--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--quiet"),
    *("--custom-compile-command", "make lock"),
]
LOCKS = {
    "requirements.lock": ["pyproject.toml"],
    "requirements-gpu.lock": ["pyproject.toml", "--extra", "gpu", "--constraint", "requirements.lock"],
    "data/requirements.lock": ["data/requirements.in", "--constraint", "requirements.lock"],
    "docs/requirements.lock": ["docs/requirements.in", "--constraint", "requirements.lock"],
    "audits/browser/requirements.lock": ["audits/browser/requirements.in", "--constraint", "requirements.lock"],
}
LOWEST = ["pyproject.toml", "--resolution", "lowest-direct"]  # the audit `lowest` resolves it when it runs


def resolve(locks: dict[str, list[str]]) -> None:
    """Write lock files, in this order.

    Args:
        locks: for each file, named from the course's folder, what to resolve and how.
    """
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        programs = Path(folder) / ("Scripts" if sys.platform == "win32" else "bin")
        subprocess.run([programs / "python", "-m", "pip", "install", "--quiet", RESOLVER], check=True)
        for lock, sources in locks.items():
            subprocess.run([programs / "uv", "pip", "compile", *OPTIONS, *sources, "-o", lock], cwd=ROOT, check=True)


if __name__ == "__main__":
    resolve(LOCKS)
