"""Figures: each function takes data and returns a `matplotlib.figure.Figure`, without pyplot and its global state."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

# The palette of Okabe & Ito (2008) keeps its colours apart for every kind of colour vision; marks and line styles
# carry the same meaning, so that a figure reads in grey, too.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00")
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
    axes.set_title(title, fontsize=FONT_SIZE + 1)
    axes.set_xlabel(x_label, fontsize=FONT_SIZE)
    axes.set_ylabel(y_label, fontsize=FONT_SIZE)
    axes.tick_params(labelsize=FONT_SIZE - 1)
    axes.spines[["top", "right"]].set_visible(False)


def image_grid(
    images: Sequence[np.ndarray], labels: Sequence[str] = (), columns: int = 8, title: str = "", signed: bool = False
) -> Figure:
    """Draw pictures in a grid, each with an optional line above it.

    Args:
        images: pictures (height, width), (height, width, 1) or (height, width, 3), of any sizes.
        labels: a text for each picture, or nothing.
        columns: pictures in a row.
        title: the finding.
        signed: draw zero as white, positive values blue and negative ones red; otherwise dark values mean more.

    Raises:
        ValueError: if there are no pictures, or `labels` has another length.
    """
    if not len(images) or (labels and len(labels) != len(images)):
        raise ValueError(f"{len(images)} pictures and {len(labels)} labels were given; give at least one, or none")
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    side = min(8.0 / columns, 2.2)
    figure, axes = new_figure(side * columns, (side + 0.28 * bool(labels)) * rows + 0.4, rows, columns)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_color("0.8")
    for ax in axes.flat[len(images) :]:
        ax.set_axis_off()
    for index, (ax, image) in enumerate(zip(axes.flat, images, strict=False)):
        picture = np.asarray(image)
        limit = np.abs(picture).max() or 1.0
        if signed:
            ax.imshow(picture, cmap="RdBu", vmin=-limit, vmax=limit)
        else:
            ax.imshow(picture, cmap="gray_r")
        if labels:
            ax.set_title(labels[index], fontsize=FONT_SIZE)
    figure.suptitle(title, fontsize=FONT_SIZE + 1)
    return figure


def learning_curves(history: Mapping[str, Sequence[float]], metric: str = "accuracy") -> Figure:
    """Draw loss and metric after each epoch, for training and, where present, validation.

    Args:
        history: what `fit` returns as `History.history`: a list of values for each name.
        metric: the second panel's metric.
    """
    figure, axes = new_figure(8.0, 3.2, columns=2)
    for ax, name in zip(axes[0], ("loss", metric), strict=True):
        label_axes(ax, x_label="epoch", y_label=f"{name} (nats)" if name == "loss" else name)
        for key, label, order in ((name, "training", 0), (f"val_{name}", "validation", 1)):
            if key in history:
                epochs = range(1, len(history[key]) + 1)
                ax.plot(epochs, history[key], label=label, **_line(order))
        ax.xaxis.get_major_locator().set_params(integer=True)
        if ax.lines:
            ax.legend(fontsize=FONT_SIZE - 1, frameon=False)
    return figure


def line_chart(
    x: Sequence[float],
    series: Mapping[str, Sequence[float]],
    *,
    title: str,
    x_label: str,
    y_label: str,
    log: str = "",
) -> Figure:
    """Draw one line for each named series over a common x.

    Args:
        x: (n,) horizontal values.
        series: (n,) vertical values by name.
        title: the finding.
        x_label: horizontal quantity with its unit.
        y_label: vertical quantity with its unit.
        log: axes with a logarithmic scale: "", "x", "y" or "xy".
    """
    figure, axes = new_figure()
    ax = axes[0, 0]
    for order, (name, values) in enumerate(series.items()):
        ax.plot(x, values, label=name, **_line(order))
    if "x" in log:
        ax.set_xscale("log")
    if "y" in log:
        ax.set_yscale("log")
        ax.yaxis.set_major_formatter("{x:g}")
    if all(float(value).is_integer() for value in x) and "x" not in log:
        ax.xaxis.get_major_locator().set_params(integer=True)
    label_axes(ax, title, x_label, y_label)
    ax.legend(fontsize=FONT_SIZE - 1, frameon=False)
    return figure


def bar_chart(
    groups: Sequence[str], series: Mapping[str, Sequence[float]], *, title: str, y_label: str, digits: int = 1
) -> Figure:
    """Draw bars in groups, one bar for each named series, with its value above it.

    Args:
        groups: (n,) names along the horizontal axis.
        series: (n,) heights by name.
        title: the finding.
        y_label: the heights' quantity with its unit.
        digits: decimals of the values shown.
    """
    figure, axes = new_figure()
    ax = axes[0, 0]
    width = 0.8 / len(series)
    for order, (name, heights) in enumerate(series.items()):
        positions = np.arange(len(groups)) + (order - (len(series) - 1) / 2) * width
        style = {"color": COLOURS[order], "hatch": HATCHES[order], "edgecolor": "white"}
        bars = ax.bar(positions, heights, width * 0.92, label=name, **style)
        ax.bar_label(bars, fmt=f"%.{digits}f", fontsize=FONT_SIZE - 1, padding=2)
    ax.margins(y=0.12)
    label_axes(ax, title, y_label=y_label)
    ax.set_xticks(range(len(groups)), groups, fontsize=FONT_SIZE)
    if len(series) > 1:
        ax.legend(fontsize=FONT_SIZE - 1, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def receptive_fields(image: np.ndarray, sides: Mapping[str, int], title: str) -> Figure:
    """Draw squares around a picture's centre: the region that one value of each layer depends on.

    Args:
        image: picture (height, width).
        sides: side of the square in pixels, by the layer's name, from the smallest to the largest.
        title: the finding.
    """
    figure, axes = new_figure(8.0, 4.6)
    ax = axes[0, 0]
    ax.imshow(image, cmap="gray_r")
    centre = (np.array(image.shape) - 1) / 2
    for order, (name, side) in enumerate(sides.items()):
        style = {"edgecolor": COLOURS[order], "linestyle": STYLES[order], "linewidth": 2}
        row, column = centre - side / 2
        ax.add_patch(Rectangle((column, row), side, side, fill=False, label=f"{side}×{side} after {name}", **style))
    label_axes(ax, title, "column (pixels)", "row (pixels)")
    ax.legend(fontsize=FONT_SIZE - 1, frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


def confusion_matrix(counts: np.ndarray, class_names: Sequence[str], title: str) -> Figure:
    """Draw a confusion matrix; the mistakes, off the diagonal, carry the shade.

    Args:
        counts: (classes, classes) numbers of examples; rows are true classes, columns predicted ones.
        class_names: (classes,) names.
        title: the finding.
    """
    mistakes = np.where(np.eye(len(counts), dtype=bool), 0, counts)
    darkest = max(int(mistakes.max()), 1)
    figure, axes = new_figure(7.0, 6.0)
    ax = axes[0, 0]
    ax.imshow(mistakes, cmap="Oranges", vmax=darkest * 1.3)
    for (row, column), count in np.ndenumerate(counts):
        weight = "bold" if row == column else "normal"
        ax.text(column, row, str(count), ha="center", va="center", fontsize=FONT_SIZE - 2, fontweight=weight)
    label_axes(ax, title, "predicted class", "true class")
    ax.set_xticks(range(len(class_names)), class_names)
    ax.set_yticks(range(len(class_names)), class_names)
    return figure


def _line(order: int) -> dict:
    """Return the look of the line with this number: colour, mark and style say the same."""
    return {
        "color": COLOURS[order % len(COLOURS)],
        "marker": MARKS[order % len(MARKS)],
        "linestyle": STYLES[order % len(STYLES)],
        "markersize": 6,
        "linewidth": 2,
    }
