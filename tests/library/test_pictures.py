"""Photographs, and pictures of all kinds as colour from 0 to 255."""

import numpy as np
import pytest

from course_lib.pictures import as_rgb, load_photograph


@pytest.mark.parametrize(
    ("name", "shape"),
    [("astronaut", (256, 256, 3)), ("chelsea", (256, 385, 3)), ("coffee", (256, 384, 3)), ("rocket", (256, 384, 3))],
)
def test_photographs_are_colour_pictures(name, shape):
    picture = load_photograph(name)
    assert (picture.shape, picture.dtype) == (shape, np.uint8)
    assert picture.min() < 30 and picture.max() > 220


def test_unknown_photograph_lists_those_there_are():
    with pytest.raises(ValueError, match=r"name='cat'.*'astronaut', 'chelsea', 'coffee', 'rocket'"):
        load_photograph("cat")


@pytest.mark.parametrize("shape", [(4, 5), (4, 5, 1), (1, 4, 5, 1), (4, 5, 3), (2, 4, 5, 3)])
def test_every_layout_becomes_a_batch_in_colour(shape):
    pictures = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    colour = as_rgb(pictures)
    assert (colour.ndim, colour.shape[-1], colour.dtype) == (4, 3, np.uint8)
    np.testing.assert_array_equal(
        colour[..., 0].ravel(), pictures.reshape(-1, *shape[2:])[..., 0].ravel() if len(shape) > 2 else pictures.ravel()
    )


@pytest.mark.parametrize("kind", [np.uint8, np.float32])
def test_transparent_pictures_are_laid_on_white(kind):
    picture = np.array([[[10, 20, 30, 255], [10, 20, 30, 0], [0, 100, 255, 51]]], dtype=kind)
    np.testing.assert_allclose(as_rgb(picture)[0, 0], [[10, 20, 30], [255, 255, 255], [204, 224, 255]], atol=1e-4)
    assert as_rgb(picture).dtype == kind
    assert as_rgb(picture[..., :2]).shape == (1, 1, 3, 3)


@pytest.mark.parametrize(
    ("pictures", "message"),
    [
        (np.zeros(5), "of shape"),
        (np.zeros((4, 5, 6)), "1 to 4 channels"),
        (np.zeros((0, 5, 5, 3)), "of shape"),
        (np.full((4, 5, 3), 0.9), "multiply them by 255"),
        (np.full((4, 5, 3), 256), "from 0 to 255"),
        (np.full((4, 5, 3), -1.0), "from 0 to 255"),
        (np.full((4, 5, 3), np.nan), "from 0 to 255"),
        (np.full((4, 5, 3), True), "type bool"),
    ],
)
def test_other_values_are_refused(pictures, message):
    with pytest.raises(ValueError, match=message):
        as_rgb(pictures)
