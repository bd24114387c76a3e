"""Charts of numbers: curves, lines, bars, dots."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter, LogLocator

from course_lib.arguments import TEXTS, Kind, many, numbers, one_of, refuse_other_lengths, takes
from course_lib.plots.style import COLOURS, FONT_SIZE, HATCHES, MARKS, STYLES, label_axes, new_figure, wrapped

MANY_DECADES = 1e5
MANY_POINTS = 1000  # beside more, matplotlib takes seconds to find the legend a free corner, and warns of it
LINE = numbers(missing=True)
BY_NAME = many(LINE, f"1 to {len(COLOURS)} lists of numbers by name", 1, len(COLOURS), by_name=True)
LENGTHS = numbers(missing=True, such_that=lambda lengths: not (lengths < 0).any(), wrong=([-1],))
SPREAD = many(LENGTHS, "lists of half lengths by name, of at least 0", by_name=True)


def _curves(history: Any) -> dict[str, Any]:
    return {name: history[name] for name in ("loss", "val_loss", "accuracy", "val_accuracy") if name in history}


HISTORY = Kind(
    "the `history` of what `fit` returned: lists of numbers by name, among them one of loss, accuracy or both",
    lambda history: BY_NAME.accepts(_curves(history)),
    wrong=(3, {}, {"other": [1]}, *({"loss": [1], "val_loss": value} for value in LINE.wrong)),
    read=lambda history: BY_NAME.read(_curves(history)),
)


@takes(history=HISTORY)
def learning_curves(history: Mapping[str, Sequence[float]]) -> Figure:
    """Draw loss and accuracy after each epoch, for training and, where present, validation.

    Args:
        history: what `fit` returns as `History.history`: a list of values for each name; others are not looked at.

    Raises:
        ValueError: if `history` holds neither loss nor accuracy, or one of these is not a list of numbers.
    """
    figure, axes = new_figure(8.0, 3.2, columns=2)
    for ax, name in zip(axes[0], ("loss", "accuracy"), strict=True):
        label_axes(ax, x_label="epoch", y_label=f"{name} (nats)" if name == "loss" else name)
        for key, label, order in ((name, "training", 0), (f"val_{name}", "validation", 1)):
            if key in history:
                epochs = range(1, len(history[key]) + 1)
                ax.plot(epochs, history[key], label=label, **_look(order))
        ax.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
        if ax.lines:
            ax.legend(fontsize=FONT_SIZE - 1, frameon=False)
    return figure


@takes(x=numbers(), series=BY_NAME, log=one_of("", "x", "y", "xy"), spread=SPREAD)
def line_chart(
    x: Sequence[float],
    series: Mapping[str, Sequence[float]],
    *,
    title: str,
    x_label: str,
    y_label: str,
    log: str = "",
    spread: Mapping[str, Sequence[float]] | None = None,
) -> Figure:
    """Draw one line for each named series over a common x.

    Args:
        x: (n,) horizontal values.
        series: (n,) vertical values by name; NaN where a series has none.
        title: the finding.
        x_label: horizontal quantity with its unit.
        y_label: vertical quantity with its unit.
        log: axes with a logarithmic scale: "", "x", "y" or "xy". On one, values of 0 and below are left out of y.
        spread: (n,) half lengths of error bars by name, such as standard deviations over seeds; say in `y_label`
            what they are.

    Raises:
        ValueError: if x, series and spread are not numbers or differ in length, there are more series than looks, a
            half length is negative or has no series, or `log` is unknown or has no positive numbers to show.
    """
    spread = spread or {}
    _refuse_other_lengths("series", series, x=x)
    _refuse_other_lengths("spread", spread, x=x)
    if not set(spread) <= set(series):
        raise ValueError(f"spread of {', '.join(map(str, spread))} was given; give it for names that series has")
    if ("x" in log and not (x > 0).all()) or ("y" in log and not any((line > 0).any() for line in series.values())):
        raise ValueError(f"log={log!r} needs an x with values above 0 only, and a series with one; draw it without")
    figure, axes = new_figure()
    ax, drawn = axes[0, 0], []
    for order, (name, values) in enumerate(series.items()):
        known = values > 0 if "y" in log else np.isfinite(values)
        bars = spread[name][known] if name in spread else None
        drawn.append(ax.errorbar(x[known], values[known], yerr=bars, capsize=4, **_look(order)))
    if "x" in log:
        ax.set_xscale("log")
        # Over many decades matplotlib leaves some out, and with several ticks in each it then draws none.
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if x.max() / x.min() < MANY_DECADES else (1,)))
        ax.xaxis.set_major_formatter("{x:g}")
        ax.minorticks_off()
    if "y" in log:
        ax.set_yscale("log")
        ax.yaxis.set_major_formatter("{x:g}")
        ax.yaxis.set_minor_formatter(LogFormatter())  # it writes where there are few decades
    if all(float(value).is_integer() for value in x) and "x" not in log:
        ax.xaxis.get_major_locator().set_params(integer=True, min_n_ticks=1)
    label_axes(ax, title, x_label, y_label)
    corner = "best" if len(x) <= MANY_POINTS else "upper right"
    ax.legend(drawn, [wrapped(name, 4) for name in series], fontsize=FONT_SIZE - 1, frameon=False, loc=corner)
    return figure


@takes(groups=TEXTS, series=BY_NAME)
def bar_chart(groups: Sequence[str], series: Mapping[str, Sequence[float]], *, title: str, y_label: str) -> Figure:
    """Draw bars in groups, one bar for each named series, with its value above it.

    Args:
        groups: (n,) names along the horizontal axis.
        series: (n,) heights by name.
        title: the finding.
        y_label: the heights' quantity with its unit.

    Raises:
        ValueError: if a series has other values than one number for each group, or there are more series than
            colours.
    """
    _refuse_other_lengths("series", series, groups=groups)
    figure, axes = new_figure()
    ax, drawn = axes[0, 0], []
    width = 0.8 / len(series)
    for order, heights in enumerate(series.values()):
        positions = np.arange(len(groups)) + (order - (len(series) - 1) / 2) * width
        style = {"color": COLOURS[order], "hatch": HATCHES[order], "edgecolor": "white"}
        drawn.append(ax.bar(positions, heights, width * 0.92, **style))
        narrow = len(groups) * len(series) > 16
        ax.bar_label(drawn[-1], fmt=_one_decimal, fontsize=FONT_SIZE - 1, padding=2, rotation=90 * narrow)
    ax.margins(y=0.12)
    label_axes(ax, title, y_label=y_label)
    ax.set_xlim(-0.5, len(groups) - 0.5)  # where the last has no number, too
    upright = len(groups) * max(map(len, " ".join(groups).split()), default=0) > 70  # letters; as many fit side by side
    inches = 7 if len(series) == 1 else 5.5  # of the axis: a legend stands beside it
    names = [wrapped(group, 2 if upright else inches / len(groups)) for group in groups]
    ax.set_xticks(range(len(groups)), names, fontsize=FONT_SIZE, rotation=90 * upright)
    if len(series) > 1:
        names = [wrapped(name, 2) for name in series]
        ax.legend(drawn, names, fontsize=FONT_SIZE - 1, frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
    return figure


@takes(samples=many(numbers(), "lists of numbers by name", by_name=True))
def strip_chart(samples: Mapping[str, Sequence[float]], *, title: str, x_label: str) -> Figure:
    """Draw a row of dots for each named sample, one dot a number, and a bar at their mean.

    Args:
        samples: some numbers by name, such as the accuracies of ten seeds; each sample may have its own count.
        title: the finding.
        x_label: the numbers' quantity with its unit, and what one dot is.

    Raises:
        ValueError: if `samples` does not hold lists of numbers by name.
    """
    figure, axes = new_figure(8.0, 1.4 + 0.5 * len(samples))
    ax = axes[0, 0]
    for row, values in enumerate(samples.values()):
        ax.plot(values, np.full(len(values), row), "o", color=COLOURS[0], alpha=0.6, markersize=8)
        ax.plot([np.mean(values)] * 2, [row - 0.3, row + 0.3], color="black", linewidth=2)
    label_axes(ax, title, x_label)
    ax.set_yticks(range(len(samples)), list(samples), fontsize=FONT_SIZE)
    ax.set_ylim(len(samples) - 0.5, -0.5)  # the first on top
    ax.grid(axis="x", alpha=0.3)
    return figure


def _refuse_other_lengths(name: str, series: Mapping[str, np.ndarray], **along: Sequence) -> None:
    """Raise ValueError unless each of the named series is as long as what it goes along."""
    for key, values in series.items():
        refuse_other_lengths(**{f"{name}[{key!r}]": values}, **along)


def _one_decimal(height: float) -> str:
    return f"{height:.1f}" if height == 0 or 1 <= abs(height) < 1e5 else f"{height:.3g}"


def _look(order: int) -> dict[str, Any]:
    """Return the look of the line with this number, from 0: colour, mark and style say the same."""
    look = {"color": COLOURS[order], "marker": MARKS[order], "linestyle": STYLES[order]}
    return {**look, "markersize": 6, "linewidth": 2}
