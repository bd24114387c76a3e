"""What the makers of data sets share: fetch a published package, verify it, record the sums of what was made."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

DATA_DIR = Path(__file__).resolve().parent


def check_sum(what: str, content: bytes, expected: str, algorithm: str = "sha256") -> None:
    """Stop with one line unless the content has the expected sum."""
    found = hashlib.new(algorithm, content).hexdigest()
    if found != expected:
        sys.exit(f"error: {what} has the {algorithm} sum {found}, expected {expected}; nothing was changed")


def fetch_npm_package(specification: str, sha512: str, folder: Path) -> Path:
    """Download a package's archive with npm and verify it.

    Args:
        specification: name@version.
        sha512: the archive's sum, in hexadecimal digits.
        folder: where to put it.

    Returns:
        The archive's path.
    """
    if shutil.which("npm") is None:
        sys.exit(f"error: npm is needed to fetch {specification}; install Node.js (on Debian: sudo apt install npm)")
    command = [shutil.which("npm"), "pack", "--silent", specification]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"error: npm could not fetch {specification}: {result.stderr.strip().splitlines()[-1:]}")
    archive = folder / result.stdout.split()[-1]
    check_sum(specification, archive.read_bytes(), sha512, "sha512")
    return archive


def replace_data_set(name: str, made: Path) -> None:
    """Put a finished data set in its place, and write the sums of its files to NAME.sha256.

    Args:
        name: the data set's name.
        made: the folder that holds it as NAME/VERSION/...
    """
    target = DATA_DIR / name
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(made / name, target)
    files = sorted(path for path in target.rglob("*") if path.is_file())
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(DATA_DIR).as_posix()}" for path in files
    ]
    sums = DATA_DIR / f"{name}.sha256"
    before = sums.read_text() if sums.is_file() else None
    sums.write_text("\n".join(lines) + "\n")
    change = {None: "recorded", sums.read_text(): "as recorded before"}.get(
        before, "NEW: they differ from those before"
    )
    print(f"{target}: {len(files)} files, sums {change}")
