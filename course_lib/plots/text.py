"""Figures made of words."""

from collections.abc import Sequence

import matplotlib
from matplotlib.figure import Figure

from course_lib._arguments import as_numbers, as_texts, check_list, check_same_length
from course_lib.plots.style import FONT_SIZE, label_axes, new_figure

NARROWEST = 4  # characters of room for a word, so that the numbers below do not touch
LINE = 84  # characters that fit the figure's width
MOST_LINES = 200


def coloured_words(sentences: Sequence[Sequence[str]], scores: Sequence[Sequence[float]], title: str) -> Figure:
    """Draw sentences word by word on a ground coloured by score, with the score in percent below each word.

    Args:
        sentences: words of each sentence; long ones go on in the next line.
        scores: for each word a number from 0 (red) over 0.5 (white) to 1 (blue).
        title: the finding.

    Raises:
        ValueError: if there is no sentence, one has another number of words than of scores, or a score is not from
            0 to 1.
    """
    check_list("sentences", sentences, "a list of lists of words")
    check_list("scores", scores, "a list of numbers for each sentence")
    check_same_length(sentences=sentences, scores=scores)
    placed, row = [], 0.0
    for index, (words, values) in enumerate(zip(sentences, scores, strict=True)):
        words = as_texts(f"sentences[{index}]", words)
        values = as_numbers(f"scores[{index}]", values, 1, at_least=0, at_most=1)
        check_same_length(**{f"words in sentences[{index}]": words, f"scores[{index}]": values})
        column = 0
        for word, value in zip(words, values, strict=True):
            width = max(len(word), NARROWEST) + 1
            if column + width > LINE:
                row, column = row + 1, 0
            placed.append((column + (width - 1) / 2, row, word, float(value)))
            column += width
        row += 1.4
    if not placed or row > MOST_LINES:
        raise ValueError(
            f"sentences of {len(placed)} words fill {row:.0f} lines; give at least one word, at most {MOST_LINES} lines"
        )
    figure, axes = new_figure(8.0, 0.5 + 0.55 * row)
    ax = axes[0, 0]
    colours = matplotlib.colormaps["RdBu"]
    for x, y, word, value in placed:
        ground = {"facecolor": colours(0.18 + 0.64 * value), "edgecolor": "none", "pad": 2}
        style = {"family": "monospace", "ha": "center", "va": "center"}
        ax.text(x, y, word, fontsize=FONT_SIZE - 2, bbox=ground, **style)
        ax.text(x, y + 0.42, f"{100 * value:.0f}", fontsize=FONT_SIZE - 4, color="0.25", **style)
    label_axes(ax, title)
    ax.set(xlim=(-1, LINE), ylim=(row - 0.5, -0.6), xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    return figure
