"""The look of the course's figures: palette, marks, fonts, frame."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_lib._arguments import check_number, check_text, check_type, check_whole

# The palette of Okabe & Ito (2008) keeps its colours apart for every kind of colour vision; its orange, the last, is
# darker here, so that all have a contrast of 3 on white. Marks, line styles and hatches carry the same meaning, so
# that a figure reads in grey, too.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#8F6400")
MARKS = ("o", "s", "^", "D", "v", "P")
STYLES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)))
HATCHES = ("", "//", "..", "xx", "\\\\", "++")
FONT_SIZE = 12
LARGEST_FIGURE = 400  # inches; matplotlib draws up to 65,535 pixels
MOST_AXES = 100


def new_figure(width: float = 8.0, height: float = 4.0, rows: int = 1, columns: int = 1) -> tuple[Figure, np.ndarray]:
    """Return an empty figure of the course's size and resolution, and its axes (rows, columns).

    Args:
        width: inches; 8 are 1200 pixels.
        height: inches.
        rows: rows of axes.
        columns: columns of axes.

    Raises:
        ValueError: if a length is not from 0.1 to 400 inches, or there are not 1 to 100 rows and columns.
    """
    check_number("width", width, at_least=0.1, at_most=LARGEST_FIGURE)
    check_number("height", height, at_least=0.1, at_most=LARGEST_FIGURE)
    check_whole("rows", rows, at_most=MOST_AXES)
    check_whole("columns", columns, at_most=MOST_AXES)
    figure = Figure(figsize=(width, height), dpi=150, layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False)


def label_axes(axes: Axes, title: str = "", x_label: str = "", y_label: str = "") -> None:
    """Give axes the course's fonts and a light frame.

    Args:
        axes: what to label.
        title: the finding.
        x_label: horizontal quantity with its unit.
        y_label: vertical quantity with its unit.

    Raises:
        ValueError: if `axes` are no axes of matplotlib, or another argument is no text.
    """
    check_type("axes", axes, Axes, "one of the axes that new_figure returns")
    for name, text in (("title", title), ("x_label", x_label), ("y_label", y_label)):
        check_text(name, text)
    axes.set_title(title, fontsize=FONT_SIZE + 1)
    axes.set_xlabel(x_label, fontsize=FONT_SIZE)
    axes.set_ylabel(y_label, fontsize=FONT_SIZE)
    axes.tick_params(labelsize=FONT_SIZE - 1)
    axes.spines[["top", "right"]].set_visible(False)


def line_look(order: int) -> dict:
    """Return the look of the line with this number, from 0: colour, mark and style say the same.

    Raises:
        ValueError: if `order` is no whole number from 0 on, or there are no more looks that can be told apart.
    """
    check_whole("order", order, at_least=0, at_most=len(COLOURS) - 1)
    return {
        "color": COLOURS[order],
        "marker": MARKS[order],
        "linestyle": STYLES[order],
        "markersize": 6,
        "linewidth": 2,
    }
