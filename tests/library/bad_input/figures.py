"""What the figures are allowed to be given."""

from hypothesis import strategies as st
from hypothesis.extra import numpy as np_st
from matplotlib.figure import Figure

from bad_input.odd_values import Call
from course_lib import plots
from course_lib.plots.style import line_look

TEXT = st.text(st.characters(codec="ascii", categories=("L", "N")), max_size=5)
VALUES = st.floats(-1e6, 1e6)
POSITIVE = st.floats(1e-6, 1e6)


def series(length: int, values: st.SearchStrategy = VALUES, largest: int = 3) -> st.SearchStrategy:
    return st.dictionaries(TEXT, st.lists(values, min_size=length, max_size=length), min_size=1, max_size=largest)


def texts(length: int) -> st.SearchStrategy:
    return st.lists(TEXT, min_size=length, max_size=length)


def numbers(length: int, values: st.SearchStrategy = VALUES) -> st.SearchStrategy:
    return st.lists(values, min_size=length, max_size=length)


LINES = {
    "x": numbers(2),
    "series": series(2, VALUES | st.just(float("nan"))).map(lambda values: {**values, "known": [1.0, 2.0]}),
    "title": TEXT,
    "x_label": TEXT,
    "y_label": TEXT,
    "log": st.just(""),
    "spread": st.none() | series(2, st.floats(0, 1e6)),
}
CALLS = [
    Call(
        plots.learning_curves,
        {"history": series(2).map(lambda values: {"loss": [1.0, 0.5], **values}), "metric": TEXT},
    ),
    Call(plots.line_chart, LINES),
    Call(plots.line_chart, {**LINES, "log": st.sampled_from(("x", "y", "xy")), "x": numbers(2, POSITIVE)}),
    Call(
        plots.bar_chart,
        {"groups": texts(2), "series": series(2), "title": TEXT, "y_label": TEXT, "digits": st.integers(0, 3)},
    ),
    Call(
        plots.ranking,
        {
            "names": texts(2),
            "values": numbers(2),
            "spread": numbers(2, st.floats(0, 1e6)),
            "title": TEXT,
            "x_label": TEXT,
        },
    ),
    Call(
        plots.image_grid,
        {
            "images": st.sampled_from(((2, 2), (2, 2, 1), (2, 2, 3))).flatmap(
                lambda shape: st.lists(np_st.arrays("uint8", shape), min_size=2, max_size=2)
            ),
            "labels": st.just(()) | texts(2),
            "columns": st.integers(1, 3),
            "title": TEXT,
            "signed": st.booleans(),
        },
        flags=("signed",),
    ),
    Call(
        plots.receptive_fields,
        {
            "image": np_st.arrays("uint8", (3, 4)),
            "sides": st.dictionaries(TEXT, st.integers(1, 3), min_size=1, max_size=6),
            "title": TEXT,
        },
    ),
    Call(
        plots.confusion_matrix,
        {
            "counts": np_st.arrays("int64", (2, 2), elements=st.integers(0, 1000)),
            "class_names": texts(2),
            "title": TEXT,
        },
    ),
    Call(
        plots.coloured_words,
        {"sentences": st.lists(texts(2), min_size=1, max_size=1), "scores": st.just([[0.0, 1.0]]), "title": TEXT},
    ),
    Call(
        plots.new_figure,
        {
            "width": st.floats(1, 8),
            "height": st.floats(1, 8),
            "rows": st.integers(1, 2),
            "columns": st.integers(1, 2),
        },
    ),
    Call(
        plots.label_axes,
        {"axes": st.builds(lambda: Figure().subplots()), "title": TEXT, "x_label": TEXT, "y_label": TEXT},
    ),
    Call(line_look, {"order": st.integers(0, 5)}),
]
