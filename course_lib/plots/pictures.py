"""Figures made of pictures."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_lib.arguments import TEXTS, many, numbers, refuse_other_lengths, takes, whole
from course_lib.plots.style import FONT_SIZE, new_figure, wrapped


def _without_channel(picture: np.ndarray) -> np.ndarray:
    """Return a picture as (height, width) or (height, width, 3)."""
    return picture[..., 0] if picture.shape[2:] == (1,) else picture


PICTURE = numbers(axes=(2, 3), form=_without_channel, wrong=(np.zeros(2), np.full((2, 2), np.nan)))
SHAPES = "a list of pictures (height, width), (height, width, 1) or (height, width, 3) of finite numbers"


@takes(images=many(PICTURE, SHAPES), labels=TEXTS, columns=whole())
def image_grid(
    images: Sequence[np.ndarray], labels: Sequence[str] = (), columns: int = 8, title: str = "", signed: bool = False
) -> Figure:
    """Draw pictures in a grid, each with an optional text above it, and all on one scale.

    In grey the low end of the scale is white: darker means more. In colour the low end is black. The scale goes from 0
    to 1 where all values lie there, from -1 to 1 where they have a sign, and from 0 to 255 where they are larger or of
    type uint8. Values that fit none of these are drawn from the smallest, or 0, to the largest; so are numbers up to
    16, such as feature maps, of which nothing could be seen on 0 to 255.

    Args:
        images: pictures (height, width), (height, width, 1) or (height, width, 3), of any sizes and number types.
        labels: a text for each picture, or nothing.
        columns: pictures in a row.
        title: the finding.
        signed: draw zero as white, positive values blue and negative ones red with a dash, so that the sign is seen
            without colour, too; the scale ends at the largest size of a value. Pictures in colour stay as they are.

    Raises:
        ValueError: if there are no pictures or `labels` has another length; TypeError by matplotlib for other shapes.
    """
    if labels:
        refuse_other_lengths(images=images, labels=labels)
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    side = min(8.0 / columns, 2.2)
    labels = [wrapped(label, side) for label in labels]
    in_rows = [labels[first : first + columns] for first in range(0, len(labels), columns)]
    lines = sum(1 + max(label.count("\n") for label in row) for row in in_rows)
    figure, axes = new_figure(side * columns, side * rows + 0.28 * lines + 0.4, rows, columns)
    low, high = _scale([picture for picture in images if picture.ndim == 3 or not signed])
    largest = max((np.abs(picture.astype(float)).max() for picture in images if picture.ndim == 2), default=0.0)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_color("0.8")
    for ax in axes.flat[len(images) :]:
        ax.set_axis_off()
    for index, (ax, picture) in enumerate(zip(axes.flat, images, strict=False)):
        if picture.ndim == 3:
            values = np.rint(255 * (picture.astype(float) - low) / (high - low)).astype(np.uint8)
            ax.imshow(values, interpolation="nearest")
        elif signed:
            _draw_signed(ax, picture.astype(float), largest or 1.0, points=72 * side)
        else:
            ax.imshow(picture.astype(float), cmap="gray_r", vmin=low, vmax=high, interpolation="nearest")
        if labels:
            ax.set_title(labels[index], fontsize=FONT_SIZE)
    figure.suptitle(title, fontsize=FONT_SIZE + 1, wrap=True)
    return figure


def _scale(pictures: Sequence[np.ndarray]) -> tuple[float, float]:
    """Return the values at the two ends of the scale, as the docstring of `image_grid` says."""
    low = min([0.0, *(float(picture.min()) for picture in pictures)])
    high = max([0.0, *(255.0 if picture.dtype == np.uint8 else float(picture.max()) for picture in pictures)])
    if low >= -1 and high <= 1:
        return (-1.0 if low < 0 else 0.0), 1.0
    return low, 255.0 if low == 0 and 16 < high <= 255 else high


def _draw_signed(axes: Axes, picture: np.ndarray, limit: float, points: float) -> None:
    """Draw positive values blue and negative ones red; those that can be seen to be negative carry a dash."""
    # A scale 1.4 times as long: so that a dash stands out on the darkest.
    axes.imshow(picture, cmap="RdBu", vmin=-1.4 * limit, vmax=1.4 * limit)
    rows, columns = np.nonzero(picture < -0.1 * limit)
    size = 0.6 * points / max(picture.shape)
    axes.plot(columns, rows, "_", color="black", markersize=size, markeredgewidth=size / 5)
