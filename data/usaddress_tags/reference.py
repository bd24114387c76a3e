"""Write validation.txt and test.txt: the tags that the recipe of usaddress 0.5.16 gives to data/us_addresses.

It is trained on the training addresses of that folder and on nothing else, with the package's own features and the
options of its trainer, parserator 0.6.9. The model that the package brings along has seen all of these addresses.

It runs by hand, in an environment with usaddress and python-crfsuite 0.9.12, which the course does not need:
python reference.py
"""

import hashlib
import tempfile
from pathlib import Path

import pycrfsuite
import usaddress

FOLDER = Path(__file__).parent
ADDRESSES = FOLDER.parent / "us_addresses"
OPTIONS = {"c1": 0.1, "c2": 0.01, "feature.minfreq": 0}


def read(part: str) -> list[tuple[list[str], list[str]]]:
    """Return the words and the tags of each address of a split."""
    lines = (ADDRESSES / f"{part}.txt").read_text(encoding="utf-8").splitlines()
    pairs = [[pair.rpartition("/") for pair in line.split()] for line in lines]
    return [([word for word, _, _ in address], [tag for _, _, tag in address]) for address in pairs]


def main() -> None:
    trainer = pycrfsuite.Trainer(verbose=False, params=OPTIONS)
    for words, tags in read("train"):
        trainer.append(usaddress.tokens2features(words), tags)
    tagger, sums = pycrfsuite.Tagger(), ""
    with tempfile.TemporaryDirectory() as temporary:
        model = str(Path(temporary) / "model")
        trainer.train(model)
        tagger.open(model)
        for part in ("test", "validation"):
            lines = [" ".join(tagger.tag(usaddress.tokens2features(words))) for words, _ in read(part)]
            content = "".join(f"{line}\n" for line in lines).encode("ascii")
            (FOLDER / f"{part}.txt").write_bytes(content)
            sums += f"{hashlib.sha256(content).hexdigest()}  {part}.txt\n"
        tagger.close()
    (FOLDER / "SHA256SUMS").write_text(sums)


if __name__ == "__main__":
    main()
