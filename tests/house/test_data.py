"""data/: each folder says where it comes from and how it is made again, keeps its size, and stands in the index."""

import re

import numpy as np
import pytest
import tensorflow_datasets as tfds

import chapters
import data_index

FOLDERS = data_index.folders()
SETS_MB, WEIGHTS_MB, ALL_MB = 6.0, 12.0, 90.0
# They were here before the limit, and are whole collections that chapters measure on. The list may only shrink.
OLDER_MB = {"cifar10_subset": 14.0, "mnist": 23.2}


def limit_mb(name: str, files: list[str]) -> float:
    """Return how many megabytes a folder with these files may hold."""
    return OLDER_MB.get(name, WEIGHTS_MB if any(".weights." in file for file in files) else SETS_MB)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_folder_keeps_its_limit(folder):
    assert data_index.megabytes(folder) <= limit_mb(folder.name, [path.name for path in folder.iterdir()])


def test_all_data_keep_their_limit():
    assert sum(map(data_index.megabytes, FOLDERS)) <= ALL_MB
    assert set(OLDER_MB) <= {folder.name for folder in FOLDERS}


def test_new_data_sets_and_weights_have_limits_of_their_own():
    assert limit_mb("new", ["words.csv"]) == SETS_MB
    assert limit_mb("new", ["new.weights.h5", "classes.txt"]) == WEIGHTS_MB
    assert limit_mb("new", ["new.weights.npz.gz"]) == WEIGHTS_MB


def test_every_folder_has_sums():
    named = {path.name for path in data_index.DATA.iterdir() if path.is_dir() and not path.name.startswith((".", "_"))}
    assert named == {folder.name for folder in FOLDERS}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_folder_states_origin_licence_and_citation_and_has_its_maker(folder):
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert text.startswith(f"# {folder.name}\n\n")
    for row in ("Origin", "Licence", "Citation"):
        assert re.search(rf"^\| {row} \| \S.* \|$", text, re.MULTILINE), (
            f"data/{folder.name}/README.md needs the row {row}"
        )
    assert (folder / "make.py").is_file() or "there is no maker" in text, f"write data/{folder.name}/make.py"
    assert not re.search(r"\b[0-9a-f]{64}\b", text), "sums stand in SHA256SUMS and nowhere else"


@pytest.mark.parametrize("name", ["adult", "compas", "german_credit", "insteval"])
def test_a_table_of_people_holds_whole_numbers_and_no_text(name):
    with np.load(data_index.DATA / name / f"{name}.npz") as columns:
        assert {columns[column].dtype.kind for column in columns} == {"u"}


def test_the_index_is_the_present_one():
    text = data_index.README.read_text(encoding="utf-8")
    assert data_index.with_table(text) == text, "run: .venv/bin/python tools/data_index.py"


def test_a_new_folder_and_the_chapters_that_read_it_enter_the_index(tmp_path, monkeypatch):
    (tmp_path / "tides").mkdir()
    (tmp_path / "tides" / "heights.csv").write_text("1\n" * 100_000)
    (tmp_path / "tides" / "SHA256SUMS").write_text(f"{'0' * 64}  heights.csv\n")
    (tmp_path / "tides" / "README.md").write_text("# tides\n\nHeights of the sea.\n\n| Licence | CC0 |\n|---|---|\n")
    monkeypatch.setattr(data_index, "DATA", tmp_path)
    (row,) = data_index.table().splitlines()[2:]
    assert row == "| [tides](tides/README.md) | Heights of the sea | 0.2&nbsp;MB | CC0 | – |"
    monkeypatch.setattr(data_index, "DATA", chapters.ROOT / "data")
    assert "[03b](../notebooks/03b_film_reviews.ipynb)" in data_index.table()


@pytest.mark.parametrize("name", [folder.name for folder in FOLDERS if list(folder.glob("*/dataset_info.json"))])
def test_plain_tfds_reads_a_folder_and_ignores_what_stands_beside_the_data(name):
    splits = tfds.load(name, data_dir=str(data_index.DATA))
    assert all(len(list(examples.take(1))) == 1 for examples in splits.values())
