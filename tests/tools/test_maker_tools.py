"""What the makers of data share: a finished data set takes its place, and what a person wrote there stays."""

import bz2
import hashlib
import sys

import numpy as np
import pytest

import chapters

sys.path.append(str(chapters.ROOT / "data"))

import maker_tools


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Make a data set of one file, beside an older one that has two and stands in its place."""
    old, new = tmp_path / "data" / "tides", tmp_path / "made" / "tides"
    for folder, names in ((old, ("1.0.0/heights.csv", "old.csv", "README.md", "make.py")), (new, ("2.0.0/tides.csv",))):
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(name)
    monkeypatch.setattr(maker_tools, "DATA_DIR", tmp_path / "data")
    return new.parent


def test_the_new_data_replace_the_old_ones_and_readme_and_maker_stay(made, tmp_path):
    maker_tools.replace_data_set("tides", made)
    target = tmp_path / "data" / "tides"
    there = {path.relative_to(target).as_posix() for path in target.rglob("*") if path.is_file()}
    assert there == {"2.0.0/tides.csv", "README.md", "make.py", "SHA256SUMS"}
    digest = hashlib.sha256(b"2.0.0/tides.csv").hexdigest()
    assert (target / "SHA256SUMS").read_text() == f"{digest}  2.0.0/tides.csv\n"


def test_the_maker_says_whether_the_sums_are_those_of_before(made, capsys):
    for said in ("sums recorded", "sums as recorded before"):
        maker_tools.replace_data_set("tides", made)
        assert capsys.readouterr().out.endswith(f"1 files, {said}\n")
    (made / "tides" / "2.0.0" / "tides.csv").write_text("changed")
    maker_tools.replace_data_set("tides", made)
    assert capsys.readouterr().out.endswith("1 files, sums NEW: they differ from those before\n")


def test_a_package_with_another_sum_stops_the_maker():
    with pytest.raises(SystemExit, match=r"tides-1\.0 has the sha256 sum .*, expected 0; nothing was changed"):
        maker_tools.verify_sum("tides-1.0", b"content", "0")


def test_running_text_has_one_line_for_each_paragraph_and_is_read_back(tmp_path):
    lines = maker_tools.paragraphs("\nCHAPTER  I\n \n\n  It was\na dark   night.\n\n")
    assert lines == ["CHAPTER I", "It was a dark night."]
    maker_tools.write_texts(tmp_path / "novel", {"train": lines, "test": ["£1"]})
    packed = {path.name: bz2.decompress(path.read_bytes()).decode("utf-8") for path in (tmp_path / "novel").iterdir()}
    assert packed == {"train.txt.bz2": "CHAPTER I\nIt was a dark night.\n", "test.txt.bz2": "£1\n"}


def test_whole_numbers_take_the_smallest_type_and_are_complete():
    small = maker_tools.as_small_numbers({"age": np.array([0, 255]), "pay": np.array([0, 256])}, 2)
    assert {name: values.dtype.name for name, values in small.items()} == {"age": "uint8", "pay": "uint16"}
    for wrong in ([0, -1], [0]):
        with pytest.raises(AssertionError):
            maker_tools.as_small_numbers({"age": np.array(wrong)}, 2)


def test_without_the_programs_of_debian_a_maker_that_needs_them_stops(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match="apt-get is needed to fetch novels=1; run this maker on Debian 12"):
        maker_tools.fetch_debian_package("novels=1", "0", tmp_path)
