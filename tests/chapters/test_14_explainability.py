"""Chapter 14: its tags, its measures of maps, its two roads to Shapley values, and the checkers of its exercises."""

from itertools import pairwise

import numpy as np
import pytest

from course_lib.datasets import Examples
from exercises import exercise_tests
from story_code import definitions

CHAPTER = "14_explainability"


def grey(count=40):
    return Examples(np.full((count, 32, 32, 3), 128, "uint8"), np.arange(count) % 10)


@pytest.mark.parametrize("moving", [False, True])
def test_a_tag_stands_in_two_rows_and_names_its_class(moving):
    names = definitions(CHAPTER, "codes", "STRENGTH", "world")
    pictures, labels, rows = names["world"](grey(), share=1, moving=moving)
    assert moving or set(rows) == {30}
    for picture, label, row in zip(pictures, labels, rows, strict=True):
        strip = np.repeat(names["codes"][label], 2) * names["STRENGTH"]
        assert (picture[row : row + 2] == 128 + strip[:, None]).all()
        assert (np.delete(picture, [row, row + 1], axis=0) == 128).all()


def test_a_wrong_tag_names_another_class_and_no_share_means_no_tag():
    names = definitions(CHAPTER, "codes", "STRENGTH", "world")
    pictures, labels, _ = names["world"](grey(), share=1, wrong=True)
    named = ((pictures[:, 30, ::2, 0] - 128) @ names["codes"].T).argmax(axis=1)
    assert (named != labels).all()
    assert (names["world"](grey(), share=0)[0] == 128).all()


def test_codes_of_any_two_classes_differ_in_half_of_the_patches():
    codes = definitions(CHAPTER, "codes")["codes"]
    assert (codes @ codes.T == 16 * np.eye(10)).all()
    assert (codes.sum(axis=1) == 0).all()


def test_top_pixels_are_counted_in_the_strip_of_each_map():
    count = definitions(CHAPTER, "top_in_strip")["top_in_strip"]
    maps = np.zeros((2, 32, 32))
    maps[0, 30:], maps[1, 4:6] = -1, 1
    assert count(maps, np.array([30, 4])) == 1
    assert count(maps, np.array([30, 5])) == 0.75
    assert count(maps, np.array([0, 20])) == 0


def test_the_mean_pictures_differ_where_the_tag_stands():
    names = definitions(CHAPTER, "codes", "STRENGTH", "world", "data_alone")
    noise = np.random.default_rng(0).integers(40, 200, (400, 32, 32, 3)).astype("uint8")
    pictures, labels, _ = names["world"](Examples(noise, np.arange(400) % 10), share=1)
    apart = names["data_alone"](pictures, labels)
    assert np.median(apart[30:]) > 5 * np.median(apart[:30])


def test_agreement_looks_at_the_chosen_pixels_alone():
    agreement = definitions(CHAPTER, "agreement")["agreement"]
    one, other = np.arange(9.0).reshape(1, 3, 3), np.arange(9.0).reshape(1, 3, 3) ** 2
    where = np.full((1, 3, 3), True)
    assert agreement(one, other, where) == pytest.approx(1)
    assert agreement(one, -other, where) == pytest.approx(-1)
    other[0, 0] = [9, -5, 70]
    where[0, 0] = False
    assert agreement(one, other, where) == pytest.approx(1)


def test_two_roads_lead_to_one_shapley_value():
    names = definitions(CHAPTER, "coalitions", "shapley_by_sets", "shapley_by_orders")
    worth = np.random.default_rng(0).random(256)
    by_sets, by_orders = names["shapley_by_sets"](worth), names["shapley_by_orders"](worth)
    assert by_sets == pytest.approx(by_orders, abs=1e-10)
    assert by_sets.sum() == pytest.approx(worth[255] - worth[0])
    alone = np.arange(8.0)
    assert names["shapley_by_sets"](names["coalitions"] @ alone) == pytest.approx(alone)


def in_one_order(worth):
    return [late - early for early, late in pairwise([worth[0], worth[4], worth[6], worth[7]])]


def last_to_join(worth):
    return [worth[7] - worth[3], worth[7] - worth[5], worth[7] - worth[6]]


WRONG_ANSWERS = {
    "shapley_of_three": [
        (in_one_order, "share alike"),
        (last_to_join, "share alike"),
        (lambda worth: [worth[4], worth[2], worth[1]], "share alike"),
        (lambda worth: [worth[7] / 3] * 3, "brings alone"),
    ],
    "activation_map": [
        (lambda features, kernel, label: (features @ kernel[:, label]).mean(), "reads the first channel"),
        (lambda features, kernel, label: np.maximum(features @ kernel[:, label], 0), "speak against"),
        (lambda features, kernel, label: features.sum(axis=-1), "reads the first channel"),
        (lambda features, kernel, label: features @ kernel[:, 0], "less the third"),
    ],
    "path_parts": [
        (lambda slope, start, end, steps: slope(end) * (end - start), "sum of squares"),
        (lambda slope, start, end, steps: slope((start + end) / 2), "slope times way"),
        (
            lambda slope, start, end, steps: (
                end * np.mean([slope((k + 0.5) / steps * end) for k in range(steps)], axis=0)
            ),
            "not at zero",
        ),
        (
            lambda slope, start, end, steps: (
                (end - start) * np.mean([slope(start + k / steps * (end - start)) for k in range(steps)], axis=0)
            ),
            "sum of squares",
        ),
    ],
    "flipped": [
        (lambda right, given, told, labels: np.mean(given == told), "third tag is true"),
        (lambda right, given, told, labels: np.mean((given == told)[told != labels]), "wrong before"),
        (
            lambda right, given, told, labels: np.mean((given != labels)[(told != labels) & (right == labels)]),
            "does not count",
        ),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
