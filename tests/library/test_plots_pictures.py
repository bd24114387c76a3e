"""Figures made of pictures and of words."""

import numpy as np
import pytest

from accessibility import LINE_CONTRAST, TEXT_CONTRAST, contrast
from course_lib import plots

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


def test_receptive_fields_are_squares_around_the_centre():
    axes = plots.receptive_fields(np.eye(20, 30), {"conv": 4, "pool": 10}, "t").axes[0]
    np.testing.assert_array_equal(axes.images[0].get_array(), np.eye(20, 30))
    assert [(square.get_xy(), square.get_width(), square.get_height()) for square in axes.patches] == [
        ((12.5, 7.5), 4, 4),
        ((9.5, 4.5), 10, 10),
    ]
    first, second = axes.patches
    assert first.get_linestyle() != second.get_linestyle()
    assert not first.get_fill() and first.get_edgecolor() != second.get_edgecolor()


@pytest.mark.parametrize(("images", "labels"), [([], []), ([np.zeros((2, 2))], ["one", "two"])])
def test_image_grid_names_a_wrong_number_of_labels(images, labels):
    with pytest.raises(ValueError, match=rf"{len(images)} images .*(give 1 to|{len(labels)} labels)"):
        plots.image_grid(images, labels)


@pytest.mark.parametrize("images", [None, "ab", np.array(3.0)])
def test_image_grid_refuses_what_is_no_list_of_pictures(images):
    with pytest.raises(ValueError, match=r"images=.* was given; give a list of pictures"):
        plots.image_grid(images)


def test_confusion_matrix_shows_all_counts_and_shades_mistakes_only():
    counts = np.array([[50, 2], [3, 45]])
    axes = plots.confusion_matrix(counts, ["cat", "dog"], "t").axes[0]
    assert [text.get_text() for text in axes.texts] == ["50", "2", "3", "45"]
    assert axes.images[0].get_array().tolist() == [[0, 2], [3, 0]]
    assert contrast("black", axes.images[0].to_rgba(3)[:3]) >= TEXT_CONTRAST
    assert [text.get_position() for text in axes.texts] == [(0, 0), (1, 0), (0, 1), (1, 1)]
    assert [text.get_fontweight() for text in axes.texts] == ["bold", "normal", "normal", "bold"]
    for labels in (axes.get_xticklabels(), axes.get_yticklabels()):
        assert [(label.get_text(), sum(label.get_position())) for label in labels] == [("cat", 0), ("dog", 1)]
    assert plots.confusion_matrix(np.eye(2, dtype=int), ["cat", "dog"], "t").axes[0].images[0].get_clim()[1] > 0


def test_coloured_words_carry_their_scores_in_percent_and_break_long_lines():
    figure = plots.coloured_words([["good", "film"], ["word"] * 40], [[0.9, 0.8], [0.5] * 40], title="t")
    texts = [(text.get_text(), text.get_position()[1]) for text in figure.axes[0].texts]
    assert [text for text, _ in texts[:4]] == ["good", "90", "film", "80"]
    assert len({row for text, row in texts if text == "word"}) == 3
    with pytest.raises(ValueError, match=r"1 words .* 2 scores"):
        plots.coloured_words([["good"]], [[0.9, 0.8]], title="t")


def test_coloured_words_stand_side_by_side_on_red_white_or_blue_with_the_score_below():
    words, scores = [["good", "a"] + ["word"] * 20, ["end"]], [[0.0, 0.5] + [1.0] * 20, [0.5]]
    figure = plots.coloured_words(words, scores, title="t")
    axes = figure.axes[0]
    shown, below = axes.texts[::2], axes.texts[1::2]
    places = [text.get_position() for text in shown]
    assert places[:3] == [(2, 0), (7, 0), (12, 0)], "five characters of room for each short word"
    assert places[15:17] == [(77, 0), (2, 1)] and places[-1] == (2, pytest.approx(2.4))
    for word, number in zip(shown, below, strict=True):
        assert number.get_position()[0] == word.get_position()[0]
        assert 0.2 < number.get_position()[1] - word.get_position()[1] < 0.6, "a number stands between two lines"
    left, right = axes.get_xlim()
    bottom, top = axes.get_ylim()
    lowest = max(text.get_position()[1] for text in below)
    assert left < 0 and right >= 84 and -1 < top < 0 and lowest < bottom < lowest + 1, "no empty line, none cut off"
    for word in shown:
        assert contrast("black", word.get_bbox_patch().get_facecolor()[:3]) >= TEXT_CONTRAST
    red, white, blue = (text.get_bbox_patch().get_facecolor()[:3] for text in shown[:3])
    assert red[0] > 2 * red[2] and min(white) > 0.9 and blue[2] > 2 * blue[0]
    (longest,) = plots.coloured_words([["x" * 83]], [[0.5]], title="t").axes[0].texts[::2]
    assert longest.get_position() == (41.5, 0), "84 characters fit a line, the space behind the word included"
