"""The files of data/: complete, described, and refused where they are damaged."""

import errno
import os
import re
import shlex
import shutil
import subprocess
import tempfile
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path

import pytest

import chapters
from course_lib import data_files, datasets
from course_lib.data_files import DATA_DIR, SUMS, DataError, verify
from course_lib.models.efficientnet_lite import efficientnet_lite0

GOOD_CALLS = {data_files.verify: {"name": "photographs"}}

NAMES = data_files.names()
DAMAGES = {
    "removed": lambda path: path.unlink(),
    "emptied": lambda path: path.write_bytes(b""),
    "truncated": lambda path: path.write_bytes(path.read_bytes()[:-2]),
    "cut in half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "flipped": lambda path: path.write_bytes(_flipped(path.read_bytes())),
    "unreadable": lambda path: path.chmod(0),
    "a folder": lambda path: (path.unlink(), path.mkdir(), (path / "notes.txt").touch()),
}
WHAT_TO_DO = {"unreadable": r"chmod -R u\+rX", "a folder": "move it away, then restore it with: git restore data/"}
DATA_SETS = sorted(path.parts[-3] for path in DATA_DIR.glob("*/*/dataset_info.json"))
READERS = [  # every function of the library that reads data/, after the name of what it reads
    *((name, partial(load, name)) for name in DATA_SETS for load in (datasets.load, datasets.load_arrays)),
    *((name, partial(datasets.load_features, name)) for name in DATA_SETS),
    ("efficientnet_lite0", efficientnet_lite0),
]
READS_DATA = re.compile(r'DATA_DIR(?: / "(\w+)")?|\bdata/(\w*)')  # in a cell, its imports left out


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
    """Lose the right of the superuser to read every file; skip the test where there is no other user."""
    superuser = hasattr(os, "geteuid") and os.geteuid() == 0
    if superuser:
        try:
            os.seteuid(65534)
        except OSError as error:  # a namespace that knows one user, as in `make audit NAME=offline`
            pytest.skip(f"the superuser reads every file, and cannot become another user here ({error.strerror})")
    try:
        yield
    finally:
        if superuser:
            os.seteuid(0)


