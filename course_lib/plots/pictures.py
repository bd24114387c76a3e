"""Figures made of pictures: grids, regions of a picture, a matrix of counts."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from course_lib._arguments import (
    as_array,
    as_numbers,
    as_texts,
    check_list,
    check_number,
    check_same_length,
    check_text,
    check_whole,
)
from course_lib.plots._arguments import check_few
from course_lib.plots.style import COLOURS, FONT_SIZE, STYLES, label_axes, new_figure

MOST_PICTURES = 100
LARGEST_SIDE = 1_000_000  # pixels


def image_grid(
    images: Sequence[np.ndarray], labels: Sequence[str] = (), columns: int = 8, title: str = "", signed: bool = False
) -> Figure:
    """Draw pictures in a grid, each with an optional line above it.

    Args:
        images: pictures (height, width), (height, width, 1) or (height, width, 3), of any sizes.
        labels: a text for each picture, or nothing.
        columns: pictures in a row.
        title: the finding.
        signed: draw zero as white, positive values blue and negative ones red with a dash, so that the sign is seen
            without colour, too; otherwise darker means more. Pictures in colour are drawn as they are.

    Raises:
        ValueError: if there are no pictures or too many, one has another shape, or `labels` has another length.
    """
    pictures = _as_pictures(images)
    labels = as_texts("labels", labels)
    if labels:
        check_same_length(images=pictures, labels=labels)
    check_whole("columns", columns)
    check_text("title", title)
    columns = min(columns, len(pictures))
    rows = -(-len(pictures) // columns)
    side = min(8.0 / columns, 2.2)
    figure, axes = new_figure(side * columns, (side + 0.28 * bool(labels)) * rows + 0.4, rows, columns)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_color("0.8")
    for ax in axes.flat[len(pictures) :]:
        ax.set_axis_off()
    for index, (ax, picture) in enumerate(zip(axes.flat, pictures, strict=False)):
        if signed and picture.shape[2:] != (3,):
            _draw_signed(ax, picture.reshape(picture.shape[:2]), points=72 * side)
        else:
            ax.imshow(picture, cmap="gray_r", interpolation="nearest")
        if labels:
            ax.set_title(labels[index], fontsize=FONT_SIZE)
    figure.suptitle(title, fontsize=FONT_SIZE + 1)
    return figure


def _as_pictures(images: Sequence[np.ndarray]) -> list[np.ndarray]:
    check_list("images", images, "a list of pictures, or an array (n, height, width, ...)")
    if not 1 <= len(images) <= MOST_PICTURES:
        raise ValueError(f"{len(images)} images were given; give 1 to {MOST_PICTURES} pictures")
    pictures = [as_array(f"images[{index}]", image) for index, image in enumerate(images)]
    for index, picture in enumerate(pictures):
        if picture.ndim not in (2, 3) or (picture.ndim == 3 and picture.shape[2] not in (1, 3)) or not picture.size:
            raise ValueError(
                f"images[{index}] has the shape {picture.shape}; allowed are (height, width), (height, width, 1) and "
                "(height, width, 3)"
            )
        as_numbers(f"images[{index}]", picture, picture.ndim)
    return pictures


def _draw_signed(axes: Axes, picture: np.ndarray, points: float) -> None:
    """Draw positive values blue and negative ones red; those that can be seen to be negative carry a dash."""
    picture = picture.astype(float)
    limit = float(np.abs(picture).max()) or 1.0
    axes.imshow(picture, cmap="RdBu", vmin=-1.4 * limit, vmax=1.4 * limit)  # so that a dash stands out on the darkest
    rows, columns = np.nonzero(picture < -0.1 * limit)
    size = 0.6 * points / max(picture.shape)
    axes.plot(columns, rows, "_", color="black", markersize=size, markeredgewidth=size / 5)


def receptive_fields(image: np.ndarray, sides: Mapping[str, int], title: str) -> Figure:
    """Draw squares around a picture's centre: the region that one value of each layer depends on.

    Args:
        image: picture (height, width).
        sides: side of the square in pixels, by the layer's name, from the smallest to the largest.
        title: the finding.

    Raises:
        ValueError: if the picture has other axes, or there are other sides than some positive numbers by name.
    """
    image = as_numbers("image", image, 2)
    check_few("sides", sides)
    for name, side in sides.items():
        check_number(f"sides[{name!r}]", side, at_least=0, at_most=LARGEST_SIDE)
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

    Raises:
        ValueError: if the counts are no square of numbers, or there is not one name for each class.
    """
    counts, class_names = as_numbers("counts", counts, 2, at_least=0), as_texts("class_names", class_names)
    if len({*counts.shape, len(class_names)}) > 1:
        raise ValueError(
            f"counts of shape {counts.shape} and {len(class_names)} class_names were given; give K x K and K"
        )
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
