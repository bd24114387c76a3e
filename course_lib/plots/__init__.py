"""Figures: each function takes data and returns a `matplotlib.figure.Figure`, without pyplot and its global state."""

from course_lib.plots.charts import bar_chart, learning_curves, line_chart, strip_chart
from course_lib.plots.pictures import image_grid
from course_lib.plots.style import COLOURS, FONT_SIZE, HATCHES, MARKS, STYLES, label_axes, new_figure

__all__ = [
    "COLOURS",
    "FONT_SIZE",
    "HATCHES",
    "MARKS",
    "STYLES",
    "bar_chart",
    "image_grid",
    "label_axes",
    "learning_curves",
    "line_chart",
    "new_figure",
    "strip_chart",
]
