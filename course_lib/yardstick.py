"""One yardstick for made digits: a judge looks at them, and three numbers say how far they are from real ones."""

from functools import lru_cache
from typing import NamedTuple

import keras
import numpy as np

from course_lib import data_files
from course_lib.arguments import numbers, refuse_other_lengths, takes
from course_lib.models.convolutional import convolutional_network

NAME = "digit_judge"
ARCHITECTURE = {"filters": (16, 32, 64), "head": "average"}
NEIGHBOURS = 3
SURE = 0.99  # probability of one digit from which on the judge counts as sure
BLOCK = 1000  # rows of distances held at once, 40 MB beside 5,000 pictures


DIGITS = numbers(
    "pictures (n, 28, 28, 1) or (n, 28, 28) whose values go from 0, paper, to 1, ink",
    (3, 4),
    such_that=lambda them: them.shape[1:] in ((28, 28), (28, 28, 1)) and them.min() >= 0 and them.max() <= 1,
    form=lambda pictures: pictures.reshape(-1, 28, 28, 1).astype("float32"),
    wrong=(3, np.zeros((0, 28, 28)), np.zeros((28, 28)), np.zeros((1, 14, 14, 1)), np.full((1, 28, 28), 255)),
)
FEATURES = numbers("features (n, d): a row of finite numbers for each picture", (2,), wrong=(3, [1, 2]))


class Judged(NamedTuple):
    """What the judge makes of n pictures: features (n, 64), and the probabilities of the ten digits (n, 10)."""

    features: np.ndarray
    probabilities: np.ndarray


class Score(NamedTuple):
    """What `score` measures: of `distance` less is better; `coverage` and `sure` are shares."""

    distance: float
    coverage: float
    sure: float


@takes(pictures=DIGITS)
def judge(pictures: np.ndarray) -> Judged:
    """Let a trained classifier of MNIST digits, the judge in data/digit_judge, look at pictures.

    Args:
        pictures: (n, 28, 28, 1) or (n, 28, 28), from 0 (paper) to 1 (ink); clip what goes beyond.

    Raises:
        ValueError: if `pictures` are not such pictures.
        DataError: if the judge's file of weights is missing or damaged.
    """
    features, logits = _network().predict(255 * pictures, batch_size=BLOCK, verbose=0)
    return Judged(features.astype(float), keras.ops.convert_to_numpy(keras.ops.softmax(logits)).astype(float))


@takes(pictures=DIGITS, real=FEATURES)
def score(pictures: np.ndarray, real: np.ndarray) -> Score:
    """Measure made pictures against as many real ones.

    The distance falls by itself where there are more pictures: all chapters compare 5,000 with 5,000.

    Args:
        pictures: (n, 28, 28, 1) or (n, 28, 28), from 0 (paper) to 1 (ink).
        real: (n, 64), the features that `judge` returned for n real pictures.

    Returns:
        The Fréchet distance of the judge's features, the coverage of the real pictures, and the share of the made
        pictures of whose digit the judge is sure, which alone says little: it is sure of much that is not a digit.

    Raises:
        ValueError: if `pictures` are not such pictures, `real` are not the judge's features, or they differ in number.
        DataError: if the judge's file of weights is missing or damaged.
    """
    refuse_other_lengths(pictures=pictures, real=real)
    made = judge(pictures)
    sure = float(np.mean(made.probabilities.max(axis=1) >= SURE))
    return Score(frechet_distance(made.features, real), coverage(made.features, real), sure)


@takes(features=FEATURES, others=FEATURES)
def frechet_distance(features: np.ndarray, others: np.ndarray) -> float:
    """Return the squared Fréchet distance of the Gaussians that have the means and covariances of two samples.

    It is |m1 - m2|² + trace(C1 + C2 - 2 (C1 C2)^½).

    Args:
        features: (n, d), n at least 2.
        others: (m, d), m at least 2.

    Raises:
        ValueError: if the features are not such arrays.

    Source: Dowson & Landau, The Fréchet distance between multivariate normal distributions (1982); Heusel et al.,
    GANs trained by a two time-scale update rule (2017), arXiv:1706.08500, for its use as a yardstick.
    """
    _refuse_unlike((2, 2), features=features, others=others)
    covariances = [np.atleast_2d(np.cov(sample, rowvar=False)) for sample in (features, others)]
    # The product's eigenvalues are those of S C2 S with S the root of C1, which is symmetric, so that none is complex.
    values, vectors = np.linalg.eigh(covariances[0])
    root = (vectors * np.sqrt(values.clip(0))) @ vectors.T
    overlap = np.sqrt(np.linalg.eigvalsh(root @ covariances[1] @ root).clip(0)).sum()
    apart = ((features.mean(axis=0) - others.mean(axis=0)) ** 2).sum()
    return float(max(apart + np.trace(covariances[0]) + np.trace(covariances[1]) - 2 * overlap, 0.0))


@takes(made=FEATURES, real=FEATURES)
def coverage(made: np.ndarray, real: np.ndarray) -> float:
    """Return the share of real samples with a made one at most as far away as their third nearest real neighbour.

    Args:
        made: (m, d).
        real: (n, d), n at least 4.

    Raises:
        ValueError: if the features are not such arrays.

    Source: Naeem et al., Reliable fidelity and diversity metrics for generative models (2020), arXiv:2002.09797.
    """
    _refuse_unlike((1, NEIGHBOURS + 1), made=made, real=real)
    centre = real.mean(axis=0)
    made, real = made - centre, real - centre  # large features would lose their differences
    rounding = 1e-12 * (real**2).sum(axis=1).max()  # the same picture twice is not exactly 0 apart
    covered = 0
    for start in range(0, len(real), BLOCK):
        block = real[start : start + BLOCK]
        radius = np.partition(_squared_distances(block, real), NEIGHBOURS, axis=1)[:, NEIGHBOURS]  # itself is the first
        covered += int((_squared_distances(block, made).min(axis=1) <= radius + rounding).sum())
    return covered / len(real)


def _squared_distances(block: np.ndarray, samples: np.ndarray) -> np.ndarray:
    return (block**2).sum(axis=1)[:, None] + (samples**2).sum(axis=1) - 2 * block @ samples.T


def _refuse_unlike(least: tuple[int, int], **samples: np.ndarray) -> None:
    """Raise ValueError unless two samples have at least so many rows, and equally many features."""
    counts, widths = zip(*(sample.shape for sample in samples.values()), strict=True)
    if counts[0] < least[0] or counts[1] < least[1] or widths[0] != widths[1]:
        given = " and ".join(f"{name} of shape {sample.shape}" for name, sample in samples.items())
        wanted = f"at least {least[0]} and {least[1]} rows, with the same judge's features"
        raise ValueError(f"{given} were given; give {wanted}")


@lru_cache(maxsize=1)
def _network() -> keras.Model:
    """Return the judge, from pictures to its features and its logits."""
    data_files.verify(NAME)
    network = convolutional_network(**ARCHITECTURE)
    network.load_weights(data_files.DATA_DIR / NAME / f"{NAME}.weights.h5")
    return keras.Model(network.input, [network.layers[-1].input, network.output], name=NAME)