def copy_data(name, folder):
    """Copy a data set's folder in place of the one that is there; return the files that its sums name."""
    shutil.rmtree(folder / name, ignore_errors=True)
    shutil.copytree(DATA_DIR / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return [folder / name / line.split()[1] for line in (folder / name / SUMS).read_text().splitlines()]


def unverified_reads(source):
    """Return what a cell reads of data/ itself and has not verified before."""
    code = re.sub(r"^(from|import) .*", "", source, flags=re.MULTILINE)
    return [
        read[0] for read in READS_DATA.finditer(code) if f'verify("{read[1] or read[2]}")' not in code[: read.start()]
    ]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("name", NAMES)
def test_each_damaged_file_is_named_with_what_to_do(name, damage, copied_data):
    if damage == "unreadable" and os.name == "nt":
        pytest.skip("Windows has no such permission")
    sums = copied_data / name / SUMS
    for path in [*copy_data(name, copied_data), sums]:
        DAMAGES[damage](path)
        what_to_do = WHAT_TO_DO.get(damage, "git restore data/")
        user = as_ordinary_user() if damage == "unreadable" else nullcontext()
        with user, pytest.raises(DataError, match=what_to_do) as raised:
            verify(name)
        # A changed sum cannot be told from a changed file; the command restores both.
        assert path.name in str(raised.value) or (path == sums and damage == "flipped")
        copy_data(name, copied_data)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permission")
def test_a_folder_that_may_not_be_read_is_opened_by_the_command_that_is_named(copied_data):
    copy_data("photographs", copied_data)
    (copied_data / "photographs").chmod(0)
    with as_ordinary_user(), pytest.raises(DataError, match="chmod -R u") as raised:
        verify("photographs")
    subprocess.run(shlex.split(str(raised.value).split("with: ")[1]), check=True)
    assert (copied_data / "photographs").stat().st_mode & 0o500 == 0o500


def test_a_user_that_cannot_be_changed_is_a_reason_to_skip(monkeypatch):
    def refuse(user):
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(os, "seteuid", refuse, raising=False)
    with pytest.raises(pytest.skip.Exception, match="Invalid argument"), as_ordinary_user():
        pass


@pytest.mark.parametrize("stray", ["Thumbs.db", "deeper/notes.txt", "deeper/README.md", "deeper/make.py"])
def test_a_stray_file_is_named_with_what_to_do(stray, copied_data):
    copy_data("photographs", copied_data)
    path = copied_data / "photographs" / stray
    path.parent.mkdir(exist_ok=True)
    path.touch()
    with pytest.raises(
        DataError, match="delete it if you put it there, otherwise restore the sums with: git"
    ) as raised:
        verify("photographs")
    assert str(path) in str(raised.value)
    path.unlink()
    verify("photographs")


@pytest.mark.parametrize("hidden", [".DS_Store", ".ipynb_checkpoints/x.csv", "deeper/.cache/x/y.csv"])
def test_hidden_files_are_no_fault(hidden, copied_data):
    copy_data("photographs", copied_data)
    path = copied_data / "photographs" / hidden
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    verify("photographs")


@pytest.mark.parametrize("line", [0, -1])
def test_sums_that_lack_a_line_are_refused(line, copied_data):
    missing = copy_data("photographs", copied_data)[line].name
    sums = copied_data / "photographs" / SUMS
    sums.write_text("".join(text for text in sums.read_text().splitlines(keepends=True) if missing not in text))
    with pytest.raises(DataError, match=rf"{missing} is in no line of data/photographs/{SUMS}.*git restore"):
        verify("photographs")


@pytest.mark.parametrize(("name", "read"), READERS)
def test_every_reader_refuses_each_damaged_file(name, read, copied_data, monkeypatch):
    monkeypatch.setattr(
        datasets, "_load", datasets._load.__wrapped__.__wrapped__
    )  # the cached one reads each data set once
    for path in copy_data(name, copied_data):
        whole = path.read_bytes()
        path.write_bytes(_flipped(whole))
        with pytest.raises(DataError, match=f"{path.name} is damaged"):
            read()
        path.write_bytes(whole)


@pytest.mark.parametrize("path", chapters.chapter_files(), ids=lambda path: path.stem)
def test_a_chapter_verifies_what_it_reads_of_data_itself(path):
    cells = [cell.source for cell in chapters.read(path).cells if cell.cell_type == "code"]
    assert [unverified_reads(source) for source in cells if unverified_reads(source)] == []


@pytest.mark.parametrize(
    "source",
    [
        'pairs = (DATA_DIR / "pairs" / "pairs.csv").read_text()',
        'pairs = (DATA_DIR / "pairs" / "pairs.csv").read_text()\nverify("pairs")',
        'verify("mnist")\npairs = (DATA_DIR / "pairs" / "pairs.csv").read_text()',
        'pairs = open("../data/pairs/pairs.csv")',
        'verify("pairs")\npairs = list(DATA_DIR.iterdir())',
    ],
)
def test_a_read_that_is_not_verified_is_found(source):
    assert unverified_reads(source)


def test_a_verified_read_is_allowed():
    read = 'pairs = (DATA_DIR / "pairs" / "pairs.csv").read_text()'
    assert not unverified_reads(f'from course_lib.data_files import DATA_DIR, verify\nverify("pairs")\n{read}')


@pytest.mark.parametrize("name", NAMES)
def test_every_data_set_is_complete(name):
    verify(name)


def test_a_folder_that_is_gone_is_missed(copied_data):
    shutil.copy(DATA_DIR / "README.md", copied_data)
    with pytest.raises(DataError, match=rf"{SUMS} is missing; restore it with: git restore data/mnist"):
        verify("mnist")


@pytest.mark.parametrize("beside", ["README.md", "make.py", "__pycache__/make.pyc"])
def test_what_describes_and_makes_the_data_may_stand_beside_them(beside, copied_data):
    copy_data("photographs", copied_data)
    path = copied_data / "photographs" / beside
    path.parent.mkdir(exist_ok=True)
    path.write_text("changed")
    verify("photographs")
