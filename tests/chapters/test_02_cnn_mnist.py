"""Chapter 02: each exercise's checker meets the stub, the solution and plausible wrong answers."""

import keras
import numpy as np

from course_lib.models.convolutional import convolutional_network
from exercises import exercise_tests
from story_code import definitions

CHAPTER = "02_cnn_mnist"


def convolve(image, kernel, stride):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.sum(windows[::stride, ::stride] * kernel, axis=(2, 3))


def probabilities():
    return keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(6)])


def unscaled():
    layers = [keras.layers.Conv2D(8, 28, activation="sigmoid"), keras.layers.Flatten()]
    return keras.Sequential([keras.Input((28, 28, 1)), *layers, keras.layers.Dense(10, activation="softmax")])


def shuffle_pixels(images):
    order = np.random.default_rng(0).permutation(images[0].size)
    return images.reshape(len(images), -1)[:, order].reshape(images.shape)


def shuffle_each_time(images, size):
    rows = images.shape[1] // size
    blocks = images.reshape(len(images), rows, size, rows, size, images.shape[3]).swapaxes(2, 3)
    blocks = blocks.reshape(len(images), rows * rows, size, size, images.shape[3])
    blocks = blocks[:, np.random.permutation(rows * rows)]
    return blocks.reshape(len(images), rows, rows, size, size, images.shape[3]).swapaxes(2, 3).reshape(images.shape)


# For each exercise: plausible wrong answers, each with a part of the hint that it must get.
WRONG_ANSWERS = {
    "output_size": [
        (lambda size, kernel, stride, padding: size - kernel, "left end has 28 - 3 + 1 places"),
        (lambda size, kernel, stride, padding: size + padding - kernel + 1, "both sides"),
        (lambda size, kernel, stride, padding: size + 2 * padding - kernel + 1, "every second place"),
        (lambda size, kernel, stride, padding: (size + 2 * padding - kernel) / stride + 1, "round down"),
    ],
    "conv_parameters": [
        (lambda kernel, channels, filters: kernel * kernel * channels * filters, "one bias"),
        (
            lambda kernel, channels, filters: kernel * kernel * channels * filters + 1,
            "a bias for each|one bias for each",
        ),
        (lambda kernel, channels, filters: (kernel * kernel + 1) * filters, "all input channels"),
    ],
    "strided_convolution": [
        (lambda image, kernel, stride: convolve(image, kernel, 1), "size"),
        (lambda image, kernel, stride: convolve(image, kernel[::-1, ::-1], stride), "what convolve does"),
        (lambda image, kernel, stride: convolve(image, kernel, stride).T, "what convolve does"),
        (lambda image, kernel, stride: convolve(image, kernel.T, stride), "Do not flip|as it is"),
    ],
    "tiny_network": [
        (probabilities, "10 logits come out"),
        (convolutional_network, "fewer filters"),
        (lambda: "a network", "stops with TypeError"),
        (unscaled, "without softmax|fewer filters|rescale"),
    ],
    "shuffle_blocks": [
        (lambda images, size: np.zeros_like(images), "One block alone"),
        (lambda images, size: shuffle_pixels(images) if size < 4 else images, "must be a block of the picture"),
        (shuffle_each_time, "Draw one order"),
        (lambda images, size: images, "Nothing has moved"),
        (lambda images, size: "blocks", "One block alone"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)


def test_channels_add_up_and_the_bias_counts_once():
    convolve_channels = definitions(CHAPTER, "convolve", "convolve_channels")["convolve_channels"]
    picture = np.random.default_rng(0).normal(size=(6, 7, 3))
    kernel = np.random.default_rng(1).normal(size=(3, 3, 3))
    expected = sum(convolve(picture[..., channel], kernel[..., channel], 1) for channel in range(3)) + 0.5
    assert np.allclose(convolve_channels(picture, kernel, bias=0.5), expected)
