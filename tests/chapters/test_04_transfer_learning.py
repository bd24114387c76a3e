"""Chapter 04: what its story defines, and each exercise's checker against stub, solution and wrong answers."""

import keras
import numpy as np
import pytest

from exercises import exercise_tests
from story_code import definitions

CHAPTER = "04_transfer_learning"


def test_gradients_agree_with_finite_differences():
    gradients, softmax = (
        definitions(CHAPTER, "softmax", "gradients")["gradients"],
        definitions(CHAPTER, "softmax")["softmax"],
    )
    random = np.random.default_rng(0)
    inputs, one_hot, bias = random.normal(size=(6, 4)), np.eye(3)[[0, 1, 2, 0, 1, 2]], random.normal(size=3)
    weights = random.normal(size=(4, 3))

    def loss(weights, bias):
        return -np.mean(np.log(softmax(inputs @ weights + bias)[one_hot == 1]))

    by_weights, by_bias = gradients(weights, bias, inputs, one_hot)
    for index in np.ndindex(4, 3):
        nudge = np.zeros((4, 3))
        nudge[index] = 1e-5
        slope = (loss(weights + nudge, bias) - loss(weights - nudge, bias)) / 2e-5
        assert slope == pytest.approx(by_weights[index], abs=1e-7)
    nudge = np.array([1e-5, 0, 0])
    assert (loss(weights, bias + nudge) - loss(weights, bias - nudge)) / 2e-5 == pytest.approx(by_bias[0], abs=1e-7)


def test_augmented_versions_are_shifted_and_flipped_pictures():
    augmented = definitions(CHAPTER, "augmented")["augmented"]
    pictures = np.arange(2 * 32 * 32 * 3).reshape(2, 32, 32, 3)
    versions, which = augmented(pictures, times=40, seed=0)
    assert versions.shape == (80, 32, 32, 3)
    assert np.bincount(which).tolist() == [40, 40]
    middle = slice(8, 24)  # what no shift by up to 4 pixels loses
    for version, picture in zip(versions, pictures[which], strict=True):
        forms = [version, version[:, ::-1]]
        assert any(np.isin(picture[middle, middle], form).all() for form in forms)
        steps = np.diff(version[10:22, 10:22, 0], axis=1)
        assert (steps == 3).all() or (steps == -3).all()  # a row of the picture, forwards or backwards
    assert len({version.tobytes() for version in versions}) > 60


def test_digits_are_shifted_less_and_never_flipped():
    augmented = definitions(CHAPTER, "augmented")["augmented"]
    digits = np.arange(28 * 28).reshape(1, 28, 28, 1)
    versions, _ = augmented(digits, times=200, seed=0, shift=2, flip=False)
    assert versions.shape == (200, 28, 28, 1)
    corners = {int(version[2, 2, 0]) for version in versions}
    assert corners == {28 * row + column for row in range(5) for column in range(5)}
    assert (np.diff(versions[:, 10:18, 10:18, 0], axis=2) == 1).all()


def test_shuffling_keeps_the_numbers_and_changes_no_other_block():
    found = definitions(CHAPTER, "shuffle_kernels")
    layers, shuffle_kernels = found["layers"], found["shuffle_kernels"]
    inputs = keras.Input((8, 8, 2))
    outputs = layers.Conv2D(3, 3, use_bias=False, name="first")(inputs)
    outputs = layers.Activation("relu", name="block1_output")(outputs)
    outputs = layers.DepthwiseConv2D(3, use_bias=False, name="second")(outputs)
    outputs = layers.Activation("relu", name="block2_output")(outputs)
    network = keras.Model(inputs, layers.Conv2D(4, 1, use_bias=False, name="third")(outputs))
    before = {name: network.get_layer(name).get_weights()[0] for name in ("first", "second", "third")}
    assert shuffle_kernels(network, range(2, 3), seed=0) == before["second"].size
    after = {name: network.get_layer(name).get_weights()[0] for name in before}
    assert not np.array_equal(after["second"], before["second"])
    np.testing.assert_array_equal(np.sort(after["second"].ravel()), np.sort(before["second"].ravel()))
    for name in ("first", "third"):
        np.testing.assert_array_equal(after[name], before[name])


