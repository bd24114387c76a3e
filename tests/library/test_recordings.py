"""Recorded words: the bytes they were made of, and pictures as TensorFlow would make them."""

import shutil

import numpy as np
import pytest
import tensorflow as tf

from course_lib import data_files
from course_lib.data_files import DATA_DIR, DataError
from course_lib.recordings import NAME, picture, spoken_digits

NOISE = np.random.default_rng(0).normal(size=4000)
GOOD_CALLS = {picture: {"sound": NOISE}}


def tone(hertz):
    return np.sin(2 * np.pi * hertz * np.arange(2000) / 8000)


@pytest.fixture(scope="module")
def spoken():
    return spoken_digits()


def test_words_are_the_stored_bytes_and_mu_law_makes_these_again(spoken):
    with np.load(DATA_DIR / NAME / f"{NAME}.npz") as data:
        sounds = np.concatenate(spoken.words)
        again = 127.5 + 127.5 * np.sign(sounds) * np.log1p(255 * np.abs(sounds)) / np.log(256)
        np.testing.assert_array_equal(np.round(again), data["sounds"])
        assert [len(word) for word in spoken.words] == data["lengths"].tolist()
        for name in ("digits", "languages", "human"):
            np.testing.assert_array_equal(getattr(spoken, name), data[name])
    assert sounds.dtype == np.float32 and np.abs(sounds).max() <= 1


def test_who_recorded_two_sets_is_one_speaker(spoken):
    people = set(spoken.speakers[spoken.human].tolist())
    assert people == set(range(15)) - {11} and set(spoken.speakers[~spoken.human].tolist()) == set(range(12))
    both = spoken.human & (spoken.speakers == 10)
    assert both.sum() == 20 and set(spoken.languages[both].tolist()) == {"en", "es"}


def test_whole_numbers_can_be_subtracted(spoken):  # of unsigned bytes 0 - 1 is 255
    assert spoken.digits.dtype == spoken.speakers.dtype == int and spoken.human.dtype == bool


def test_damaged_recordings_are_refused(monkeypatch, tmp_path):
    shutil.copytree(DATA_DIR / NAME, tmp_path / NAME)
    (tmp_path / NAME / f"{NAME}.npz").write_bytes(b"no sounds")
    monkeypatch.setattr(data_files, "DATA_DIR", tmp_path)
    with pytest.raises(DataError, match=r"spoken_digits\.npz is damaged"):
        spoken_digits()


def test_a_picture_is_that_of_tensorflow():
    scaled = (NOISE / np.abs(NOISE).max()).astype(np.float32)
    magnitudes = np.abs(tf.signal.stft(scaled, frame_length=256, frame_step=128))
    bands = magnitudes @ tf.signal.linear_to_mel_weight_matrix(32, 129, 8000, 60.0, 3800.0).numpy()
    assert picture(NOISE).dtype == np.float32
    np.testing.assert_allclose(picture(NOISE), np.log1p(10 * bands), atol=1e-4)


@pytest.mark.parametrize(("samples", "windows"), [(256, 1), (383, 1), (384, 2), (4000, 30)])
def test_a_sound_has_as_many_windows_as_fit_whole(samples, windows):
    assert picture(NOISE[:samples]).shape == (windows, 32)


def test_loudness_as_a_whole_changes_nothing_and_silence_is_zero():
    np.testing.assert_allclose(picture(NOISE), picture(0.001 * NOISE), atol=1e-4)
    assert not picture(np.concatenate([NOISE, np.zeros(1000)]))[-5:].any()


def test_a_higher_tone_lies_in_a_higher_band():
    brightest = [set(picture(tone(hertz)).argmax(axis=1).tolist()) for hertz in (100, 500, 1000, 2000, 3500)]
    assert all(len(bands) == 1 for bands in brightest)
    order = [bands.pop() for bands in brightest]
    assert order == sorted(set(order)) and order[0] <= 1 and order[-1] >= 29


def test_a_sound_of_whole_numbers_or_of_another_library_has_the_same_picture():
    whole = np.round(1000 * NOISE).astype(np.int16)
    for given in (whole.tolist(), tf.constant(whole), whole.astype(float)):
        np.testing.assert_array_equal(picture(given), picture(whole))


def test_the_lowest_whole_number_is_loud():  # as int8, -128 has no amount
    assert picture(np.where(np.arange(256) % 16 < 8, 0, -128).astype(np.int8)).max() > 1
