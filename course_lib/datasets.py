"""Data sets as ready `tf.data` splits, read from data/ and nowhere else."""

import bz2
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import tensorflow as tf

from course_lib import data_files
from course_lib.arguments import SEED, TEXT, Kind, as_array, numbers, refuse_other_lengths, takes, whole

if TYPE_CHECKING:
    import tensorflow_datasets as tfds

BLOCK = 1000  # records decoded together


def _are_examples(values: Any) -> bool:
    array = as_array(values)
    of_one_kind = array.dtype.kind in "biufSU" or {type(value) for value in array.flat} in ({str}, {bytes})
    return len(array) > 0 and of_one_kind and not np.ma.is_masked(values)


EXAMPLES = Kind(
    "an array of at least one example: numbers, truth values or texts, all of one kind, and none of them masked",
    _are_examples,
    wrong=(3, None, [], [None], ["a", None], np.zeros((0, 2)), np.ma.array([1, 2], mask=[0, 1])),
    read=as_array,
)


PICTURES = numbers(
    "pictures (n, height, width, channels) of finite numbers, height and width even",
    (4,),
    such_that=lambda pictures: pictures.shape[1] % 2 == pictures.shape[2] % 2 == 0,
    form=np.asarray,
    wrong=(3, np.zeros((2, 2, 2)), np.zeros((1, 3, 2, 1)), np.zeros((1, 2, 3, 1)), np.zeros((0, 2, 2, 1))),
)


class Examples(NamedTuple):
    """Inputs and labels of one split; the first axis of both counts examples."""

    inputs: np.ndarray
    labels: np.ndarray


class Splits(NamedTuple):
    """Three `tf.data.Dataset`s of batches `(inputs, labels)`."""

    train: tf.data.Dataset
    validation: tf.data.Dataset
    test: tf.data.Dataset


