"""Byte pairs: what is joined first, any text there and back, bad input."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib.byte_pairs import BYTES, BytePairs, learn_byte_pairs

GOOD_CALLS = {learn_byte_pairs: {"text": "the cat, the hat", "vocabulary_size": 260}}
THE = BytePairs([(116, 104), (256, 101), (32, 257)])  # th, the, " the"


def joined(pairs):
    """Return the text of each pair."""
    return [piece.decode() for piece in BytePairs(pairs).pieces[BYTES:]]


def test_the_most_frequent_pair_is_joined_first_and_a_pair_counts_again_after_each():
    assert joined(learn_byte_pairs("aab aab ab", BYTES + 3))[0] == "ab"
    assert joined(learn_byte_pairs("hug hug hug hug pug pun", BYTES + 3)) == ["ug", "hug", " hug"]


def test_pairs_never_reach_over_the_edge_of_a_word():
    pairs = learn_byte_pairs("he said. he said! " * 20, BYTES + 100)
    assert all(text.strip().isalpha() or not text.strip(" .!") for text in joined(pairs))
    assert {" said", "he"} <= set(joined(pairs))


def test_a_text_too_short_for_the_vocabulary_yields_fewer_pairs():
    assert learn_byte_pairs("aa") == [(97, 97)]
    assert learn_byte_pairs("") == learn_byte_pairs("a") == []


def test_pieces_by_hand():
    assert THE.encode("the the th t").tolist() == [257, 258, 32, 256, 32, 116]
    assert THE.pieces[258] == b" the"


def test_ties_fall_the_same_way_whatever_order_python_keeps_sets_in():
    text = "abcd abce abcf abcg abch bcda " * 3
    learn = f"from course_lib.byte_pairs import learn_byte_pairs; print(learn_byte_pairs({text!r}, 290))"
    results = set()
    for seed in range(3):
        environment = {**os.environ, "PYTHONHASHSEED": str(seed)}
        results.add(subprocess.run([sys.executable, "-c", learn], env=environment, capture_output=True).stdout)
    assert len(results) == 1 and results != {b""}


def test_a_smaller_vocabulary_is_the_beginning_of_a_larger_one():
    text = "it is a truth universally acknowledged " * 3
    assert learn_byte_pairs(text, BYTES + 5) == learn_byte_pairs(text, BYTES + 20)[:5]


@given(st.text(max_size=200))
def test_any_text_comes_back(text):
    assert THE.decode(THE.encode(text)) == text


@pytest.mark.parametrize("text", ["", "\n\n", "  two  spaces ", "naïve 東京 🙂", "_it_ don't -- the", "\x00"])
def test_odd_texts_come_back_and_are_as_many_pieces_as_bytes_at_most(text):
    pieces = THE.encode(text)
    assert pieces.dtype == "int32" and len(pieces) <= len(text.encode())
    assert THE.decode(pieces) == text


def test_half_a_letter_becomes_the_sign_for_a_missing_one():
    assert THE.decode([*"é".encode()][:1]) == "\ufffd"


def test_the_order_of_the_pairs_decides_and_not_the_place_in_the_text():
    coder = BytePairs([(98, 99), (97, 98)])  # bc before ab
    assert [coder.pieces[piece] for piece in coder.encode("abc")] == [b"a", b"bc"]


def test_pieces_that_there_are_not_are_refused():
    with pytest.raises(ValueError, match="pieces up to 259 were given; give numbers below 259"):
        THE.decode([3, 259])
    with pytest.raises(ValueError, match=r"pieces=.* was given; give whole numbers"):
        THE.decode([-1])
    assert THE.decode([]) == THE.decode(np.array([])) == ""
