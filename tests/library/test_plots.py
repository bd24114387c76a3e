"""Figures carry the data they were given, and leave pyplot alone."""

import sys
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from accessibility import LINE_CONTRAST, TEXT_CONTRAST, contrast
from course_lib import plots
from course_lib.plots import style

GOOD_CALLS = {
    plots.learning_curves: {"history": {"loss": [1.0, 0.5], "val_loss": [1.0, float("nan")]}},
    plots.line_chart: {
        "x": [1, 2],
        "series": {"a": [1, float("nan")], "b": [0, 2]},
        "x_label": "x",
        "title": "t",
        "y_label": "y",
        "log": "xy",
        "spread": {"a": [0.5, 0]},
    },
    plots.bar_chart: {"groups": ["g", "h"], "series": {"a": [1, 2], "b": [0, -1]}, "title": "t", "y_label": "y"},
    plots.strip_chart: {"samples": {"a": [1.0, 2.0], "b": [3.0]}, "title": "t", "x_label": "x"},
}

BAR_LABELS = {"title": "t", "y_label": "y"}
LABELS = {"title": "T", "x_label": "X", "y_label": "Y"}
FIGURES = {  # with their title, labels and legend
    "lines": (lambda: plots.line_chart([1, 2], {"a": [1, 2]}, **LABELS), ("T", "X", "Y"), ["a"]),
    "groups": (
        lambda: plots.bar_chart(["g"], {"a": [1], "b": [2]}, title="T", y_label="Y"),
        ("T", "", "Y"),
        ["a", "b"],
    ),
    "bars": (lambda: plots.bar_chart(["g"], {"a": [1]}, title="T", y_label="Y"), ("T", "", "Y"), []),
    "dots": (lambda: plots.strip_chart({"a": [1, 2], "b": [3]}, title="T", x_label="X"), ("T", "X", ""), []),
    "curves": (
        lambda: plots.learning_curves({"loss": [1.0], "val_loss": [1.0]}),
        ("", "epoch", "loss (nats)"),
        ["training", "validation"],
    ),
}


def ticks_are_whole(axes):
    axes.figure.draw_without_rendering()
    return all(float(tick).is_integer() for tick in axes.get_xticks())


def test_colours_stand_out_from_white():
    assert min(contrast(colour) for colour in plots.COLOURS) >= LINE_CONTRAST
    assert len(set(plots.COLOURS)) == len(plots.COLOURS) == len(style.MARKS) == len(style.STYLES) == len(style.HATCHES)


@pytest.mark.parametrize("name", FIGURES)
def test_texts_stand_out_from_white(name):
    texts = [text for text in FIGURES[name][0]().findobj(Text) if text.get_text()]
    assert texts and min(contrast(text.get_color()) for text in texts) >= TEXT_CONTRAST


@pytest.mark.parametrize("name", FIGURES)
def test_figures_say_what_they_show_in_a_light_frame(name):
    draw, labels, legend = FIGURES[name]
    axes = draw().axes[0]
    assert (axes.get_title(), axes.get_xlabel(), axes.get_ylabel()) == labels
    named = axes.get_legend().get_texts() if axes.get_legend() else []
    assert [text.get_text() for text in named] == legend
    assert not axes.spines["top"].get_visible() and not axes.spines["right"].get_visible()


def test_a_new_figure_is_1200_pixels_wide_and_has_a_table_of_axes():
    figure, axes = plots.new_figure()
    assert (figure.get_size_inches() * figure.dpi).tolist() == [1200, 600]
    assert axes.shape == (1, 1)
    assert plots.new_figure(rows=2, columns=3)[1].shape == (2, 3)


def test_learning_curves_draw_training_and_validation():
    history = {"loss": [2.0, 1.0], "val_loss": [2.1, 1.2], "accuracy": [0.3, 0.6]}
    figure = plots.learning_curves(history)
    assert [len(axes.lines) for axes in figure.axes] == [2, 1]
    assert figure.axes[0].lines[1].get_ydata().tolist() == [2.1, 1.2]
    assert figure.axes[0].lines[0].get_xdata().tolist() == [1, 2]
    assert all(ticks_are_whole(axes) for axes in figure.axes)
    assert figure.axes[1].get_ylabel() == "accuracy"
    assert not plots.learning_curves({"loss": [1.0]}).axes[1].get_legend()


