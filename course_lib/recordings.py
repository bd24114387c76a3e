"""Recorded words: the spoken digits as sounds, and the picture of a sound."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import tensorflow as tf

from course_lib import data_files
from course_lib.arguments import numbers, takes

NAME = "spoken_digits"
RATE = 8000  # samples a second
WINDOW, STEP = 256, 128  # samples of a window, and from one to the next
HANN = np.hanning(WINDOW + 1)[:-1]  # fades a window in and out


SOUND = numbers(
    f"a sound: at least {WINDOW} finite numbers, not all 0",
    # Beyond 1e30 and below 1e-30 float32 has no numbers.
    such_that=lambda sound: len(sound) >= WINDOW and 1e-30 < np.abs(sound.astype(float)).max() < 1e30,
    form=lambda sound: sound.astype(np.float32),
    wrong=(3, None, [], ["a"] * WINDOW, np.ones(WINDOW - 1), np.zeros(WINDOW), np.ones((2, WINDOW)), [np.nan] * WINDOW),
)


class Recordings(NamedTuple):
    """Spoken words: a list of n sounds, each (samples,), float32, 8,000 a second; beside it arrays (n,).

    `digits` are whole numbers from 0 to 9, `languages` texts such as "en"; `speakers` are numbers, counted for
    machines and for people from 0, and `human` tells which is which.
    """

    words: list[np.ndarray]
    digits: np.ndarray
    languages: np.ndarray
    speakers: np.ndarray
    human: np.ndarray


def spoken_digits() -> Recordings:
    """Read the words of data/spoken_digits: 1,080 by machine voices, 148 by people.

    Returns:
        The words as sounds from -1 to 1, and what is known of each.

    Raises:
        DataError: if the data are missing or damaged.

    Source: ITU-T Recommendation G.711 (1988) for mu-law, as whose bytes the samples are stored.
    """
    data_files.verify(NAME)
    with np.load(data_files.DATA_DIR / NAME / f"{NAME}.npz") as data:
        levels = data["sounds"].astype(np.float32) / 127.5 - 1
        waves = np.sign(levels) * (256 ** np.abs(levels) - 1) / 255
        words = np.split(waves, np.cumsum(data["lengths"].astype(int))[:-1])
        digits, speakers, human = data["digits"].astype(int), data["speakers"].astype(int), data["human"]
        speakers[human & (speakers == 11)] = 10  # one person, in English and in Spanish
        return Recordings(words, digits, data["languages"], speakers, human)


@takes(sound=SOUND)
def picture(sound: np.ndarray) -> np.ndarray:
    """Return how loud a sound is, window by window, in 32 bands of frequencies of equal width on the mel scale.

    Chapter 20 makes the same by hand.

    Args:
        sound: (samples,), at least 256, 8,000 a second; how loud it is as a whole changes nothing.

    Returns:
        (windows, 32), float32: windows of 0.032 s, one every 0.016 s, and bands from 60 to 3,800 Hz. Each value is
        log(1 + 10 magnitude), where the sound has a peak of 1; silence is 0.

    Source: Stevens, Volkmann & Newman, A scale for the measurement of the psychological magnitude pitch (1937),
    doi:10.1121/1.1915893.
    """
    windows = np.lib.stride_tricks.sliding_window_view(sound / np.abs(sound).max(), WINDOW)[::STEP]
    return np.log1p(10 * np.abs(np.fft.rfft(windows * HANN)) @ _triangles()).astype(np.float32)


@lru_cache
def _triangles() -> np.ndarray:
    """Return the weights (129, 32) that gather the frequencies of a window into mel bands."""
    return tf.signal.linear_to_mel_weight_matrix(32, WINDOW // 2 + 1, RATE, 60.0, 3800.0).numpy()
