"""How BERT cuts a text into pieces of words, and numbers them."""

import unicodedata
from collections.abc import Collection, Sequence

import numpy as np

from course_lib.arguments import TEXTS, takes

LONGEST = 128  # pieces of a text, and so places that MiniLM knows


def words_of(text: str) -> list[str]:
    """Split a text into words: small letters, no accents, each punctuation mark a word of its own.

    Args:
        text: any text; one without words has none.

    Returns:
        The words.
    """
    spaced = ""
    for character in unicodedata.normalize("NFD", text.lower()):  # é becomes e and an accent
        kind = unicodedata.category(character)
        alone = kind.startswith("P") or character in "$+<=>^`|~"
        spaced += f" {character} " if alone else "" if kind == "Mn" else character
    return spaced.split()


def pieces_of(word: str, vocabulary: Collection[str]) -> list[str]:
    """Split a word into the longest pieces of a vocabulary, from its start on; ## marks all but the first.

    Args:
        word: one word, as `words_of` returns it.
        vocabulary: the pieces that there are.

    Returns:
        The pieces, or ["[UNK]"] where some part of the word is in no piece.

    Source: Wu et al., Google's neural machine translation system (2016), arXiv:1609.08144, section 4.1.
    """
    pieces, start = [], 0
    while start < len(word):
        prefix = "##" if start else ""
        ends = range(len(word), start, -1)
        end = next((end for end in ends if prefix + word[start:end] in vocabulary), None)
        if end is None:
            return ["[UNK]"]
        pieces.append(prefix + word[start:end])
        start = end
    return pieces


@takes(texts=TEXTS)
def numbered_pieces(texts: Sequence[str], vocabulary: Sequence[str]) -> np.ndarray:
    """Write texts as the numbers of their pieces, between the pieces [CLS] and [SEP]; 0 fills up the shorter ones.

    Args:
        texts: the texts; of one that has more than 128 pieces, the rest is left out.
        vocabulary: the pieces in the order of their numbers, [PAD] first.

    Returns:
        (texts, pieces of the longest text), int32.

    Raises:
        ValueError: if `texts` are not texts.
        KeyError: if `vocabulary` lacks [UNK], [CLS] or [SEP].
    """
    number_of = {piece: number for number, piece in enumerate(vocabulary)}
    known: dict[str, list[str]] = {}
    rows = []
    for text in texts:
        pieces = []
        for word in words_of(text):
            if word not in known:
                known[word] = pieces_of(word, number_of)
            pieces += known[word]
        rows.append([number_of[piece] for piece in ("[CLS]", *pieces[: LONGEST - 2], "[SEP]")])
    numbers = np.zeros((len(rows), max(map(len, rows), default=0)), "int32")
    for row, pieces in zip(numbers, rows, strict=True):
        row[: len(pieces)] = pieces
    return numbers
