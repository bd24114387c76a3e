"""Charts of numbers: curves, lines, bars, a ranking."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from course_lib._arguments import (
    as_numbers,
    as_texts,
    check_choice,
    check_same_length,
    check_text,
    check_type,
    check_whole,
    shown,
)
from course_lib.plots._arguments import as_series, check_few
from course_lib.plots.style import COLOURS, FONT_SIZE, HATCHES, label_axes, line_look, new_figure

MOST_NAMES = 100
MANY_DECADES = 1e5


def learning_curves(history: Mapping[str, Sequence[float]], metric: str = "accuracy") -> Figure:
    """Draw loss and metric after each epoch, for training and, where present, validation.

    Args:
        history: what `fit` returns as `History.history`: a list of values for each name.
        metric: the second panel's metric.

    Raises:
        ValueError: if `history` holds no lists of numbers, or neither loss nor metric.
    """
    check_text("metric", metric)
    check_type("history", history, Mapping, "the `history` of what `fit` returned")
    drawn = {key: history[key] for name in ("loss", metric) for key in (name, f"val_{name}") if key in history}
    if not drawn:
        raise ValueError(f"history has neither 'loss' nor metric={metric!r}; it has {', '.join(map(str, history))}")
    history = as_series("history", drawn, missing=True)
    figure, axes = new_figure(8.0, 3.2, columns=2)
    for ax, name in zip(axes[0], ("loss", metric), strict=True):
        label_axes(ax, x_label="epoch", y_label=f"{name} (nats)" if name == "loss" else name)
        for key, label, order in ((name, "training", 0), (f"val_{name}", "validation", 1)):
            if key in history:
                epochs = range(1, len(history[key]) + 1)
                ax.plot(epochs, history[key], label=label, **line_look(order))
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
    spread: Mapping[str, Sequence[float]] | None = None,
) -> Figure:
    """Draw one line for each named series over a common x.

    Args:
        x: (n,) horizontal values.
        series: (n,) vertical values by name; NaN where a series has none.
        title: the finding.
        x_label: horizontal quantity with its unit.
        y_label: vertical quantity with its unit.
        log: axes with a logarithmic scale: "", "x", "y" or "xy".
        spread: (n,) half lengths of error bars by name, such as standard deviations over seeds; say in `y_label`
            what they are.

    Raises:
        ValueError: if x, series and spread are no numbers or differ in length, there are more series than looks, a
            half length is negative, or `log` is unknown or has no positive numbers to show.
    """
    x = as_numbers("x", x, 1)
    check_few("series", series)
    series = as_series("series", series, along={"x": x}, missing=True)
    spread = as_series("spread", {} if spread is None else spread, along={"x": x}, at_least=0, missing=True)
    check_choice("log", log, ("", "x", "y", "xy"))
    if "x" in log and not (x > 0).all():
        raise ValueError(f"log={log!r} was given, and x={shown(x)} has values that are not above 0; draw it without")
    if "y" in log and not any((values > 0).any() for values in series.values()):
        raise ValueError(f"log={log!r} was given, and series has no value above 0; draw it without")
    figure, axes = new_figure()
    ax = axes[0, 0]
    for order, (name, values) in enumerate(series.items()):
        known = np.isfinite(values)
        bars = spread[name][known] if name in spread else None
        ax.errorbar(x[known], values[known], yerr=bars, label=name, capsize=4, **line_look(order))
    if "x" in log:
        ax.set_xscale("log")
        # Over many decades matplotlib leaves some out, and with several ticks in each it then draws none.
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5) if x.max() / x.min() < MANY_DECADES else (1,)))
        ax.xaxis.set_major_formatter("{x:g}")
        ax.minorticks_off()
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

    Raises:
        ValueError: if a series has other values than one number for each group, or there are more series than
            colours.
    """
    groups = as_texts("groups", groups)
    check_few("series", series)
    series = as_series("series", series, along={"groups": groups})
    check_whole("digits", digits, at_least=0, at_most=15)
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


def ranking(
    names: Sequence[str], values: Sequence[float], *, spread: Sequence[float], title: str, x_label: str
) -> Figure:
    """Draw one dot with its error bar for each name, the highest on top; a line marks the last name's value.

    Args:
        names: (n,) what is compared; the last is the baseline.
        values: (n,) what ranks them.
        spread: (n,) half lengths of the error bars; say in `x_label` what they are.
        title: the finding.
        x_label: the values' quantity with its unit.

    Raises:
        ValueError: if there are no names, or values and spread are other than one number for each name.
    """
    names = as_texts("names", names)
    if not 1 <= len(names) <= MOST_NAMES:
        raise ValueError(f"{len(names)} names were given; give 1 to {MOST_NAMES}")
    values, spread = as_numbers("values", values, 1), as_numbers("spread", spread, 1, at_least=0)
    check_same_length(names=names, values=values, spread=spread)
    order = np.argsort(values, kind="stable")
    figure, axes = new_figure(8.0, 1.2 + 0.34 * len(names))
    ax = axes[0, 0]
    ax.axvline(values[-1], color="0.5", linestyle="--", linewidth=1.5)
    ax.errorbar(
        values[order],
        range(len(names)),
        xerr=spread[order],
        fmt="o",
        capsize=4,
        color=COLOURS[0],
    )
    label_axes(ax, title, x_label)
    ax.set_yticks(range(len(names)), [names[index] for index in order], fontsize=FONT_SIZE)
    return figure
