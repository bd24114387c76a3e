"""Figures made of pictures."""

from itertools import pairwise

import keras
import numpy as np
import pytest
import tensorflow as tf

from accessibility import LINE_CONTRAST, contrast
from course_lib import plots

GOOD_CALLS = {
    plots.image_grid: {
        "images": [np.zeros((3, 4, 3))],
        "labels": ["a"],
        "columns": 2,
        "title": "t",
        "signed": False,
    }
}

PICTURE = np.arange(12.0).reshape(3, 4)


def test_image_grid_draws_each_picture_under_its_label():
    images = [np.full((4, 4, 1), value) for value in range(5)]
    figure = plots.image_grid(images, [str(value) for value in range(5)], columns=3, title="five")
    shown = [axes for axes in figure.axes if axes.images]
    assert [axes.get_title() for axes in shown] == ["0", "1", "2", "3", "4"]
    assert [int(axes.images[0].get_array().max()) for axes in shown] == [0, 1, 2, 3, 4]
    assert figure.axes[0].get_gridspec().get_geometry() == (2, 3)
    assert [axes.axison for axes in figure.axes] == [True] * 5 + [False]
    assert figure.get_suptitle() == "five" and not any([*axes.get_xticks(), *axes.get_yticks()] for axes in shown)


@pytest.mark.parametrize(("count", "geometry"), [(1, (1, 1)), (8, (1, 8)), (9, (2, 8)), (16, (2, 8)), (17, (3, 8))])
def test_image_grid_has_eight_pictures_in_a_row_and_at_most_1200_pixels(count, geometry):
    figure = plots.image_grid([PICTURE] * count)
    assert figure.axes[0].get_gridspec().get_geometry() == geometry
    assert figure.get_size_inches()[0] <= 8


def test_dark_values_are_more_and_signed_pictures_share_white_for_zero():
    (plain,) = plots.image_grid([PICTURE]).axes[0].images
    assert plain.get_cmap()(1.0)[:3] == (0, 0, 0)
    (signed,) = plots.image_grid([np.array([[-2.0, 1.0]])], signed=True).axes[0].images
    assert signed.get_clim() == (-2.8, 2.8)
    (whole,) = plots.image_grid([np.array([[0, 3]], dtype=np.uint8)], signed=True).axes[0].images
    assert whole.get_clim() == pytest.approx((-4.2, 4.2))
    red, blue = signed.get_cmap()(0.1), signed.get_cmap()(0.9)
    assert red[0] > red[2] and blue[2] > blue[0]
    (empty,) = plots.image_grid([np.zeros((2, 2))], signed=True).axes[0].images
    assert empty.get_clim() == (-1.4, 1.4)


def test_negative_values_carry_a_dash_that_stands_out():
    figure = plots.image_grid([np.array([[-2.0, 1.0], [-0.1, -1.0]])[..., np.newaxis]], signed=True)
    (axes,) = figure.axes
    (dashes,) = axes.lines
    assert dashes.get_xydata().tolist() == [[0, 0], [1, 1]], "-0.1 is too pale to tell from white"
    assert (axes.get_xlim(), axes.get_ylim()) == ((-0.5, 1.5), (1.5, -0.5)), "dashes leave the picture's size alone"
    assert contrast(dashes.get_color(), axes.images[0].to_rgba(-2.0)[:3]) >= LINE_CONTRAST
    figure.draw_without_rendering()
    value_points = axes.get_window_extent().width * 72 / figure.dpi / 2
    assert 0.3 * value_points < dashes.get_markersize() < value_points, "a dash stays within its value's square"
    assert not plots.image_grid([PICTURE]).axes[0].lines


def drawn(*pictures, **options):
    """Return what is seen of each picture: colours from 0 to 255, (height, width, 3)."""
    figure = plots.image_grid(list(pictures), **options)
    return [axes.images[0].to_rgba(axes.images[0].get_array(), bytes=True)[..., :3] for axes in figure.axes]