@takes(seed=SEED)
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
        ValueError: if there is no such data set, or `batch_size` or `seed` is not allowed.
        DataError: if a file is missing or is not the one that data/ was made with.
    """
    examples = load_arrays(name)
    return Splits(
        train=batches(*examples["train"], batch_size=batch_size, seed=seed),
        validation=batches(*examples["validation"], batch_size=batch_size),
        test=batches(*examples["test"], batch_size=batch_size),
    )


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
    return _load(name)[1]


def load_features(name: str) -> dict[str, dict[str, np.ndarray]]:
    """Load all features of a data set, not only inputs and labels, as read-only NumPy arrays.

    Args:
        name: a folder in data/, such as "movie_snippets".

    Returns:
        For "train", "validation" and "test" the features by name, such as "score"; texts are arrays of `str`.

    Raises:
        ValueError: if there is no such data set.
        DataError: if a file is missing or is not the one that data/ was made with.
    """
    return _load(name)[0]


@takes(images=PICTURES)
def halved(images: np.ndarray) -> np.ndarray:
    """Return pictures with half as many pixels a side, each the mean of four: less to compute, much the same to see.

    Args:
        images: (n, height, width, channels), numbers of any type; height and width are even.

    Returns:
        (n, height / 2, width / 2, channels), float32.

    Raises:
        ValueError: if `images` are not such pictures.
    """
    count, height, width, channels = images.shape
    blocks = images.reshape(count, height // 2, 2, width // 2, 2, channels)
    return blocks.mean(axis=(2, 4), dtype="float32")


def load_texts(name: str) -> dict[str, str]:
    """Load running text, such as novels.

    Args:
        name: a folder in data/, such as "austen".

    Returns:
        The texts under "train", "validation" and "test"; each line is a paragraph.

    Raises:
        ValueError: if there is no such data set, or it holds no running text.
        DataError: if a file is missing or is not the one that data/ was made with.
    """
    data_files.verify(name)
    files = {split: data_files.DATA_DIR / name / f"{split}.txt.bz2" for split in ("train", "validation", "test")}
    if not all(path.is_file() for path in files.values()):
        raise ValueError(f"name={name!r} was given; that folder of data/ holds no running text: give a text's")
    return {split: bz2.decompress(path.read_bytes()).decode("utf-8") for split, path in files.items()}


@takes(inputs=EXAMPLES, labels=EXAMPLES, batch_size=whole(), seed=SEED)
def batches(inputs: np.ndarray, labels: np.ndarray, *, batch_size: int, seed: int | None = None) -> tf.data.Dataset:
    """Batch arrays; with a seed, in a new random order each epoch.

    Indices are shuffled and whole batches gathered, which is many times faster than shuffling single examples.

    Args:
        inputs: (n, ...) array, tensor, variable, series, table or list of numbers, truth values or texts.
        labels: (n,) or (n, ...), in any of these forms.
        batch_size: examples in a batch.
        seed: seed of the order; without it the order is that of the arrays. With it, a last batch that is not full
            is left out, as its gradient would be noisier than the others'; the next epoch leaves out others.

    Returns:
        A data set of pairs (batch_size, ...), (batch_size,).

    Raises:
        ValueError: if the arrays are empty or differ in length, or `batch_size` or `seed` does not fit.
    """
    refuse_other_lengths(inputs=inputs, labels=labels)
    count = len(inputs)
    if seed is not None and batch_size > count:
        raise ValueError(f"batch_size={batch_size} was given; {count} examples fill no batch: give {count} at most")
    # Constants of the graph, copied once: a data set made from them repeats without copying.
    all_inputs, all_labels = tf.convert_to_tensor(inputs), tf.convert_to_tensor(labels)
    indices = tf.data.Dataset.range(count)
    if seed is not None:
        indices = indices.shuffle(count, seed=seed, reshuffle_each_iteration=True)
    # Nothing here is left to tune, and TensorFlow's tuner sleeps twice as long each time: `fit` may wait for it at its
    # end, for up to as long as it ran.
    options = tf.data.Options()
    options.autotune.enabled = False
    return (
        indices.batch(batch_size, drop_remainder=seed is not None)
        .map(lambda batch: (tf.gather(all_inputs, batch), tf.gather(all_labels, batch)))
        .prefetch(2)
        .with_options(options)
    )


@takes(name=TEXT)
@lru_cache(maxsize=4)
def _load(name: str) -> tuple[dict[str, dict[str, np.ndarray]], dict[str, Examples]]:
    """Read a data set once: all its features, and its inputs and labels, which are the same arrays."""
    data_files.verify(name)
    if not any((data_files.DATA_DIR / name).glob("*/dataset_info.json")):
        raise ValueError(f"name={name!r} was given; that folder of data/ holds no examples: give a data set's")
    builder = _builder(name)
    splits = _with_validation(_read(builder))
    for features in splits.values():
        for values in features.values():
            values.flags.writeable = False
    inputs, labels = builder.info.supervised_keys
    return splits, {split: Examples(features[inputs], features[labels]) for split, features in splits.items()}


def _builder(name: str) -> "tfds.core.DatasetBuilder":
    import tensorflow_datasets as tfds

    return tfds.builder(name, data_dir=data_files.DATA_DIR)


def _read(builder: "tfds.core.DatasetBuilder") -> dict[str, dict[str, np.ndarray]]:
    """Read a data set's records in blocks and decode each block at once.

    `tfds.load` parses the same records one by one, which takes three times as long; files, features and decoders
    are those of TFDS here, too.
    """
    features = builder.info.features
    stored = {
        key: tf.io.FixedLenFeature(info.shape, info.tf_dtype) for key, info in features.get_serialized_info().items()
    }

    def decode(records: tf.Tensor) -> dict[str, tf.Tensor]:
        values = tf.io.parse_example(records, stored)
        return {
            key: tf.map_fn(feature.decode_example, values[key], fn_output_signature=feature.tf_dtype)
            for key, feature in features.items()
        }

    splits = {}
    for split, info in builder.info.splits.items():
        records = tf.data.TFRecordDataset([str(path) for path in info.filepaths]).batch(BLOCK)
        blocks = list(records.map(decode, num_parallel_calls=tf.data.AUTOTUNE).as_numpy_iterator())
        splits[split] = {key: _as_text(np.concatenate([block[key] for block in blocks])) for key in features}
    return splits


def _as_text(values: np.ndarray) -> np.ndarray:
    """Decode the bytes that TensorFlow keeps texts in; leave other values as they are."""
    return np.char.decode(values.astype(bytes), "utf-8") if values.dtype == object else values


def _with_validation(splits: dict[str, dict[str, np.ndarray]]) -> dict[str, dict[str, np.ndarray]]:
    """Take the last tenth of the training examples for validation, where a data set has no validation split.

    TFDS shuffled the examples when it wrote the files, so this is a random tenth, and always the same one.
    """
    if "validation" in splits:
        return splits
    train = splits["train"]
    first = len(next(iter(train.values()))) * 9 // 10
    return {
        "train": {key: values[:first] for key, values in train.items()},
        "validation": {key: values[first:] for key, values in train.items()},
        "test": splits["test"],
    }
