"""The start page: its exercise answers back, and it asks the machine for what the largest chapter needs."""

import re

import numpy as np

import chapters
from exercises import exercise_tests
from story_code import definitions

CHAPTER = "00_start_here"


def distances(picture, pictures):
    differences = (pictures.astype(float) - picture) ** 2
    return differences.reshape(len(pictures), -1).sum(axis=1)


WRONG_ANSWERS = {
    "count_mistakes": [
        (lambda answers, labels: len(labels), "No answer is wrong here"),
        (lambda answers, labels: np.sum(answers == labels), "No answer is wrong here"),
        (lambda answers, labels: answers != labels, "Return one number"),
        (lambda answers, labels: np.mean(answers != labels), "not their share"),
        (lambda answers, labels: np.sum(np.abs(answers - labels)), "counts once"),
    ],
    "nearest_label": [
        (lambda picture, pictures, labels: distances(picture, pictures).argmin(), "label, not its place"),
        (lambda picture, pictures, labels: labels[distances(picture, pictures).argmax()], "nearest one's label"),
        (
            lambda picture, pictures, labels: labels[np.abs(pictures * 1.0 - picture).sum((1, 2)).argmin()],
            "Square each",
        ),
        (lambda picture, pictures, labels: labels[((pictures - picture) ** 2).sum((1, 2)).argmin()], "unsigned whole"),
        (lambda picture, pictures, labels: labels[distances(picture[:9], pictures[:, :9]).argmin()], "182 of"),
    ],
}


test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)


def test_machine_check_asks_for_the_memory_of_the_largest_chapter():
    code = "\n".join(cell.source for cell in chapters.read(chapters.START_PAGE).cells)
    asked = float(re.search(r"inspect_machine\(largest_chapter_gb=([\d.]+)\)", code).group(1))
    assert asked == max(chapters.read(path).metadata["course"]["memory_gb"] for path in chapters.chapter_files())


def test_drawing_becomes_a_picture_as_large_as_those_of_mnist():
    picture_of = definitions(CHAPTER, "picture_of")["picture_of"]
    picture = picture_of("#.\n.#")
    assert picture.shape == (28, 28, 1)
    assert picture[4:6, 4:6].min() == picture[6:8, 6:8].min() == 255
    assert picture.sum() == 8 * 255


def test_drawing_of_another_size_is_cut_or_filled_with_paper():
    picture_of = definitions(CHAPTER, "picture_of")["picture_of"]
    assert picture_of("").sum() == 0
    assert picture_of("\n".join(["#" * 30] * 30)).sum() == 400 * 255


def test_moved_shifts_columns_of_one_picture_and_of_many():
    moved = definitions(CHAPTER, "moved")["moved"]
    picture = np.zeros((28, 28, 1))
    picture[3, 5] = 1
    assert moved(picture, 4)[3, 9] == 1
    assert np.array_equal(moved(picture[np.newaxis], 4)[0], moved(picture, 4))