def test_vectors_average_over_the_places_or_keep_them():
    vectors = definitions(CHAPTER, "vectors")["vectors"]
    maps = np.random.default_rng(0).normal(size=(5, 4, 4, 3))
    np.testing.assert_allclose(vectors(maps, True), maps.mean(axis=(1, 2)))
    np.testing.assert_array_equal(vectors(maps, False), maps.reshape(5, -1))


def test_the_nearest_are_those_at_the_smallest_angle():
    nearest_three = definitions(CHAPTER, "nearest_three")["nearest_three"]
    known = np.array([[9.0, 0.0], [1.0, 1.0], [0.0, 0.1], [-1.0, 0.0]])
    assert nearest_three(np.array([[1.0, 0.2], [0.0, 5.0]]), known).tolist() == [[0, 1, 2], [2, 1, 0]]


def test_draws_are_balanced_and_follow_the_seed():
    draw = definitions(CHAPTER, "draw")["draw"]
    chosen = draw(50, seed=3)
    assert np.bincount(chosen // 150).tolist() == [50] * 10
    assert len(set(chosen)) == 500
    np.testing.assert_array_equal(chosen, draw(50, seed=3))
    assert set(draw(50, seed=4)) != set(chosen)


def unscaled_uint8(pixels):
    return ((pixels - np.asarray(127, pixels.dtype)) / 128.0).astype("float64")


def by_distance(queries, features):
    return ((queries[:, np.newaxis] - features) ** 2).sum(axis=2).argmin(axis=1)


def blocks(maps, side):
    count, height, width, channels = maps.shape
    return maps.reshape(count, side, height // side, side, width // side, channels).mean(axis=(2, 4))


def means_of_every_nth_place(maps, side):
    count, height, width, channels = maps.shape
    return maps.reshape(count, height // side, side, width // side, side, channels).mean(axis=(1, 3))


def grid_of_a_square(maps, side, length):
    return blocks(maps[:, :length, :length], side)


def nearest_mean_gain(maps, labels, new_maps, new_labels):
    def accuracy(old, new):
        means = np.stack([old[labels == label].mean(axis=0) for label in np.unique(labels)])
        return np.mean(np.linalg.norm(new[:, np.newaxis] - means, axis=2).argmin(axis=1) == new_labels)

    with_places = accuracy(maps.reshape(len(maps), -1), new_maps.reshape(len(new_maps), -1))
    return with_places - accuracy(maps.mean(axis=(1, 2)), new_maps.mean(axis=(1, 2)))


# For each exercise: plausible wrong answers, each with a part of the hint that it must get.
WRONG_ANSWERS = {
    "rescale": [
        (lambda pixels: pixels / 255, "127 becomes 0"),
        (lambda pixels: (pixels.astype(float) - 127) / 127, "127 becomes 0"),
        (unscaled_uint8, "convert to float"),
    ],
    "nearest": [
        (lambda queries, features: (queries @ features.T).argmax(axis=1), "not win by its length"),
        (by_distance, "largest cosine|directions"),
        (lambda queries, features: (queries @ features.T).argmin(axis=1), "largest cosine"),
    ],
    "grid_means": [
        (lambda maps, side: maps.mean(axis=(1, 2)), "as (1, 1, 1, 1)"),
        (means_of_every_nth_place, "square of neighbours"),
        (lambda maps, side: grid_of_a_square(maps, side, maps.shape[1]), "may differ"),
        (
            lambda maps, side: np.broadcast_to(
                blocks(maps, side).mean(axis=3, keepdims=True), blocks(maps, side).shape
            ),
            "channels are never",
        ),
    ],
    "gain_by_places": [
        (lambda *given: -nearest_mean_gain(*given), "with minus without"),
        (lambda *given: nearest_mean_gain(*given[2:], *given[2:]), "Here places help|labelled maps alone"),
        (lambda maps, labels, new_maps, new_labels: nearest_mean_gain(maps, labels, maps, labels), "Here places help"),
        (lambda *given: max(nearest_mean_gain(*given), 0), "places hurt"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
