"""Chapter 02: each exercise's checker meets the stub, the solution and plausible wrong answers."""

import keras
import numpy as np

from course_lib.models.convolutional import convolutional_network
from exercises import exercise_tests

CHAPTER = "02_cnn_mnist"


def convolve(image, kernel, stride):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.sum(windows[::stride, ::stride] * kernel, axis=(2, 3))


def probabilities():
    return keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(6)])


def unscaled():
    layers = [keras.layers.Conv2D(8, 28, activation="sigmoid"), keras.layers.Flatten()]
    return keras.Sequential([keras.Input((28, 28, 1)), *layers, keras.layers.Dense(10, activation="softmax")])


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
    "mcnemar_p": [
        (lambda first, second: 0.5 ** (first + second), "two tails"),
        (lambda first, second: 2 * 0.5 ** (first + second), "of 0 and of 1"),
        (lambda first, second: abs(first - second) / (first + second), "two tails"),
    ],
    "tiny_network": [
        (probabilities, "10 logits come out"),
        (convolutional_network, "fewer filters"),
        (lambda: "a network", "stops with TypeError"),
        (unscaled, "without softmax|fewer filters|rescale"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
