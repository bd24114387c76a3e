"""The yardstick of made digits: known distances, known coverage, a judge that reads, a damaged file of weights."""

import shutil

import numpy as np
import pytest

from course_lib import data_files, datasets, yardstick
from course_lib.data_files import DATA_DIR, DataError

FEATURES = np.random.default_rng(0).normal(size=(6, 64))
GOOD_CALLS = {
    yardstick.judge: {"pictures": np.zeros((2, 28, 28))},
    yardstick.score: {"pictures": np.zeros((6, 28, 28, 1)), "real": FEATURES},
    yardstick.frechet_distance: {"features": FEATURES, "others": FEATURES + 1},
    yardstick.coverage: {"made": FEATURES, "real": FEATURES + 1},
}


@pytest.fixture(scope="module")
def digits():
    return {name: (split.inputs / 255, split.labels) for name, split in datasets.load_arrays("mnist").items()}


@pytest.fixture(scope="module")
def real(digits):
    return yardstick.judge(digits["validation"][0][:5000]).features


def test_judge_reads_the_test_digits_and_gives_features_and_probabilities(digits):
    pictures, labels = digits["test"]
    features, probabilities = yardstick.judge(pictures)
    assert features.shape == (10_000, 64) and probabilities.shape == (10_000, 10)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    assert np.mean(probabilities.argmax(axis=1) == labels) >= 0.99


def test_real_digits_score_well_and_noise_shows_that_to_be_sure_is_not_enough(digits, real):
    of_real = yardstick.score(digits["train"][0][:5000], real)
    assert of_real.distance < 0.1 and of_real.coverage > 0.85 and of_real.sure > 0.9
    of_noise = yardstick.score(np.random.default_rng(0).uniform(size=(5000, 28, 28)), real)
    assert of_noise.distance > 100 and of_noise.coverage == 0 and of_noise.sure > 0.99


def test_one_digit_again_and_again_covers_nothing(digits, real):
    again = yardstick.score(np.repeat(digits["train"][0][:1], 5000, axis=0), real)
    assert again.distance > 20 and again.coverage < 0.01 and again.sure == 1


def test_pictures_with_and_without_a_channel_in_any_type_are_judged_alike(digits):
    pictures = np.round(digits["test"][0][:3])
    expected = yardstick.judge(pictures)
    for same in (pictures[..., 0], pictures.astype(np.uint8), pictures.astype("float32"), pictures.tolist()):
        np.testing.assert_allclose(yardstick.judge(same).features, expected.features, atol=1e-5)


@pytest.mark.parametrize(
    "wrong", [np.full((2, 28, 28), 1.01), np.full((2, 28, 28), -0.01), np.full((2, 28, 28), np.nan)]
)
def test_values_beyond_paper_and_ink_are_refused(wrong):
    with pytest.raises(ValueError, match=r"^pictures=.* from 0, paper, to 1, ink"):
        yardstick.judge(wrong)


def test_distance_of_a_sample_from_itself_is_zero_and_a_shift_counts_squared():
    assert yardstick.frechet_distance(FEATURES, FEATURES) == pytest.approx(0, abs=1e-9)
    assert yardstick.frechet_distance(FEATURES, FEATURES + 0.5) == pytest.approx(64 * 0.25)


def test_distance_is_that_of_gaussians_with_known_covariances():
    random = np.random.default_rng(0)
    made = random.normal(size=(200_000, 2)) * (1, 3)
    others = random.normal(size=(200_000, 2)) * (2, 1) + (1, 0)
    assert yardstick.frechet_distance(made, others) == pytest.approx(1 + (2 - 1) ** 2 + (3 - 1) ** 2, rel=0.02)
    assert yardstick.frechet_distance(made, others) == pytest.approx(yardstick.frechet_distance(others, made))


def test_distance_with_correlations_agrees_with_the_root_of_the_product():
    from scipy.linalg import sqrtm

    random = np.random.default_rng(1)
    made, others = (random.normal(size=(50, 4)) @ random.normal(size=(4, 4)) for _ in range(2))
    first, second = np.cov(made.T), np.cov(others.T)
    expected = ((made.mean(0) - others.mean(0)) ** 2).sum() + np.trace(first + second - 2 * sqrtm(first @ second).real)
    assert yardstick.frechet_distance(made, others) == pytest.approx(expected)


def test_distance_of_samples_that_lie_on_a_line_is_no_nan():
    line = np.linspace(0, 1, 10)[:, None] * np.ones(5)
    assert yardstick.frechet_distance(line, 2 * line) > 0


def test_coverage_is_counted_by_hand():
    real = np.array([[0.0], [1.0], [2.0], [3.0], [100.0]])  # the third neighbours are 3, 2, 2, 3 and 99 away
    assert yardstick.coverage(np.array([[-3.0]]), real) == 1 / 5  # at the edge counts
    assert yardstick.coverage(np.array([[-3.1]]), real) == 0
    assert yardstick.coverage(np.array([[5.0]]), real) == 2 / 5
    assert yardstick.coverage(real, real) == 1


def test_coverage_stands_rounding_where_pictures_are_alike_or_features_large():
    random = np.random.default_rng(0)
    copies = np.repeat(3 * random.random((4, 64)), 5, axis=0)
    assert yardstick.coverage(copies[:1], copies) == 0.25
    made, real = random.normal(size=(2, 50, 8))
    assert yardstick.coverage(made + 1e7, real + 1e7) == yardstick.coverage(made, real)


def test_coverage_does_not_depend_on_blocks(monkeypatch):
    random = np.random.default_rng(0)
    made, real = random.normal(size=(300, 5)), random.normal(size=(301, 5))
    whole = yardstick.coverage(made, real)
    monkeypatch.setattr(yardstick, "BLOCK", 7)
    assert yardstick.coverage(made, real) == whole


def test_what_does_not_fit_together_is_refused_by_name(real):
    with pytest.raises(ValueError, match=r"^2 pictures and 5000 real were given; give as many of each"):
        yardstick.score(np.zeros((2, 28, 28)), real)
    with pytest.raises(
        ValueError,
        match=r"^features of shape \(1, 64\) and others of shape \(6, 64\) were given; give at least 2 and 2 rows",
    ):
        yardstick.frechet_distance(FEATURES[:1], FEATURES)
    with pytest.raises(
        ValueError, match=r"^made of shape \(6, 64\) and real of shape \(3, 64\) were given; give at least 1 and 4 rows"
    ):
        yardstick.coverage(FEATURES, FEATURES[:3])
    with pytest.raises(ValueError, match="the same judge"):
        yardstick.coverage(FEATURES, FEATURES[:, :2])


def test_a_damaged_judge_is_refused(monkeypatch, tmp_path):
    shutil.copytree(DATA_DIR / yardstick.NAME, tmp_path / yardstick.NAME)
    (tmp_path / yardstick.NAME / f"{yardstick.NAME}.weights.h5").write_bytes(b"no weights")
    monkeypatch.setattr(data_files, "DATA_DIR", tmp_path)
    yardstick._network.cache_clear()
    with pytest.raises(DataError, match=r"weights\.h5 is damaged.*git restore data/digit_judge"):
        yardstick.judge(np.zeros((1, 28, 28)))
