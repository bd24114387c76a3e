"""Chapter 10: its walks, ways and networks, and the checkers of its exercises."""

import keras
import numpy as np

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "10_autoencoders"
STORY = definitions(CHAPTER, "autoencoder", "walk", "squared_error", "to_nearest", "as_pictures", "add_noise")


def test_autoencoder_is_its_two_halves_and_ends_between_paper_and_ink():
    keras.utils.set_random_seed(0)  # a fresh network may give positive codes only
    encoder, decoder, network = STORY["autoencoder"](3)
    pictures = np.random.default_rng(0).uniform(size=(5, 784)).astype("float32")
    codes = encoder.predict(pictures, verbose=0)
    copies = network.predict(pictures, verbose=0)
    assert codes.shape == (5, 3) and copies.shape == (5, 784)
    assert copies.min() > 0 and copies.max() < 1
    np.testing.assert_allclose(decoder.predict(codes, verbose=0), copies, atol=1e-6)
    assert codes.min() < 0, "a code may be negative"


def test_a_walk_begins_and_ends_where_it_should():
    steps = STORY["walk"](np.array([0.0, 4.0]), np.array([7.0, -3.0]), steps=8)
    assert steps.shape == (8, 2)
    np.testing.assert_allclose(steps[[0, 1, 7]], [[0, 4], [1, 3], [7, -3]])


def test_squared_error_is_summed_over_pixels_and_averaged_over_pictures():
    assert STORY["squared_error"](np.array([[1.0, 2.0], [0.0, 0.0]]), np.zeros((2, 2))) == 2.5


def test_way_to_the_nearest_is_a_mean_of_lengths():
    others = np.array([[0.0, 0.0], [10.0, 0.0]])
    assert np.isclose(STORY["to_nearest"](np.array([[3.0, 4.0], [10.0, 0.0]]), others), 2.5)


def test_pictures_and_noise_stay_between_paper_and_ink():
    rows = np.linspace(-1, 2, 2 * 784).reshape(2, 784)
    for made in (STORY["as_pictures"](rows), STORY["add_noise"](rows, seed=0)):
        assert made.min() == 0 and made.max() == 1
    assert STORY["as_pictures"](rows).shape == (2, 28, 28)


def hills(weights, means, spreads, count, mixed=False):
    random = np.random.default_rng(1)
    chosen = random.integers(len(weights), size=count)
    return random.normal(np.asarray(means)[chosen], np.asarray(spreads)[chosen])


WRONG_ANSWERS = {
    "numbers_needed": [
        (lambda variances, share: int(np.sum(np.cumsum(np.sort(variances)[::-1]) < share)), "4 + 3 are 0.7"),
        (
            lambda variances, share: int(np.argmax(np.cumsum(variances) >= share * np.sum(variances))) + 1,
            "The greatest comes first",
        ),
        (
            lambda variances, share: int(
                np.argmax(np.cumsum(np.sort(variances)[::-1]) > share * np.sum(variances)) + 1
            ),
            "exactly 0.4 is enough",
        ),
        (lambda variances, share: min(2 if variances[0] > 2 else 1, 3), "9 of 10"),
    ],
    "distance_of_independent": [
        (lambda first, second: np.sum((np.mean(first, 0) - np.mean(second, 0)) ** 2), "Means (1, 2) and (3, 1)"),
        (
            lambda first, second: (np.mean(first) - np.mean(second)) ** 2 + (np.std(first) - np.std(second)) ** 2,
            "Two features",
        ),
        (lambda first, second: np.sum(np.var(first, 0) + np.var(second, 0)), "no distance from itself"),
        (lambda first, second: np.abs(np.mean(first, 0) - np.mean(second, 0)).sum(), "Two features"),
    ],
    "covered": [
        (lambda real, made: np.mean(np.abs(real[:, None] - made).min(axis=1) <= 1), "counts once"),
        (lambda real, made: float(np.isin(real, made).mean()), "0.5 lies within 1"),
        (
            lambda real, made: np.mean(
                np.abs(real[:, None] - made).min(axis=1) < np.sort(np.abs(real[:, None] - real), axis=1)[:, 1]
            ),
            "exactly 7 away",
        ),
        (lambda real, made: 0.5, "cover themselves"),
    ],
    "draw": [
        (lambda weights, means, spreads, count: np.zeros(3), "Return `count` numbers"),
        (hills, "Do the weights count?"),
        (
            lambda weights, means, spreads, count: np.random.default_rng(1).choice(means, size=count, p=weights),
            "a spread of its own",
        ),
        (
            lambda weights, means, spreads, count: np.random.default_rng(1).normal(2.0, 3.58, size=count),
            "choose one hill",
        ),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
