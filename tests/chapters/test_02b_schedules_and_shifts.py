"""Chapter 02b: each exercise's checker meets the stub, the solution and plausible wrong answers."""

import keras
import numpy as np

from course_lib.models.dense import dense_network
from exercises import exercise_tests
from story_code import definitions

CHAPTER = "02b_schedules_and_shifts"


def nine_logits():
    return keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(9)])


# For each exercise: plausible wrong answers, each with a part of the hint that it must get.
WRONG_ANSWERS = {
    "rate": [
        (lambda step, steps, peak: 0.01, "the rate zero"),
        (lambda step, steps, peak: peak * (1 - step / steps), "Not a straight line"),
        (lambda step, steps, peak: peak * np.cos(np.pi / 2 * step / steps), "half the peak"),
        (lambda step, steps, peak: peak * (1 + np.cos(step / steps)) / 2, "the rate zero"),
        (lambda step, steps, peak: 0.01 * (1 + np.cos(np.pi * step / 100)) / 2, "Use the three arguments"),
    ],
    "global_average": [
        (lambda maps: maps.mean(axis=(2, 3)), "each picture and channel"),
        (lambda maps: maps.max(axis=(1, 2)), "Average over height and width"),
        (lambda maps: maps.mean(axis=1)[:, 0], "Average over height and width"),
        (lambda maps: maps[:, 0].mean(axis=1), "Average over height and width"),
    ],
    "mcnemar_p": [
        (lambda first, second: 0.5 ** (first + second), "two tails"),
        (lambda first, second: 2 * 0.5 ** (first + second), "of 0 and of 1"),
        (lambda first, second: abs(first - second) / (first + second), "two tails"),
    ],
    "steady_network": [
        (nine_logits, "10 logits come out"),
        (dense_network, "minds the shift"),
        (lambda: "a network", "stops with TypeError"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)


def test_prepared_digit_fills_the_box_and_has_its_centre_of_mass_in_the_middle():
    prepare = definitions(CHAPTER, "prepare")["prepare"]
    stroke = np.zeros((40, 20))
    stroke[:, 12:16] = 255.0
    prepared = prepare(stroke)
    rows, columns = np.nonzero(prepared)
    assert prepared.shape == (28, 28)
    assert rows.max() - rows.min() + 1 == 20
    assert abs(np.average(columns, weights=prepared[rows, columns]) - 13.5) <= 1


def test_shifted_pictures_lose_what_leaves_them_and_get_paper():
    shift_right = definitions(CHAPTER, "shift_right")["shift_right"]
    pictures = np.arange(2 * 3 * 4).reshape(2, 3, 4, 1)
    assert np.array_equal(shift_right(pictures, 3)[:, :, 3], pictures[:, :, 0])
    assert not shift_right(pictures, 3)[:, :, :3].any()
    assert np.array_equal(shift_right(pictures, 0), pictures)


def test_turned_pictures_have_on_the_right_what_was_below_or_above():
    turned = definitions(CHAPTER, "turned")["turned"]
    picture = np.zeros((1, 4, 4, 1))
    picture[:, 3] = 1
    assert turned(picture, 1)[:, :, 3].all()
    assert turned(picture[:, ::-1], 3)[:, :, 3].all()
    assert np.array_equal(turned(turned(picture, 3), -3), picture)