def ink(*pictures, **options):
    """Return how dark each picture is drawn: 0 for white, 1 for black, (height, width)."""
    return [1 - colours.mean(axis=2) / 255 for colours in drawn(*pictures, **options)]


DIGIT = np.linspace(0, 255, 70).round().reshape(10, 7, 1)  # a slope over all shades
COLOURED = np.stack([DIGIT[..., 0], DIGIT[::-1, :, 0], np.full(DIGIT.shape[:2], 128.0)], axis=2)
HALF = 1 / 255  # a step of the grey scale


# How else people hold the same picture; each must look the same.
FORMS = {
    "uint8": lambda picture: picture.astype("uint8"),
    "int64": lambda picture: picture.astype("int64"),
    "int32 list": lambda picture: picture.astype("int32").tolist(),
    "float to 255": lambda picture: picture,
    "float16 to 255": lambda picture: picture.astype("float16"),
    "float to 1": lambda picture: picture / 255,
    "float32 to 1": lambda picture: (picture / 255).astype("float32"),
    "rounded above 1": lambda picture: picture / 255 * (1 + 1e-7),
    "-1 to 1": lambda picture: picture / 127.5 - 1,
    "standardised": lambda picture: (picture - picture.mean()) / picture.std(),
    "-128 to 127": lambda picture: (picture - 128).astype("int8"),
    "uint16": lambda picture: (picture * 257).astype("uint16"),
    "features": lambda picture: picture / 80,
    "Fortran order": lambda picture: np.asfortranarray(picture.astype("uint8")),
    "a view backwards": lambda picture: picture[::-1].copy()[::-1],
}


@pytest.mark.parametrize("form", [form for form in FORMS if form not in ("standardised", "-128 to 127")])
def test_a_picture_looks_the_same_in_each_form(form):
    for picture in (DIGIT, DIGIT[..., 0], COLOURED):
        (expected,), (seen,) = drawn(picture.astype("uint8")), drawn(FORMS[form](picture))
        np.testing.assert_allclose(seen.astype(float), expected, atol=1)


@pytest.mark.parametrize("form", ["standardised", "-128 to 127"])
def test_where_zero_is_inside_a_scale_it_still_goes_from_white_to_black(form):
    (seen,) = ink(FORMS[form](DIGIT))
    assert seen.min() == pytest.approx(0, abs=0.01) and seen.max() == pytest.approx(1, abs=0.01)
    np.testing.assert_allclose(seen, ink(DIGIT)[0], atol=0.01)


@pytest.mark.parametrize("kind", ["uint8", "int64", "float32"])
def test_constant_pictures_are_as_dark_as_their_value(kind):
    values = (0, 64, 128, 255)
    together = ink(*(np.full((2, 2), value, kind) for value in values))
    alone = [ink(np.full((2, 2), value, kind))[0] for value in values]
    for seen in (together, alone):
        np.testing.assert_allclose([picture.mean() for picture in seen], np.array(values) / 255, atol=HALF)


