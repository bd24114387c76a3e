"""Byte-pair encoding: a text as numbered pieces, learned by joining what most often stands side by side."""

import functools
import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np

from course_lib.arguments import PLACES, TEXT, takes, whole

BYTES = 256  # every text is made of them, so no text is refused
WORDS = re.compile(r" ?\w+| ?[^\w\s]+|\s")  # pieces never reach over the edge of a word


@takes(text=TEXT, vocabulary_size=whole(BYTES, 65_536))
def learn_byte_pairs(text: str, vocabulary_size: int = 1024) -> list[tuple[int, int]]:
    """Learn which pairs of pieces to join, the most frequent first.

    Args:
        text: what to learn from.
        vocabulary_size: number of pieces, the 256 bytes included.

    Returns:
        The pairs in the order in which they are joined; the n-th becomes piece 256 + n. A short text may yield fewer.

    Raises:
        ValueError: if `text` is not a text, or the vocabulary is smaller than the bytes.

    Source: Sennrich, Haddow & Birch, Neural machine translation of rare words with subword units (2016); on bytes:
    Radford et al., Language models are unsupervised multitask learners (2019).
    """
    words = Counter(WORDS.findall(text))
    spelled = {word: list(word.encode()) for word in words}
    counts, found_in = Counter(), defaultdict(set)
    for word, pieces in spelled.items():
        for pair in itertools.pairwise(pieces):
            counts[pair] += words[word]
            found_in[pair].add(word)
    pairs = []
    while len(pairs) < vocabulary_size - BYTES:
        best = max(counts, key=counts.get, default=None)
        if not counts[best]:  # every word is one piece by now
            break
        for word in sorted(found_in[best]):  # a set has another order each time, and ties would fall otherwise
            old = spelled[word]
            new = spelled[word] = _join(old, best, BYTES + len(pairs))
            for pair in itertools.pairwise(old):
                counts[pair] -= words[word]
            for pair in itertools.pairwise(new):
                counts[pair] += words[word]
                found_in[pair].add(word)
        del counts[best]
        pairs.append(best)
    return pairs


class BytePairs:
    """Turns texts into numbered pieces and back.

    With the same pairs it made the same pieces of Persuasion as the library `tokenizers` 0.23.3, all 161,575. Learned
    by each on its own, 764 of 768 pairs were the same: which of two equally frequent ones comes first is a convention.

    Attributes:
        pairs: the pairs that are joined, in their order.
        pieces: the bytes of each piece, by its number.
    """

    def __init__(self, pairs: Sequence[tuple[int, int]]) -> None:
        """Prepare to split texts.

        Args:
            pairs: from `learn_byte_pairs`, or an array of shape (pairs, 2).
        """
        self.pairs = [(int(left), int(right)) for left, right in pairs]
        self.pieces = [bytes([number]) for number in range(BYTES)]
        for left, right in self.pairs:
            self.pieces.append(self.pieces[left] + self.pieces[right])
        ranks = {pair: rank for rank, pair in enumerate(self.pairs)}

        @functools.cache
        def spell(word: str) -> tuple[int, ...]:
            pieces = list(word.encode())
            while known := set(itertools.pairwise(pieces)) & ranks.keys():
                first = min(known, key=ranks.get)
                pieces = _join(pieces, first, BYTES + ranks[first])
            return tuple(pieces)

        self._spell = spell

    def encode(self, text: str) -> np.ndarray:
        """Return the numbers of a text's pieces, int32 (pieces,)."""
        return np.array([piece for word in WORDS.findall(text) for piece in self._spell(word)], "int32")

    @takes(pieces=PLACES)
    def decode(self, pieces: Sequence[int]) -> str:
        """Return the text of some pieces; bytes that are not text become the sign for a missing letter."""
        if len(pieces) and pieces.max() >= len(self.pieces):
            raise ValueError(f"pieces up to {pieces.max()} were given; give numbers below {len(self.pieces)}")
        return b"".join(self.pieces[piece] for piece in pieces).decode("utf-8", errors="replace")


def _join(pieces: list[int], pair: tuple[int, int], new: int) -> list[int]:
    joined = []
    for piece in pieces:
        if joined and (joined[-1], piece) == pair:
            joined[-1] = new
        else:
            joined.append(piece)
    return joined
