"""The files of data/: complete, described, and refused where they are damaged."""

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from course_lib import data_files
from course_lib.data_files import DATA_DIR, DataError, verify

NAMES = sorted(path.stem for path in DATA_DIR.glob("*.sha256"))
DAMAGES = {
    "removed": lambda path: path.unlink(),
    "emptied": lambda path: path.write_bytes(b""),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-2]),
    "cut in half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "flipped": lambda path: path.write_bytes(_flipped(path.read_bytes())),
    "unreadable": lambda path: path.chmod(0),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
}


def _flipped(content):
    place = len(content) // 3
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


@pytest.fixture
def copied_data(monkeypatch):
    """An empty folder in the place of data/, which another user, too, may enter."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setattr(data_files, "DATA_DIR", Path(folder))
        yield Path(folder)


@contextmanager
def as_ordinary_user():
    """Lose the right of the superuser to read every file."""
    superuser = hasattr(os, "geteuid") and os.geteuid() == 0
    if superuser:
        os.seteuid(65534)
    try:
        yield
    finally:
        if superuser:
            os.seteuid(0)


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", NAMES)
def test_each_damaged_file_is_named_with_what_to_do(name, damage, copied_data):
    if damage == "unreadable" and os.name == "nt":
        pytest.skip("Windows has no such permission")
    listed = [line.split(maxsplit=1)[1] for line in (DATA_DIR / f"{name}.sha256").read_text().splitlines()]
    for relative in [*listed, f"{name}.sha256"]:
        shutil.copytree(DATA_DIR / name, copied_data / name, dirs_exist_ok=True)
        shutil.copy(DATA_DIR / f"{name}.sha256", copied_data)
        DAMAGES[damage](copied_data / relative)
        wanted, what_to_do = DataError, "chmod u\\+r" if damage in ("unreadable", "a folder") else "git restore data/"
        if relative.endswith(".sha256") and damage == "removed":
            wanted, what_to_do = ValueError, f"there is no '{name}' in"
        with as_ordinary_user(), pytest.raises(wanted, match=what_to_do) as raised:
            verify(name)
        # A changed sum cannot be told from a changed file; the command restores both.
        sums_changed = relative.endswith(".sha256") and damage == "flipped"
        assert Path(relative).name in str(raised.value) or sums_changed or wanted is ValueError
        for path in (copied_data / name, copied_data / f"{name}.sha256"):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


@pytest.mark.parametrize(
    "folder", [path for path in DATA_DIR.iterdir() if path.is_dir() and path.name != "__pycache__"]
)
def test_each_folder_of_data_has_sums(folder):
    assert folder.name in NAMES


def test_every_data_set_is_complete():
    for sums in DATA_DIR.glob("*.sha256"):
        verify(sums.stem)


def test_readme_of_data_states_each_sum():
    text = (DATA_DIR / "README.md").read_text(encoding="utf-8")
    for sums in DATA_DIR.glob("*.sha256"):
        for line in sums.read_text().splitlines():
            digest, name = line.split()
            assert digest in text and name.split("/")[-1] in text
