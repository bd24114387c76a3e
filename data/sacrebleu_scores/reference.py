"""Write sacrebleu.csv: the BLEU that sacrebleu 2.6.0 gives to parts of data/home_assistant_es, counted in three ways.

It runs by hand, in an environment with sacrebleu, which the course does not need: python reference.py
"""

import csv
import hashlib
import lzma
import re
from pathlib import Path

from sacrebleu.metrics import BLEU

FOLDER = Path(__file__).parent
PAIRS = FOLDER.parent / "home_assistant_es" / "pairs.tsv.xz"
PART, PARTS = 500, 20


def tokens(text: str) -> str:
    """Return the words and marks of a text in small letters, with spaces between them, as chapter 19 splits it."""
    return " ".join(re.findall(r"\w+|[^\w\s]", text.lower()))


def main() -> None:
    # Neighbours in the alphabet begin alike: each phrase is judged as a translation of the one after it.
    phrases = sorted(line.split("\t")[2] for line in lzma.decompress(PAIRS.read_bytes()).decode("utf-8").splitlines())
    judges = {
        "text": BLEU(),
        "small_letters": BLEU(lowercase=True),
        "tokens": BLEU(tokenize="none", force=True),
    }
    rows = []
    for start in range(0, PART * PARTS, PART):
        given, wanted = phrases[start : start + PART], phrases[start + 1 : start + PART + 1]
        scores = [judges[name].corpus_score(given, [wanted]).score for name in ("text", "small_letters")]
        scores.append(judges["tokens"].corpus_score(list(map(tokens, given)), [list(map(tokens, wanted))]).score)
        rows.append([start, *(f"{score:.10f}" for score in scores)])
    path = FOLDER / "sacrebleu.csv"
    with path.open("w", encoding="ascii", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([["start", *judges], *rows])
    (FOLDER / "SHA256SUMS").write_text(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")


if __name__ == "__main__":
    main()
