"""Figures made of pictures."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_lib.arguments import TEXT, TEXTS, Kind, many, numbers, refuse_other_lengths, takes, whole
from course_lib.plots.style import FONT_SIZE, new_figure

PICTURE = Kind(
    "a picture",
    lambda image: numbers(2, 3).accepts(image) and np.shape(image)[2:] in ((), (1,), (3,)),
    (np.zeros(2), np.zeros((2, 2, 4)), np.full((2, 2), np.nan)),
)
SHAPES = "a list of pictures (height, width), (height, width, 1) or (height, width, 3) of finite numbers"


@takes(images=many(PICTURE, SHAPES, types=Sequence | np.ndarray), labels=TEXTS, columns=whole(), title=TEXT)
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
        ValueError: if there are no pictures, one has another shape, or `labels` has another length.
    """
    pictures = [np.asarray(image) for image in images]
    if labels:
        refuse_other_lengths(images=pictures, labels=labels)
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


def _draw_signed(axes: Axes, picture: np.ndarray, points: float) -> None:
    """Draw positive values blue and negative ones red; those that can be seen to be negative carry a dash."""
    picture = picture.astype(float)
    limit = float(np.abs(picture).max()) or 1.0
    axes.imshow(picture, cmap="RdBu", vmin=-1.4 * limit, vmax=1.4 * limit)  # so that a dash stands out on the darkest
    rows, columns = np.nonzero(picture < -0.1 * limit)
    size = 0.6 * points / max(picture.shape)
    axes.plot(columns, rows, "_", color="black", markersize=size, markeredgewidth=size / 5)
