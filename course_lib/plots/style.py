"""The look of the course's figures: palette, marks, fonts, frame."""

import textwrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# In the palette of Okabe & Ito (2008) the colours look different with every kind of colour vision; its orange, the
# last, is darker here, so that all have a contrast of 3 on white. Marks, line styles and hatches carry the same
# meaning, so that a figure reads in grey, too.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#8F6400")
MARKS = ("o", "s", "^", "D", "v", "P")
STYLES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)))
HATCHES = ("", "//", "..", "xx", "\\\\", "++")
FONT_SIZE = 12


def new_figure(width: float = 8.0, height: float = 4.0, rows: int = 1, columns: int = 1) -> tuple[Figure, np.ndarray]:
    """Return an empty figure of the course's size and resolution, and its axes (rows, columns).

    Args:
        width: inches; 8 are 1200 pixels.
        height: inches.
        rows: rows of axes.
        columns: columns of axes.

    Raises:
        ValueError: by matplotlib, if a length is negative, or there are no rows or columns.
    """
    figure = Figure(figsize=(width, height), dpi=150, layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False)


def label_axes(axes: Axes, title: str = "", x_label: str = "", y_label: str = "") -> None:
    """Give axes the course's fonts and a light frame.

    Args:
        axes: what to label.
        title: the finding.
        x_label: horizontal quantity with its unit.
        y_label: vertical quantity with its unit.
    """
    axes.set_title(title, fontsize=FONT_SIZE + 1, wrap=True)
    axes.set_xlabel(x_label, fontsize=FONT_SIZE)
    axes.set_ylabel(y_label, fontsize=FONT_SIZE)
    axes.tick_params(labelsize=FONT_SIZE - 1)
    axes.spines[["top", "right"]].set_visible(False)


def wrapped(name: object, inches: float) -> str:
    """Return a name in lines of about this length in the course's font, for matplotlib to draw as it stands.

    Breaks that are in it stay. A dollar is a dollar: matplotlib would begin a formula there.
    """
    most = max(4, int(72 * inches / (0.6 * FONT_SIZE)))  # a letter is 0.6 as wide as the font is high
    lines = [textwrap.fill(line, most, break_long_words=False) for line in str(name).splitlines()]
    return "\n".join(lines).replace("$", r"\$")
