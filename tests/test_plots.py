"""Figures carry the data they were given, and leave pyplot alone."""

import sys

import numpy as np
import pytest
from matplotlib.figure import Figure

from course_lib import plots


def test_image_grid_draws_each_picture_under_its_label():
    images = [np.full((4, 4, 1), value) for value in range(5)]
    figure = plots.image_grid(images, [str(value) for value in range(5)], columns=3, title="five")
    shown = [axes for axes in figure.axes if axes.images]
    assert [axes.get_title() for axes in shown] == ["0", "1", "2", "3", "4"]
    assert [int(axes.images[0].get_array().max()) for axes in shown] == [0, 1, 2, 3, 4]


def test_signed_pictures_share_white_for_zero():
    figure = plots.image_grid([np.array([[-2.0, 1.0]])], signed=True)
    assert figure.axes[0].images[0].get_clim() == (-2.0, 2.0)


@pytest.mark.parametrize(("images", "labels"), [([], []), ([np.zeros((2, 2))], ["one", "two"])])
def test_image_grid_names_a_wrong_number_of_labels(images, labels):
    with pytest.raises(ValueError, match="pictures and"):
        plots.image_grid(images, labels)


def test_learning_curves_draw_training_and_validation():
    history = {"loss": [2.0, 1.0], "val_loss": [2.1, 1.2], "accuracy": [0.3, 0.6]}
    figure = plots.learning_curves(history)
    assert [len(axes.lines) for axes in figure.axes] == [2, 1]
    assert figure.axes[0].lines[1].get_ydata().tolist() == [2.1, 1.2]
    assert figure.axes[0].lines[0].get_xdata().tolist() == [1, 2]


def test_lines_differ_in_mark_and_style_and_not_by_colour_alone():
    figure = plots.line_chart(
        [1, 10, 100], {"a": [1, 2, 3], "b": [3, 2, 1]}, title="t", x_label="x (s)", y_label="y", log="x"
    )
    axes = figure.axes[0]
    first, second = axes.lines
    assert axes.get_xscale() == "log" and axes.get_yscale() == "linear"
    assert first.get_marker() != second.get_marker() and first.get_linestyle() != second.get_linestyle()
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a", "b"]


def test_bars_show_their_values():
    figure = plots.bar_chart(["left", "right"], {"a": [1, 2], "b": [3, 4]}, title="t", y_label="accuracy (%)")
    axes = figure.axes[0]
    assert sorted(bar.get_height() for bar in axes.patches) == [1, 2, 3, 4]
    assert {"1.0", "2.0", "3.0", "4.0"} <= {text.get_text() for text in axes.texts}


def test_confusion_matrix_shows_all_counts_and_shades_mistakes_only():
    counts = np.array([[50, 2], [3, 45]])
    axes = plots.confusion_matrix(counts, ["cat", "dog"], "t").axes[0]
    assert [text.get_text() for text in axes.texts] == ["50", "2", "3", "45"]
    assert axes.images[0].get_array().tolist() == [[0, 2], [3, 0]]


def test_no_figure_touches_pyplot():
    assert isinstance(plots.new_figure()[0], Figure)
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or not pyplot.get_fignums()


def test_line_chart_draws_error_bars_where_a_spread_is_given():
    labels = {"title": "t", "x_label": "x", "y_label": "y"}
    figure = plots.line_chart([1, 2], {"a": [3, 4], "b": [5, 6]}, spread={"a": [0.5, 1.0]}, **labels)
    (bars,) = [container for container in figure.axes[0].containers if container.has_yerr]
    assert [segment[:, 1].tolist() for segment in bars[2][0].get_segments()] == [[2.5, 3.5], [3.0, 5.0]]


def test_ranking_puts_the_highest_on_top_and_marks_the_baseline():
    figure = plots.ranking(["low", "high", "baseline"], [1.0, 3.0, 2.0], spread=[0.1, 0.1, 0.1], title="t", x_label="x")
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == ["low", "baseline", "high"]
    assert axes.lines[0].get_xdata() == [2.0, 2.0]


def test_coloured_words_carry_their_scores_in_percent_and_break_long_lines():
    figure = plots.coloured_words([["good", "film"], ["word"] * 40], [[0.9, 0.8], [0.5] * 40], title="t")
    texts = [(text.get_text(), text.get_position()[1]) for text in figure.axes[0].texts]
    assert [text for text, _ in texts[:4]] == ["good", "90", "film", "80"]
    assert len({row for text, row in texts if text == "word"}) == 3
    with pytest.raises(ValueError, match=r"shorter|longer"):
        plots.coloured_words([["good"]], [[0.9, 0.8]], title="t")


def test_line_chart_joins_the_values_that_a_series_has():
    labels = {"title": "t", "x_label": "x", "y_label": "y"}
    figure = plots.line_chart([1, 10, 100], {"a": [3, float("nan"), 5]}, log="x", **labels)
    (line,) = figure.axes[0].lines
    assert line.get_xydata().tolist() == [[1, 3], [100, 5]]
    figure.draw_without_rendering()
    assert {"1", "2", "5", "10", "20", "50", "100"} <= {label.get_text() for label in figure.axes[0].get_xticklabels()}
