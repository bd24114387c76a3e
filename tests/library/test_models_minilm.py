"""MiniLM: the original network's answers, padding, texts without words, damaged weights, saving."""

import shutil

import keras
import numpy as np
import pytest

from course_lib import data_files
from course_lib.data_files import DATA_DIR, DataError
from course_lib.models.minilm import minilm, vocabulary
from course_lib.word_pieces import numbered_pieces


@pytest.fixture(scope="module")
def network():
    return minilm()


@pytest.fixture(scope="module")
def reference():
    return np.load(DATA_DIR / "minilm" / "reference.npz")


def cosine(one, other):
    return (one * other).sum(-1) / np.linalg.norm(one, axis=-1) / np.linalg.norm(other, axis=-1)


def test_answers_are_those_of_the_original_after_each_layer(network, reference):
    numbers = reference["pieces"].astype("int32")
    real = (numbers > 0)[:, :, None]
    means = [(states * real).sum(axis=1) / real.sum(axis=1) for states in network.predict(numbers, verbose=0)]
    worst = cosine(np.stack(means, axis=1), reference["means"].astype("float32")).min(axis=0)
    assert (worst > [0.998, 0.999, 0.999, 0.999, 0.998, 0.998, 0.994]).all(), worst


def test_sizes(network):
    assert network.count_params() == 16_628_736 and len(vocabulary()) == 15_448 and not network.compiled
    assert [output.shape for output in network.outputs] == [(None, None, 384)] * 7


def test_padding_changes_nothing(network):
    one = numbered_pieces(["The film is good."], vocabulary())
    longer = np.pad(one, ((0, 0), (0, 9)))
    for alone, filled in zip(network(one), network(longer), strict=True):
        np.testing.assert_allclose(alone, filled[:, : one.shape[1]], atol=1e-5)


def test_a_text_without_words_and_the_longest_text_get_finite_answers(network):
    numbers = numbered_pieces(["", "a fine film " * 100, "电影很好"], vocabulary())
    assert numbers.shape == (3, 128)
    assert all(np.isfinite(states).all() for states in network.predict(numbers, verbose=0))


@pytest.mark.parametrize("file", ["minilm.weights.npz.gz", "vocabulary.txt"])
def test_damaged_files_are_named_with_the_command_that_restores_them(tmp_path, monkeypatch, file):
    shutil.copytree(DATA_DIR / "minilm", tmp_path / "minilm")
    monkeypatch.setattr(data_files, "DATA_DIR", tmp_path)
    (tmp_path / "minilm" / file).write_bytes(b"broken")
    for function in (minilm, vocabulary):
        with pytest.raises(DataError, match=rf"{file} is damaged.*git restore data/minilm"):
            function()


def test_saved_and_loaded_network_gives_the_same_outputs(network, tmp_path):
    numbers = numbered_pieces(["The film is good."], vocabulary())
    network.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again(numbers)[-1], network(numbers)[-1])
