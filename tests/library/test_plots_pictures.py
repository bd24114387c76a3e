"""Figures made of pictures."""

import numpy as np
import pytest

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