def test_lines_differ_in_mark_and_style_and_not_by_colour_alone():
    figure = plots.line_chart(
        [1, 10, 100], {"a": [1, 2, 3], "b": [3, 2, 1]}, title="t", x_label="x (s)", y_label="y", log="x"
    )
    axes = figure.axes[0]
    assert axes.get_xscale() == "log" and axes.get_yscale() == "linear"
    figure = plots.line_chart([1, 2], {str(number): [1, 2] for number in range(6)}, **LABELS)
    lines = figure.axes[0].lines
    assert len({line.get_marker() for line in lines}) == len({line.get_color() for line in lines}) == 6
    assert len({(line.get_linestyle(), line._dash_pattern[1] and tuple(line._dash_pattern[1])) for line in lines}) == 6


def test_bars_differ_in_hatch_and_not_by_colour_alone():
    figure = plots.bar_chart(["g"], {str(number): [1] for number in range(6)}, title="t", y_label="y")
    bars = figure.axes[0].patches
    assert len({bar.get_hatch() for bar in bars}) == len({bar.get_facecolor() for bar in bars}) == 6


@pytest.mark.parametrize(
    "draw",
    [
        lambda series: plots.line_chart([1, 2], series, **LABELS),
        lambda series: plots.bar_chart(["g", "h"], series, title="t", y_label="y"),
    ],
)
def test_no_two_series_look_alike(draw):
    with pytest.raises(ValueError, match="1 to 6 lists"):
        draw({str(number): [1, 2] for number in range(7)})


def test_lines_have_whole_ticks_for_whole_values_and_the_scales_that_were_asked_for():
    assert ticks_are_whole(plots.line_chart([1, 2, 3], {"a": [1, 2, 3]}, **LABELS).axes[0])
    assert not ticks_are_whole(plots.line_chart([0.1, 0.2, 0.3], {"a": [1, 2, 3]}, **LABELS).axes[0])
    figure = plots.line_chart([1, 2, 3], {"a": [1, 10, 100]}, log="y", **LABELS)
    figure.draw_without_rendering()
    axes = figure.axes[0]
    assert (axes.get_xscale(), axes.get_yscale()) == ("linear", "log")
    assert {"1", "10", "100"} <= {label.get_text() for label in axes.get_yticklabels()}


@pytest.mark.parametrize("decades", [1, 3, 4, 5, 6, 9, 12, 18])
def test_a_logarithmic_axis_has_numbers_over_few_decades_and_over_many(decades):
    figure = plots.line_chart(np.logspace(-12, decades - 12, 20), {"a": range(20)}, log="x", **LABELS)
    figure.draw_without_rendering()
    (axes,) = figure.axes
    left, right = axes.get_xlim()
    shown = [
        label.get_text()
        for place, label in zip(axes.get_xticks(), axes.get_xticklabels(), strict=True)
        if left <= place <= right
    ]
    assert len(shown) >= 3 and all(shown)


def test_what_a_logarithmic_axis_cannot_show_is_refused():
    labels = {"title": "t", "x_label": "x", "y_label": "y"}
    plots.line_chart([0, 1], {"a": [0, 1]}, log="y", **labels).draw_without_rendering()
    with pytest.raises(ValueError, match="needs an x with values above 0"):
        plots.line_chart([0, 1], {"a": [1, 1]}, log="x", **labels)
    with pytest.raises(ValueError, match="a series with one"):
        plots.line_chart([1, 2], {"a": [0, -1]}, log="y", **labels)


def test_bars_show_their_values():
    figure = plots.bar_chart(["left", "right"], {"a": [1, 2], "b": [3, 4]}, title="t", y_label="accuracy (%)")
    axes = figure.axes[0]
    assert sorted(bar.get_height() for bar in axes.patches) == [1, 2, 3, 4]
    assert {"1.0", "2.0", "3.0", "4.0"} <= {text.get_text() for text in axes.texts}
    middles = [bar.get_x() + bar.get_width() / 2 for bar in axes.patches]
    np.testing.assert_allclose(middles, [-0.2, 0.8, 0.2, 1.2])
    assert all(0.3 < bar.get_width() <= 0.4 for bar in axes.patches), "neighbours overlap, or are thin"
    assert [label.get_text() for label in axes.get_xticklabels()] == ["left", "right"]
    assert axes.patches[0].get_facecolor() != axes.patches[2].get_facecolor()


