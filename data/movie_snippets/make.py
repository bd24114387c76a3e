"""Build data/movie_snippets, rated sentences of film reviews, from the source archive of vaderSentiment."""

import io
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import tensorflow_datasets as tfds

from maker_tools import fetch_pypi_package, replace_data_set, verify_sum

PACKAGE = "vaderSentiment==2.5"
PACKAGE_SHA256 = "b960c954831f5ca58afee61780cc04ed48e551b91e783bfcbfb2c18bb8081a84"
ARCHIVE = "vaderSentiment-2.5/additional_resources/hutto_ICWSM_2014.tar.gz"
RATINGS = "hutto_ICWSM_2014/movieReviewSnippets_GroundTruth.txt"
RATINGS_SHA256 = "c8293b0d942e90e223ea2c0955d969040d1a1be514a978b9af0698940bd13350"
SEED = 0
VALIDATION, TEST = 1039, 1078


class Snippet(NamedTuple):
    """One sentence and the mean of its human ratings, from -4 (most negative) to 4."""

    sentence: str
    score: float


class MovieSnippets(tfds.core.GeneratorBasedBuilder):
    """Sentences from film reviews, each with the mean of at least 20 human ratings from -4 to 4."""

    VERSION = tfds.core.Version("1.0.0")

    def __init__(self, splits: dict[str, list[Snippet]], **arguments):
        self.snippets = splits
        super().__init__(**arguments)

    def _info(self) -> tfds.core.DatasetInfo:
        return tfds.core.DatasetInfo(
            builder=self,
            description=self.__doc__,
            features=tfds.features.FeaturesDict(
                {
                    "sentence": tfds.features.Text(),
                    "label": tfds.features.ClassLabel(names=["negative", "positive"]),
                    "score": tfds.features.Scalar(np.float32),
                }
            ),
            supervised_keys=("sentence", "label"),
            citation="Pang, B., & Lee, L. (2005). Seeing stars. Hutto, C. J., & Gilbert, E. (2014). VADER.",
        )

    def _split_generators(self, dl_manager: tfds.download.DownloadManager) -> dict[str, Iterator]:
        return {name: self._generate_examples(snippets) for name, snippets in self.snippets.items()}

    def _generate_examples(self, snippets: list[Snippet]) -> Iterator:
        for index, (sentence, score) in enumerate(snippets):
            yield index, {"sentence": sentence, "label": int(score > 0), "score": score}


def read_package(path: Path) -> list[Snippet]:
    """Return the rated sentences in the order of the published file, verified."""
    with tarfile.open(path) as package:
        inner = package.extractfile(ARCHIVE).read()
    with tarfile.open(fileobj=io.BytesIO(inner)) as archive:
        content = archive.extractfile(RATINGS).read()
    verify_sum(RATINGS, content, RATINGS_SHA256)
    rows = [line.split("\t") for line in content.decode("utf-8").splitlines()]
    return [Snippet(" ".join(sentence.split()), float(score)) for _, score, sentence in rows]


def without_zeros_and_repetitions(snippets: list[Snippet]) -> list[Snippet]:
    """Leave out what people rate as neutral, and all but the first of sentences that are the same but for case."""
    first = {snippet.sentence.casefold(): snippet for snippet in reversed(snippets)}
    return [snippet for snippet in snippets if snippet.score != 0 and first[snippet.sentence.casefold()] is snippet]


def main() -> None:
    tfds.disable_progress_bar()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        snippets = without_zeros_and_repetitions(read_package(fetch_pypi_package(PACKAGE, PACKAGE_SHA256, folder)))
        order = np.random.default_rng(SEED).permutation(len(snippets))
        parts = np.split(order, [len(snippets) - VALIDATION - TEST, len(snippets) - TEST])
        splits = {
            name: [snippets[index] for index in part]
            for name, part in zip(("train", "validation", "test"), parts, strict=True)
        }
        builder = MovieSnippets(splits, data_dir=folder / "made")
        builder.download_and_prepare(download_config=tfds.download.DownloadConfig(num_shards=1))
        replace_data_set("movie_snippets", folder / "made")


if __name__ == "__main__":
    main()
