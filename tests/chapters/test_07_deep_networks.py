"""Chapter 07: what it defines, and the checkers of its exercises."""

from math import comb

import keras
import numpy as np
import pytest

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "07_deep_networks"


@pytest.fixture(scope="module")
def towers():
    wanted = ("normalise", "block", "start", "array_start", "Networks", "losses_of", "Rates")
    return definitions(CHAPTER, *wanted)


def test_networks_in_one_model_do_not_feel_each_other(towers):
    starts = [towers["start"](3, seed, skip=skip) for seed, skip in ((0, 0.0), (1, 1.0), (2, 0.0))]
    pictures = np.random.default_rng(0).normal(size=(20, 196)).astype("float32")
    together = np.asarray(towers["Networks"](starts)(pictures))
    assert together.shape == (20, 3, 10)
    for number, one in enumerate(starts):
        alone = np.asarray(towers["Networks"]([one])(pictures))[:, 0]
        np.testing.assert_allclose(together[:, number], alone, atol=1e-5)


def test_a_residual_block_with_scale_0_passes_on_what_it_gets(towers):
    h = np.random.default_rng(0).normal(size=(6, 32)).astype("float32")
    kernel = np.random.default_rng(1).normal(size=(32, 32)).astype("float32")
    np.testing.assert_array_equal(towers["block"](h, kernel, 0.0, 0.0, 1.0), h)


def test_losses_are_those_of_each_network(towers):
    logits = np.random.default_rng(0).normal(size=(5, 2, 10)).astype("float32")
    labels = np.array([3, 1, 0, 9, 9])
    found = np.asarray(towers["losses_of"](labels, logits))
    for number in range(2):
        expected = keras.losses.sparse_categorical_crossentropy(labels, logits[:, number], from_logits=True)
        np.testing.assert_allclose(found[:, number], expected, rtol=1e-5)


def test_each_network_has_its_own_rate_and_it_glides_to_zero(towers):
    rates = towers["Rates"]([0.1, 0.2], 100)
    np.testing.assert_allclose(np.ravel(rates(0)), [0.1, 0.2], rtol=1e-6)
    np.testing.assert_allclose(np.ravel(rates(50)), [0.05, 0.1], rtol=1e-5)
    np.testing.assert_allclose(np.ravel(rates(100)), [0, 0], atol=1e-7)


def normalised(h, kernel, axis=0):
    branch = np.maximum(h, 0) @ kernel
    return (branch - branch.mean(axis=axis, keepdims=True)) / np.sqrt(branch.var(axis=axis, keepdims=True) + 1e-3)


def relu_after_the_sum(units):
    inputs = keras.Input((units,))
    branch = keras.layers.Dense(units, kernel_initializer="zeros", use_bias=False)(inputs)
    return keras.Model(inputs, keras.layers.ReLU()(keras.layers.Add()([inputs, branch])))


def dead_branch(units):
    inputs = keras.Input((units,))
    branch = keras.layers.Dense(units, use_bias=False)(inputs)
    branch = keras.layers.BatchNormalization(gamma_initializer="zeros")(branch)
    return keras.Model(inputs, keras.layers.Add()([inputs, keras.layers.ReLU()(branch)]))


def random_branch(units):
    inputs = keras.Input((units,))
    return keras.Model(inputs, keras.layers.Add()([inputs, keras.layers.Dense(units)(inputs)]))


def nothing_in_it(units):
    inputs = keras.Input((units,))
    return keras.Model(inputs, keras.layers.ReLU()(inputs))


def noise(blocks, units, size):
    return size * np.random.default_rng(0).normal(size=(blocks, units, units)) / np.sqrt(units)


# For each exercise: plausible wrong answers, each with a part of the hint that it must get.
WRONG_ANSWERS = {
    "explosion": [
        (lambda blocks: blocks * np.sqrt(np.pi / (np.pi - 1)), "A power of zero|Factors multiply|a power of zero"),
        (lambda blocks: (np.pi / (np.pi - 1)) ** blocks, "One block: the square root"),
        (lambda blocks: np.sqrt(np.pi / (np.pi - 1)), "a power of zero"),
        (lambda blocks: 1 + blocks * (np.sqrt(np.pi / (np.pi - 1)) - 1), "take a power"),
    ],
    "residual_block": [
        (lambda h, kernel, scale, shift: scale * normalised(h, kernel) + shift, "the block is the identity"),
        (lambda h, kernel, scale, shift: h + scale * (normalised(h, kernel) + shift), "it is added, not multiplied"),
        (lambda h, kernel, scale, shift: h + scale * normalised(h, kernel, axis=1) + shift, "over the batch"),
        (lambda h, kernel, scale, shift: np.maximum(h, 0) + scale * normalised(h, kernel) + shift, "the identity"),
        (lambda h, kernel, scale, shift: h + scale * (np.maximum(h, 0) @ kernel) + shift, "each column is normalised"),
    ],
    "identity_block": [
        (nothing_in_it, "it has no kernel yet"),
        (random_branch, "let the branch start at zero"),
        (relu_after_the_sum, "let the branch start at zero"),
        (dead_branch, "nothing may follow"),
    ],
    "share_of_paths": [
        (lambda blocks, longest: (longest + 1) / (blocks + 1), "count all lengths|not one for each length"),
        (lambda blocks, longest: comb(blocks, longest) / 2**blocks, "up to the longest"),
        (
            lambda blocks, longest: sum(comb(blocks, k) for k in range(longest)) / 2**blocks,
            "one path takes the skip",
        ),
    ],
    "good_start": [
        (lambda blocks, units: np.sqrt(2) * noise(blocks, units, 1.0), "Distances shrink or grow too much"),
        (lambda blocks, units: np.stack([np.eye(units)] * blocks), "noise of its own"),
        (lambda blocks, units: np.eye(units) + noise(1, units, 0.05)[0], "one kernel for each block"),
        (lambda blocks, units: np.eye(units) + noise(blocks, units, 0.5), "Distances shrink or grow too much"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
