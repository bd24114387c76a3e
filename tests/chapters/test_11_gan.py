"""Chapter 11: its ring, its players side by side, its losses and its GAN, and the checkers of its exercises."""

import numpy as np
import tensorflow as tf
from keras import layers

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "11_gan"
BESIDE = ("RUNS", "like_dense", "beside")
RING = definitions(CHAPTER, *BESIDE, "centres", "on_ring", "hills_of", "modes_found", "players")
LOSSES = definitions(
    CHAPTER, *BESIDE, "critic_pays", "forger_pays", "Bounded", "hinge", "squared_slope", "r1", "wasserstein"
)
DIGITS = definitions(CHAPTER, "RATE", "critic_pays", "forger_pays", "GAN")


def test_real_points_find_all_modes_and_one_heap_finds_one():
    real = RING["on_ring"](2000).numpy()
    assert real.shape == (RING["RUNS"], 2000, 2)
    assert [RING["modes_found"](points) for points in real] == [8] * RING["RUNS"]
    heap = np.repeat(RING["centres"][:1], 2000, axis=0)
    assert RING["modes_found"](heap) == 1
    assert RING["modes_found"](heap + 0.31) == 0
    few_elsewhere = np.concatenate([heap[:1961], np.repeat(RING["centres"][1:2], 39, axis=0)])
    assert RING["modes_found"](few_elsewhere) == 1, "39 of 2,000 are under 2%"


def test_runs_side_by_side_share_nothing():
    generator, critic = RING["players"]()
    noise = np.random.default_rng(0).normal(size=(RING["RUNS"], 6, 2)).astype("float32")
    points = generator(noise).numpy()
    assert points.shape == (RING["RUNS"], 6, 2) and critic(points).shape == (RING["RUNS"], 6, 1)
    noise[1] += 1
    changed = np.abs(generator(noise).numpy() - points).max(axis=(1, 2)) > 0
    assert changed.tolist() == [False, True, False, False, False]


def test_a_run_starts_as_a_dense_layer_would():
    layer = RING["beside"](64)
    layer.build((RING["RUNS"], None, 64))
    limit = np.sqrt(6 / 128)
    assert 0.95 * limit < np.abs(layer.kernel.numpy()).max() <= limit


def test_packed_critic_judges_pairs():
    _, critic = RING["players"](first=[layers.Reshape((-1, 4))])
    assert critic(np.zeros((RING["RUNS"], 6, 2))).shape == (RING["RUNS"], 3, 1)


def test_bounded_layer_divides_by_the_largest_stretch_of_each_run():
    layer = LOSSES["beside"](3, kind=LOSSES["Bounded"])
    inputs = np.random.default_rng(0).normal(size=(LOSSES["RUNS"], 7, 4)).astype("float32")
    for _ in range(60):
        outputs = layer(inputs).numpy()
    kernel = layer.kernel.numpy()
    largest = np.linalg.svd(kernel, compute_uv=False)[:, :1, None]
    np.testing.assert_allclose(outputs, inputs @ (kernel / largest), rtol=1e-3, atol=1e-5)


def test_penalties_of_a_critic_whose_slope_is_known():
    def critic(points):
        return 2 * points[..., :1]

    real, made = (tf.constant(where, shape=(LOSSES["RUNS"], 64, 2)) for where in (0.0, 1.0))
    np.testing.assert_allclose(LOSSES["squared_slope"](critic, real), 4)
    np.testing.assert_allclose(LOSSES["wasserstein"](critic, real, made), 2 - 0 + (2 - 1) ** 2, rtol=1e-5)
    np.testing.assert_allclose(
        LOSSES["r1"](critic, real, made) - LOSSES["critic_pays"](critic, real, made), 2, rtol=1e-5
    )
    np.testing.assert_allclose(LOSSES["hinge"](critic, real, made), 1 + 3)


def test_losses_from_logits_are_those_of_probabilities():
    logits = tf.constant([[-2.0], [0.5]])
    answer = 1 / (1 + np.exp(-logits.numpy()))
    paid = LOSSES["critic_pays"](lambda points: points, logits, logits)
    np.testing.assert_allclose(paid, -np.log(answer) - np.log(1 - answer), rtol=1e-5)
    np.testing.assert_allclose(LOSSES["forger_pays"](logits), -np.log(answer), rtol=1e-5)


def test_gan_moves_both_players_and_neither_with_the_loss_of_the_other():
    gan = DIGITS["GAN"]()
    pictures = np.random.default_rng(0).uniform(size=(8, 784)).astype("float32")
    before = [network.get_weights() for network in (gan.generator, gan.critic)]
    paid = gan.train_step((tf.constant(pictures), None))
    assert set(paid) == {"critic pays", "forger pays"}
    for network, old in zip((gan.generator, gan.critic), before, strict=True):
        assert not np.array_equal(network.get_weights()[0], old[0])
    assert gan.forge(3).shape == (3, 784)
    for adam, network in zip(gan.adams, (gan.generator, gan.critic), strict=True):
        assert int(adam.iterations) == 1
        moved = [variable.path for variable in network.trainable_variables]
        assert len(moved) == len(adam.variables[2:]) // 3, "one momentum, one scale, one average for each"


def turns(rate, steps, in_turn):
    x, y = 1.0, 0.0
    for _ in range(steps):
        if in_turn:
            y += rate * x
            x -= rate * y
        else:
            x, y = x - rate * y, y - rate * x
    return np.hypot(x, y)


WRONG_ANSWERS = {
    "best_critic": [
        (lambda p, q: q / (p + q) if np.all(p + q > 0) else 0.5, "p / (p + q)"),
        (lambda p, q: np.where(np.asarray(p) > q, 1.0, 0.0), "p / (p + q)"),
        (lambda p, q: np.asarray(p) / np.where(np.add(p, q) > 0, np.add(p, q), 1), "one half"),
    ],
    "what_it_pays": [
        (lambda real, made: np.mean(np.logaddexp(0, -np.asarray(real))), "ln 2 for the real ones plus ln 2"),
        (
            lambda real, made: np.sum(np.logaddexp(0, -np.asarray(real))) + np.sum(np.logaddexp(0, np.asarray(made))),
            "ln 2 for the real ones plus ln 2",
        ),
        (
            lambda real, made: (
                np.mean(np.logaddexp(0, -np.asarray(real))) + np.mean(np.logaddexp(0, -np.asarray(made)))
            ),
            "exp(1000) must not appear",
        ),
        (
            lambda real, made: np.mean(np.logaddexp(0, np.concatenate([-np.asarray(real), np.asarray(made)]))) * 2,
            "mean, not their sum",
        ),
    ],
    "count_modes": [
        (
            lambda points, hills, radius, least: np.sum(
                np.sum(np.linalg.norm(points[:, None] - hills, axis=2) <= radius, axis=0) >= least * len(points)
            ),
            "nearer hill alone",
        ),
        (
            lambda points, hills, radius, least: np.sum(
                np.sum(np.linalg.norm(points[:, None] - hills, axis=2) <= radius, axis=0) > 0
            ),
            "One of six is less than a fifth",
        ),
        (
            lambda points, hills, radius, least: len(
                np.unique(np.linalg.norm(points[:, None] - hills, axis=2).argmin(axis=1))
            ),
            "One of six is less than a fifth",
        ),
    ],
    "walk_away": [
        (turns, "right angle"),
        (lambda rate, steps, in_turn: (1 + rate**2) ** (steps / 2), "In turn"),
        (lambda rate, steps, in_turn: 1.0, "y becomes 0.5"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