def test_strip_chart_draws_a_dot_for_each_number_and_a_bar_at_the_mean():
    (axes,) = plots.strip_chart({"first": [1.0, 2.0], "second": [3.0, 5.0, 7.0]}, title="t", x_label="x").axes
    dots, bars = axes.lines[0::2], axes.lines[1::2]
    assert [list(line.get_xdata()) for line in dots] == [[1, 2], [3, 5, 7]]
    assert [set(line.get_xdata()) for line in bars] == [{1.5}, {5}]
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["first", "second"]
    assert axes.yaxis_inverted()


def test_no_figure_touches_pyplot():
    assert isinstance(plots.new_figure()[0], Figure)
    pyplot = sys.modules.get("matplotlib.pyplot")
    assert pyplot is None or not pyplot.get_fignums()


def test_line_chart_draws_error_bars_where_a_spread_is_given():
    labels = {"title": "t", "x_label": "x", "y_label": "y"}
    figure = plots.line_chart([1, 2], {"a": [3, 4], "b": [5, 6]}, spread={"a": [0.5, 1.0]}, **labels)
    (bars,) = [container for container in figure.axes[0].containers if container.has_yerr]
    assert [segment[:, 1].tolist() for segment in bars[2][0].get_segments()] == [[2.5, 3.5], [3.0, 5.0]]


def test_error_bars_without_a_line_are_refused():
    with pytest.raises(ValueError, match="spread of A was given"):
        plots.line_chart([1, 2], {"a": [3, 4]}, spread={"A": [1, 1]}, **LABELS)


def test_line_chart_joins_the_values_that_a_series_has():
    labels = {"title": "t", "x_label": "x", "y_label": "y"}
    figure = plots.line_chart([1, 10, 100], {"a": [3, float("nan"), 5]}, log="x", **labels)
    (line,) = figure.axes[0].lines
    assert line.get_xydata().tolist() == [[1, 3], [100, 5]]
    figure.draw_without_rendering()
    assert {"1", "2", "5", "10", "20", "50", "100"} <= {label.get_text() for label in figure.axes[0].get_xticklabels()}
    assert not len(figure.axes[0].xaxis.get_minorticklocs())


def ticks(axis):
    """Return what stands beside an axis, large ticks and small ones."""
    axis.axes.figure.draw_without_rendering()
    low, high = sorted(axis.get_view_interval())
    places = [*axis.get_majorticklocs(), *axis.get_minorticklocs()]
    texts = [label.get_text() for label in [*axis.get_majorticklabels(), *axis.get_minorticklabels()]]
    return [text for place, text in zip(places, texts, strict=True) if text and low <= place <= high]


