"""Figures made of words."""

from collections.abc import Sequence

import matplotlib
from matplotlib.figure import Figure

from course_lib.plots.style import FONT_SIZE, label_axes, new_figure

NARROWEST = 4  # characters of room for a word, so that the numbers below do not touch
LINE = 84  # characters that fit the figure's width


def coloured_words(sentences: Sequence[Sequence[str]], scores: Sequence[Sequence[float]], title: str) -> Figure:
    """Draw sentences word by word on a ground coloured by score, with the score in percent below each word.

    Args:
        sentences: words of each sentence; long ones go on in the next line.
        scores: for each word a number from 0 (red) over 0.5 (white) to 1 (blue).
        title: the finding.

    Raises:
        ValueError: if a sentence has another number of words than of scores.
    """
    placed, row = [], 0.0
    for words, values in zip(sentences, scores, strict=True):
        column = 0
        for word, value in zip(words, values, strict=True):
            width = max(len(word), NARROWEST) + 1
            if column + width > LINE:
                row, column = row + 1, 0
            placed.append((column + (width - 1) / 2, row, word, float(value)))
            column += width
        row += 1.4
    figure, axes = new_figure(8.0, 0.5 + 0.55 * row)
    ax = axes[0, 0]
    colours = matplotlib.colormaps["RdBu"]
    for x, y, word, value in placed:
        ground = {"facecolor": colours(0.15 + 0.7 * value), "edgecolor": "none", "pad": 2}
        style = {"family": "monospace", "ha": "center", "va": "center"}
        ax.text(x, y, word, fontsize=FONT_SIZE - 2, bbox=ground, **style)
        ax.text(x, y + 0.42, f"{100 * value:.0f}", fontsize=FONT_SIZE - 4, color="0.25", **style)
    label_axes(ax, title)
    ax.set(xlim=(-1, LINE), ylim=(row - 0.5, -0.6), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    return figure
