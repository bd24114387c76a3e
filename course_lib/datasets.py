"""Data sets as ready `tf.data` splits, read from data/ and nowhere else."""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import tensorflow as tf

DATA_DIR = Path(__file__).resolve().parent.parent / "data"
BLOCK = 1000  # records decoded together


class DataError(RuntimeError):
    """A data set's file is missing, truncated or altered."""


class Examples(NamedTuple):
    """Inputs and labels of one split; the first axis of both counts examples."""

    inputs: np.ndarray
    labels: np.ndarray


class Splits(NamedTuple):
    """Three `tf.data.Dataset`s of batches `(inputs, labels)`."""

    train: tf.data.Dataset
    validation: tf.data.Dataset
    test: tf.data.Dataset


def load(name: str, *, batch_size: int = 128, seed: int = 0) -> Splits:
    """Load a data set as batches for training, validation and testing.

    Args:
        name: a folder in data/, such as "mnist".
        batch_size: examples in a batch.
        seed: seed of the order in which training examples come; each epoch has a new order.

    Returns:
        Three data sets of batches; those of MNIST hold images (batch_size, 28, 28, 1), uint8 from 0 to 255, and
        labels (batch_size,), int64. Only the training batches are shuffled, and only they leave out what does not
        fill a last batch.

    Raises:
        ValueError: if there is no such data set, or `batch_size` is not positive.
        DataError: if a file is missing or is not the one that data/ was made with.
    """
    examples = load_arrays(name)
    return Splits(
        train=batches(*examples["train"], batch_size=batch_size, seed=seed),
        validation=batches(*examples["validation"], batch_size=batch_size),
        test=batches(*examples["test"], batch_size=batch_size),
    )


@lru_cache(maxsize=4)
def load_arrays(name: str) -> dict[str, Examples]:
    """Load a data set whole, as read-only NumPy arrays; a second call returns the same arrays.

    Args:
        name: a folder in data/, such as "mnist".

    Returns:
        `Examples` under "train", "validation" and "test".

    Raises:
        ValueError: if there is no such data set.
        DataError: if a file is missing or is not the one that data/ was made with.
    """
    verify(name)
    examples = _with_validation(_read(name))
    for split in examples.values():
        split.inputs.flags.writeable = split.labels.flags.writeable = False
    return examples


def batches(inputs: np.ndarray, labels: np.ndarray, *, batch_size: int, seed: int | None = None) -> tf.data.Dataset:
    """Batch arrays; with a seed, in a new random order each epoch.

    Indices are shuffled and whole batches gathered, which is many times faster than shuffling single examples.

    Args:
        inputs: (n, ...) array.
        labels: (n,) array.
        batch_size: examples in a batch.
        seed: seed of the order; without it the order is that of the arrays. With it, a last batch that is not full
            is left out, as its gradient would be noisier than the others'; the next epoch leaves out others.

    Returns:
        A data set of pairs (batch_size, ...), (batch_size,).

    Raises:
        ValueError: if the arrays are empty or differ in length, or `batch_size` does not fit.
    """
    count = len(inputs)
    if count != len(labels):
        raise ValueError(f"{count} inputs and {len(labels)} labels were given; each input needs one label")
    if count == 0:
        raise ValueError("no examples were given; at least one is needed")
    if batch_size < 1 or (seed is not None and batch_size > count):
        raise ValueError(f"batch_size={batch_size} was given; it must be from 1 to the number of examples, {count}")
    # Constants of the graph, copied once: a data set made from them repeats without copying.
    all_inputs, all_labels = tf.convert_to_tensor(inputs), tf.convert_to_tensor(labels)
    indices = tf.data.Dataset.range(count)
    if seed is not None:
        indices = indices.shuffle(count, seed=seed, reshuffle_each_iteration=True)
    return (
        indices.batch(batch_size, drop_remainder=seed is not None)
        .map(lambda batch: (tf.gather(all_inputs, batch), tf.gather(all_labels, batch)))
        .prefetch(2)
    )


def verify(name: str) -> None:
    """Compare a data set's files with the sums that its maker wrote.

    Args:
        name: a folder in data/, such as "mnist".

    Raises:
        ValueError: if there is no such data set.
        DataError: names the first file that is missing or differs, and the command that restores it.
    """
    sums = DATA_DIR / f"{name}.sha256"
    if not sums.is_file():
        available = ", ".join(sorted(path.stem for path in DATA_DIR.glob("*.sha256"))) or "none"
        raise ValueError(f"there is no data set {name!r} in {DATA_DIR}; available: {available}")
    for line in sums.read_text().splitlines():
        expected, relative = line.split()
        path = DATA_DIR / relative
        if not path.is_file():
            problem = "is missing"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            problem = f"is damaged ({path.stat().st_size} bytes, wrong SHA-256)"
        else:
            continue
        raise DataError(f"{path} {problem}; restore it with: git restore data/{name} (or build it again: make data)")


def _read(name: str) -> dict[str, Examples]:
    """Read a data set's records in blocks and decode each block at once.

    `tfds.load` parses the same records one by one, which takes three times as long; files, features and decoders
    are those of TFDS here, too.
    """
    import tensorflow_datasets as tfds

    builder = tfds.builder(name, data_dir=DATA_DIR)
    features, keys = builder.info.features, builder.info.supervised_keys
    stored = {
        key: tf.io.FixedLenFeature(info.shape, info.tf_dtype) for key, info in features.get_serialized_info().items()
    }

    def decode(records: tf.Tensor) -> tuple[tf.Tensor, ...]:
        values = tf.io.parse_example(records, stored)
        return tuple(
            tf.map_fn(features[key].decode_example, values[key], fn_output_signature=features[key].tf_dtype)
            for key in keys
        )

    examples = {}
    for split, info in builder.info.splits.items():
        records = tf.data.TFRecordDataset([str(path) for path in info.filepaths]).batch(BLOCK)
        blocks = list(records.map(decode, num_parallel_calls=tf.data.AUTOTUNE).as_numpy_iterator())
        examples[split] = Examples(*(np.concatenate(arrays) for arrays in zip(*blocks, strict=True)))
    return examples


def _with_validation(examples: dict[str, Examples]) -> dict[str, Examples]:
    """Take the last tenth of the training examples for validation, where a data set has no validation split.

    TFDS shuffled the examples when it wrote the files, so this is a random tenth, and always the same one.
    """
    if "validation" in examples:
        return examples
    inputs, labels = examples["train"]
    first = len(inputs) * 9 // 10
    return {
        "train": Examples(inputs[:first], labels[:first]),
        "validation": Examples(inputs[first:], labels[first:]),
        "test": examples["test"],
    }
