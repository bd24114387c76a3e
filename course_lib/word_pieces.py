"""How BERT cuts a text into pieces of words, and numbers them."""

import unicodedata
from collections.abc import Collection, Sequence

import numpy as np

from course_lib.arguments import TEXT, TEXTS, Kind, instance, takes

LONGEST = 128  # pieces of a text, and so places that MiniLM knows
PIECES = instance((set, dict), "a set of pieces, or a dictionary whose keys they are", wrong=(3, "abc", ["a"]))
VOCABULARY = Kind(
    "a list of pieces (str) that begins with [PAD] and holds [UNK], [CLS] and [SEP]",
    lambda pieces: TEXTS.accepts(pieces) and pieces[0] == "[PAD]" and {"[UNK]", "[CLS]", "[SEP]"} <= set(pieces),
    wrong=(3, "abc", ["[PAD]", "a"], ["[UNK]", "[PAD]", "[CLS]", "[SEP]"]),
)


@takes(text=TEXT)
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


@takes(word=TEXT, vocabulary=PIECES)
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


@takes(texts=TEXTS, vocabulary=VOCABULARY)
def numbered_pieces(texts: Sequence[str], vocabulary: Sequence[str]) -> np.ndarray:
    """Write texts as the numbers of their pieces, between the pieces [CLS] and [SEP]; 0 fills up the shorter ones.

    Args:
        texts: the texts; of one that has more than 128 pieces, the rest is left out.
        vocabulary: the pieces in the order of their numbers.

    Returns:
        (texts, pieces of the longest text), int32.

    Raises:
        ValueError: if an argument is not of its kind.
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
