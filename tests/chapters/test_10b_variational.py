"""Chapter 10b: its bound, losses and weights against formulas and counting, and the checkers of its exercises."""

import keras
import numpy as np
from scipy.special import logsumexp
from scipy.stats import norm

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "10b_variational"
STORY = definitions(CHAPTER, "reconstruction", "divergence", "VAE", "parts", "log_weights")
WORLD = definitions(CHAPTER, "bound", "spread", "x", "log_evidence")


def test_bound_never_crosses_and_touches_at_the_posterior():
    means, variances = np.meshgrid(np.linspace(-2, 3, 101), np.linspace(0.01, 2, 100))
    assert (WORLD["bound"](means, variances) <= WORLD["log_evidence"] + 1e-12).all()
    assert np.isclose(WORLD["bound"](1.2, 0.2), WORLD["log_evidence"])


def test_bound_is_the_mean_that_dice_give():
    z = 0.7 + 0.3 * np.random.default_rng(0).normal(size=200_000)
    weights = norm.logpdf(z) + norm.logpdf(WORLD["x"], z, WORLD["spread"]) - norm.logpdf(z, 0.7, 0.3)
    assert np.isclose(WORLD["bound"](0.7, 0.09), weights.mean(), atol=0.02)


def test_reconstruction_is_the_summed_cross_entropy():
    pictures = np.random.default_rng(0).uniform(size=(3, 784)).astype("float32")
    logits = np.random.default_rng(1).normal(size=(3, 784)).astype("float32")
    by_keras = keras.losses.binary_crossentropy(pictures, logits, from_logits=True)
    np.testing.assert_allclose(STORY["reconstruction"](pictures, logits), 784 * np.asarray(by_keras), rtol=1e-4)


def test_vae_adds_its_divergence_and_rolls_new_dice_each_time():
    vae = STORY["VAE"](size=3, beta=2.0)
    pictures = np.random.default_rng(0).uniform(size=(4, 784)).astype("float32")
    first, second = np.asarray(vae(pictures)), np.asarray(vae(pictures))
    assert first.shape == (4, 784) and not np.array_equal(first, second)
    (added,) = vae.losses
    away = np.mean(STORY["divergence"](*vae.encode(pictures)))
    np.testing.assert_allclose(added, 2 * away, rtol=1e-5)
    _, summed, each = STORY["parts"](vae, pictures)
    np.testing.assert_allclose([summed, each.sum()], away, rtol=1e-5)


def test_mean_of_log_weights_is_the_bound():
    vae = STORY["VAE"](size=2)
    pictures = np.random.default_rng(0).uniform(size=(5, 784)).astype("float32")
    weights = STORY["log_weights"](vae, pictures, 100)
    assert weights.shape == (100, 5)
    rebuilt = np.mean([STORY["parts"](vae, pictures)[0] for _ in range(20)])
    away = np.mean(STORY["divergence"](*vae.encode(pictures)))
    assert np.isclose(weights.mean(), -rebuilt - away, atol=0.5)
    assert (logsumexp(weights, axis=0) - np.log(100) >= weights.mean(axis=0)).all()


def entries(means, log_variances):
    return (np.exp(log_variances) + np.square(means) - 1 - log_variances) / 2


WRONG_ANSWERS = {
    "normal_divergence": [
        (lambda m1, s1, m2, s2: np.log(s1 / s2) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - 0.5, "Wider than the other"),
        (lambda m1, s1, m2, s2: np.log(s2 / s1) + (s1 + (m1 - m2) ** 2) / (2 * s2) - 0.5, "Wider than the other"),
        (lambda m1, s1, m2, s2: np.log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2), "no divergence from itself"),
        (lambda m1, s1, m2, s2: (m1 - m2) ** 2, "half the squared distance"),
        (
            lambda m1, s1, m2, s2: np.log(s2 / s1) + s1**2 / (2 * s2**2) + (m1 - m2) ** 2 / 2 - 0.5,
            "divide by the second variance",
        ),
    ],
    "gradients": [
        (lambda m, s, rolls: (np.mean(-2 * (m + s * rolls)),) * 2, "the pair is"),
        (
            lambda m, s, rolls: (np.mean(-2 * (m + s * rolls)), np.mean(-2 * (m + s * rolls)) * np.mean(rolls)),
            "chain rule",
        ),
        (
            lambda m, s, rolls: (np.sum(-2 * (m + s * rolls)), np.sum(-2 * (m + s * rolls) * rolls)),
            "chain rule",
        ),
    ],
    "in_use": [
        (lambda means, log_variances: int(np.sum(np.abs(means.mean(axis=0)) > 0.05)), "do not cancel"),
        (lambda means, log_variances: int(np.sum(np.square(means).mean(axis=0) > 0.05)), "A narrow range"),
        (lambda means, log_variances: int(np.sum(entries(means, log_variances) > 0.05)), "do not cancel"),
        (lambda means, log_variances: means.shape[1], "carry nothing"),
    ],
    "tight_bound": [
        (lambda log_weights: np.mean(log_weights, axis=0), "mean inside"),
        (lambda log_weights: np.log(np.mean(np.exp(log_weights), axis=0) + 1e-300), "subtract the largest"),
        (lambda log_weights: logsumexp(log_weights, axis=0), "mean inside"),
        (lambda log_weights: np.max(log_weights), "one number a picture"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
