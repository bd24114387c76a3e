"""The files of data/: complete, described, and refused where they are damaged."""

import shutil

import pytest

from course_lib import data_files
from course_lib.data_files import DATA_DIR, DataError, verify


@pytest.fixture
def copied_data(tmp_path, monkeypatch):
    """A copy of data/mnist that a test may damage."""
    shutil.copytree(DATA_DIR / "mnist", tmp_path / "mnist")
    shutil.copy(DATA_DIR / "mnist.sha256", tmp_path)
    monkeypatch.setattr(data_files, "DATA_DIR", tmp_path)
    return tmp_path


@pytest.mark.parametrize("damage", ["missing", "truncated", "altered"])
def test_damaged_file_is_named_with_the_command_that_restores_it(copied_data, damage):
    path = next(copied_data.rglob("mnist-test.tfrecord*"))
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "truncated":
        path.write_bytes(content[:1000])
    else:
        path.write_bytes(content[:5000] + bytes([content[5000] ^ 1]) + content[5001:])
    with pytest.raises(DataError, match=rf"{path.name} .*git restore data/mnist .*make data"):
        verify("mnist")


def test_every_data_set_is_complete():
    for sums in DATA_DIR.glob("*.sha256"):
        verify(sums.stem)


def test_readme_of_data_states_each_sum():
    text = (DATA_DIR / "README.md").read_text(encoding="utf-8")
    for sums in DATA_DIR.glob("*.sha256"):
        for line in sums.read_text().splitlines():
            digest, name = line.split()
            assert digest in text and name.split("/")[-1] in text
