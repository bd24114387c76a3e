"""Chapter 02: each exercise's checker meets the stub, the solution and plausible wrong answers."""

import keras
import numpy as np
import pytest

from course_lib.models.convolutional import convolutional_network
from exercises import load_exercise, reply


def convolve(image, kernel, stride):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.sum(windows[::stride, ::stride] * kernel, axis=(2, 3))


def probabilities():
    return keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(6)])


def unscaled():
    layers = [keras.layers.Conv2D(8, 28, activation="sigmoid"), keras.layers.Flatten()]
    return keras.Sequential([keras.Input((28, 28, 1)), *layers, keras.layers.Dense(10, activation="softmax")])


# Chapter, exercise, and for each wrong answer a part of the hint it must get.
WRONG = {
    ("02_cnn_mnist", "output_size"): [
        (lambda size, kernel, stride, padding: size - kernel, "left end has 28 - 3 + 1 places"),
        (lambda size, kernel, stride, padding: size + padding - kernel + 1, "both sides"),
        (lambda size, kernel, stride, padding: size + 2 * padding - kernel + 1, "every second place"),
        (lambda size, kernel, stride, padding: (size + 2 * padding - kernel) / stride + 1, "round down"),
    ],
    ("02_cnn_mnist", "conv_parameters"): [
        (lambda kernel, channels, filters: kernel * kernel * channels * filters, "one bias"),
        (
            lambda kernel, channels, filters: kernel * kernel * channels * filters + 1,
            "a bias for each|one bias for each",
        ),
        (lambda kernel, channels, filters: (kernel * kernel + 1) * filters, "all input channels"),
    ],
    ("02_cnn_mnist", "strided_convolution"): [
        (lambda image, kernel, stride: convolve(image, kernel, 1), "size"),
        (lambda image, kernel, stride: convolve(image, kernel[::-1, ::-1], stride), "what convolve does"),
        (lambda image, kernel, stride: convolve(image, kernel, stride).T, "what convolve does"),
        (lambda image, kernel, stride: convolve(image, kernel.T, stride), "Do not flip|as it is"),
    ],
    ("02_cnn_mnist", "mcnemar_p"): [
        (lambda first, second: 0.5 ** (first + second), "two tails"),
        (lambda first, second: 2 * 0.5 ** (first + second), "of 0 and of 1"),
        (lambda first, second: abs(first - second) / (first + second), "two tails"),
    ],
    ("02_cnn_mnist", "tiny_network"): [
        (probabilities, "10 logits come out"),
        (convolutional_network, "fewer filters"),
        (lambda: "a network", "stops with TypeError"),
        (unscaled, "without softmax|fewer filters|rescale"),
    ],
}
EXERCISES = [pytest.param(*key, id=f"{key[0][:3]}{key[1]}") for key in WRONG]
ANSWERS = [
    pytest.param(*key, *wrong, id=f"{key[1]}-{number}") for key in WRONG for number, wrong in enumerate(WRONG[key])
]


@pytest.mark.parametrize(("chapter", "name"), EXERCISES)
def test_untouched_stub_is_open_and_solution_passes(chapter, name):
    exercise = load_exercise(chapter, name)
    assert reply(exercise.checker, exercise.stub).startswith("○ open - ")
    # Loading ran the solution's own cell, which raises unless its checker says "right".
    assert exercise.solution is not exercise.stub


@pytest.mark.parametrize(("chapter", "name", "answer", "hint"), ANSWERS)
def test_wrong_answer_gets_its_hint(chapter, name, answer, hint):
    printed = reply(load_exercise(chapter, name).checker, answer)
    assert printed.startswith("✗ not yet - ")
    assert any(part in printed for part in hint.split("|")), printed


@pytest.mark.parametrize(("chapter", "name"), EXERCISES)
def test_each_checker_is_tried_with_three_wrong_answers(chapter, name):
    assert len(WRONG[chapter, name]) >= 3