@pytest.mark.parametrize("kind", ["uint8", "int32", "float32", "float64"])
def test_a_tenth_of_a_picture_is_a_tenth_as_dark_beside_it_and_alone(kind):
    pale = (DIGIT // 10).astype(kind)
    for seen in (ink(DIGIT.astype(kind), pale)[1], ink(pale)[0]):
        np.testing.assert_allclose(seen, (DIGIT // 10)[..., 0] / 255, atol=HALF)


def test_a_picture_of_type_uint8_is_never_stretched_and_a_mask_of_truth_values_always():
    (seen,) = ink(np.array([[0, 1, 3]], "uint8"))
    np.testing.assert_allclose(seen, [[0, 1 / 255, 3 / 255]], atol=HALF)
    (seen,) = ink(np.array([[False, True]]))
    assert seen.tolist() == [[0, 1]] and ink(np.array([[0, 1]]))[0].tolist() == [[0, 1]]
    assert [picture.tolist() for picture in ink(np.array([[False]]), np.array([[True]]))] == [[[0]], [[1]]]


@pytest.mark.parametrize(("largest", "black"), [(0.4, 1), (1, 1), (1.5, 1.5), (9, 9), (16, 16), (17, 255), (300, 300)])
def test_the_largest_value_says_which_scale_is_meant(largest, black):
    np.testing.assert_allclose(ink([[0.0, largest]])[0], [[0, largest / black]], atol=HALF)


def test_all_pictures_of_a_grid_share_one_scale_also_with_a_sign():
    faint, strong = ink([[0.0, 0.25]], [[0.0, 1.0]])
    assert faint[0, 1] == pytest.approx(0.25, abs=HALF) and strong[0, 1] == 1
    normalised = ink(*(np.full((1, 1), value) for value in (-1.0, 0.0, 1.0)))
    np.testing.assert_allclose(np.ravel(normalised), [0, 0.5, 1], atol=HALF)
    (inside,) = ink([[-0.5, 0.0, 0.5]])  # -1 to 1, though no value comes to the ends
    np.testing.assert_allclose(inside, [[0.25, 0.5, 0.75]], atol=HALF)
    limits = [axes.images[0].get_clim() for axes in plots.image_grid([[[0.5]], [[-2.0]]], signed=True).axes]
    assert limits == [(-2.8, 2.8)] * 2
    weak, deep = plots.image_grid([[[-0.1, 0.1]], [[-2.0, 2.0]]], signed=True).axes
    assert not weak.lines[0].get_xdata().size and deep.lines[0].get_xdata().tolist() == [0]


def test_pictures_in_colour_stay_as_they_are_beside_signed_ones():
    figure = plots.image_grid([COLOURED.astype("uint8"), np.array([[-300.0, 900.0]])], signed=True)
    np.testing.assert_array_equal(figure.axes[0].images[0].get_array(), COLOURED.astype("uint8"))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e305])
def test_a_picture_with_a_value_that_has_no_shade_is_refused_by_name(value):
    with pytest.raises(ValueError, match=r"^images=.* of finite numbers$"):
        plots.image_grid([DIGIT, np.array([[0.0, value]])])


def test_a_batch_of_any_library_is_a_list_of_pictures():
    batch = np.stack([DIGIT, DIGIT // 2]).astype("uint8")
    variables = tf.Variable(batch), keras.Variable(batch, dtype="uint8")
    for given in (batch, tuple(batch), batch.tolist(), tf.constant(batch), *variables, list(tf.constant(batch))):
        seen = [np.asarray(axes.images[0].get_array()).tolist() for axes in plots.image_grid(given, ["a", "b"]).axes]
        assert seen == batch[..., 0].tolist()


def test_long_labels_are_broken_and_do_not_run_into_each_other():
    figure = plots.image_grid([PICTURE] * 6, ["a cat that is called a dog at 99 %"] * 6, columns=6)
    figure.draw_without_rendering()
    boxes = [axes.title.get_window_extent() for axes in figure.axes]
    assert all(left.x1 < right.x0 for left, right in pairwise(boxes))
    assert all(box.y1 <= figure.bbox.y1 for box in boxes)


@pytest.mark.parametrize("label", ["$_$", "$5 or $6", "_private", "précision", "a\nb", "%s {0} \\frac"])
def test_a_label_is_drawn_as_it_stands(label):
    figure = plots.image_grid([PICTURE], [label])
    figure.draw_without_rendering()
    assert figure.axes[0].get_title().replace(r"\$", "$") == label


def test_a_title_that_is_too_long_is_broken():
    for columns in (1, 8):
        figure = plots.image_grid([PICTURE] * columns, title="so many words " * (columns + 3))
        figure.draw_without_rendering()
        box = figure._suptitle.get_window_extent()
        assert box.x0 >= 0 and box.x1 <= figure.bbox.x1