ODD_LINES = {
    "one point": ([3], [4]),
    "one number again and again": ([1, 2, 3], [5, 5, 5]),
    "no number": ([1, 2], [np.nan, np.nan]),
    "infinity": ([1, 2, 3], [np.inf, 1, -np.inf]),
    "huge": ([1, 2, 3], [-1.7e308, 1, 1.7e308]),
    "tiny": ([1, 2], [1e-300, 3e-300]),
    "backwards": ([3, 1, 2], [1, 2, 3]),
    "truth values": ([False, True], [True, False]),
    "whole numbers of one byte": (np.array([1, 255], "uint8"), np.array([1, 2], "uint8")),
    "many": (range(5000), range(5000)),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("log", ["", "y"])
@pytest.mark.parametrize("name", ODD_LINES)
def test_odd_lines_are_drawn_with_numbers_beside_both_axes(name, log):
    x, y = ODD_LINES[name]
    if log and not any(value > 0 for value in y):
        return  # refused by name
    figure = plots.line_chart(x, {"a": y}, log=log, spread={"a": y} if np.min(y) >= 0 else None, **LABELS)
    (axes,) = figure.axes
    assert ticks(axes.xaxis) and ticks(axes.yaxis)
    drawn = axes.lines[0].get_ydata()
    assert drawn.tolist() == [float(value) for value in y if abs(value) < 1e300 and (value > 0 or not log)]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", ODD_LINES)
def test_odd_histories_and_bars_are_drawn(name):
    values = ODD_LINES[name][1][:20]
    figure = plots.learning_curves({"loss": values, "accuracy": values})
    assert all(ticks(axes.xaxis) and ticks(axes.yaxis) for axes in figure.axes)
    (axes,) = plots.bar_chart([str(place) for place in range(len(values))], {"a": values}, **BAR_LABELS).axes
    assert len(ticks(axes.xaxis)) == len(values)


def test_epochs_are_whole_also_where_there_is_one():
    assert ticks(plots.learning_curves({"loss": [1.0]}).axes[0].xaxis) == ["1"]
    assert ticks(plots.line_chart([3], {"a": [1]}, **LABELS).axes[0].xaxis) == ["3"]


def test_values_without_a_place_on_a_logarithmic_axis_are_left_out_and_pull_no_line_down():
    (axes,) = plots.line_chart([1, 2, 3, 4], {"a": [0, 1, -5, 100]}, log="y", **LABELS).axes
    assert axes.lines[0].get_xydata().tolist() == [[2, 1], [4, 100]]


@pytest.mark.parametrize("values", [[2.1, 2.5, 5], [2.1, 2.2, 2.3], [0.9, 1.1], [3e-5, 7e-5]])
def test_a_logarithmic_axis_over_less_than_a_decade_has_plain_numbers(values):
    shown = ticks(plots.line_chart(range(len(values)), {"a": values}, log="y", **LABELS).axes[0].yaxis)
    assert shown and all(float(text.replace("\N{MINUS SIGN}", "-")) > 0 for text in shown)


@pytest.mark.parametrize(
    ("heights", "labels"),
    [
        ([0.973, 0.968], ["0.973", "0.968"]),
        ([97.34, 8.06], ["97.3", "8.1"]),
        ([1e-5, 3e-4], ["1e-05", "0.0003"]),
        ([-0.004, 0], ["-0.004", "0.0"]),
        ([1e12, 3], ["1e+12", "3.0"]),
        ([np.nan, 1], ["", "1.0"]),
        ([np.inf, 1], ["", "1.0"]),
        ([True, False], ["1.0", "0.0"]),
    ],
)
def test_bars_tell_heights_apart_whatever_their_size(heights, labels):
    (axes,) = plots.bar_chart(["g", "h"], {"a": heights}, **BAR_LABELS).axes
    axes.figure.draw_without_rendering()
    assert [text.get_text() for text in axes.texts] == labels
    assert axes.get_xlim() == (-0.5, 1.5)


def test_names_of_many_bars_do_not_run_into_each_other():
    for count, name in ((12, "group number"), (4, "a very long name of a group")):
        groups = [f"{name} {place}" for place in range(count)]
        (axes,) = plots.bar_chart(groups, {"a": range(90, 90 + count), "b": range(count)}, **BAR_LABELS).axes
        axes.figure.draw_without_rendering()
        for texts in (axes.get_xticklabels(), axes.texts):
            boxes = sorted((text.get_window_extent() for text in texts), key=lambda box: box.x0)
            assert not any(left.overlaps(right) for left, right in pairwise(boxes))


@pytest.mark.parametrize("name", ["_a", "", "$_$", "$5 or $6", "a_b^c", 3, np.int64(3), ("a", 1), None, "a\nb"])
def test_a_name_stands_in_the_legend_as_it_is(name):
    line = plots.line_chart([1, 2], {name: [1, 2], "b": [1, 2]}, **LABELS)
    bars = plots.bar_chart([str(name)], {name: [1], "b": [2]}, **BAR_LABELS)
    for figure in (line, bars):
        figure.draw_without_rendering()
        named, _ = figure.axes[0].get_legend().get_texts()
        assert named.get_text().replace(r"\$", "$") == str(name)
    assert bars.axes[0].get_xticklabels()[0].get_text().replace(r"\$", "$") == str(name)


def test_long_titles_and_names_stay_inside_the_figure():
    words = "many words that say what nobody wants to read in a figure of this size, and yet somebody wrote them all"
    labels = {**LABELS, "title": words}
    figure = plots.line_chart([1, 2], {words: [1, 2]}, **labels)
    figure.draw_without_rendering()
    for text in (figure.axes[0].title, *figure.axes[0].get_legend().get_texts()):
        box = text.get_window_extent()
        assert box.x0 >= 0 and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1


def test_a_history_may_hold_what_is_not_drawn():
    vectors = [np.array([0.1, 0.9]), np.array([0.2, 0.8])]  # what F1Score(average=None) logs
    figure = plots.learning_curves({"f1_score": vectors, "loss": [2, 1], "note": ["a", None]})
    assert [len(axes.lines) for axes in figure.axes] == [1, 0]
