"""Pieces of words: the original's on its own sentences, and texts of all kinds."""

import numpy as np
import pytest

from course_lib.data_files import DATA_DIR
from course_lib.models.minilm import vocabulary
from course_lib.word_pieces import numbered_pieces, pieces_of, words_of

SMALL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "un", "##able", "##a", "play", "##ing", "!"]
GOOD_CALLS = {numbered_pieces: {"texts": ["playing!"], "vocabulary": SMALL}}


@pytest.fixture(scope="module")
def pieces():
    return vocabulary()


def test_numbers_are_those_of_the_original(pieces):
    reference = np.load(DATA_DIR / "minilm" / "reference.npz")
    np.testing.assert_array_equal(numbered_pieces(list(reference["sentences"]), pieces), reference["pieces"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" \t\n", []),
        ("It's NOT a café!", ["it", "'", "s", "not", "a", "cafe", "!"]),
        ("2 < 3, well-known", ["2", "<", "3", ",", "well", "-", "known"]),
        ("...", [".", ".", "."]),
    ],
)
def test_words(text, words):
    assert words_of(text) == words


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("playing", ["play", "##ing"]),
        ("unable", ["un", "##able"]),
        ("una", ["un", "##a"]),
        ("unplaying", ["[UNK]"]),
        ("playground", ["[UNK]"]),
        ("", []),
    ],
)
def test_the_longest_piece_comes_first_and_a_gap_makes_the_word_unknown(word, pieces):
    assert pieces_of(word, set(SMALL)) == pieces


def test_short_texts_are_filled_up_and_long_ones_cut():
    numbers = numbered_pieces(["unable", "", "play playing", "电"], SMALL)
    assert numbers.tolist() == [[2, 4, 5, 3, 0], [2, 3, 0, 0, 0], [2, 7, 7, 8, 3], [2, 1, 3, 0, 0]]
    assert numbered_pieces(["play " * 200], SMALL).tolist() == [[2, *[7] * 126, 3]]
    assert numbered_pieces([], SMALL).shape == (0, 0)


def test_a_vocabulary_without_the_four_signs_is_refused():
    with pytest.raises(KeyError, match=r"\[CLS\]"):
        numbered_pieces(["play"], ["a", "b", "c", "d"])
