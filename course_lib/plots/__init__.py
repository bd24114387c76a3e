"""Figures: each function takes data and returns a `matplotlib.figure.Figure`, without pyplot and its global state."""

from course_lib.plots.charts import bar_chart, learning_curves, line_chart, ranking
from course_lib.plots.pictures import confusion_matrix, image_grid, receptive_fields
from course_lib.plots.style import COLOURS, FONT_SIZE, HATCHES, MARKS, STYLES, label_axes, new_figure
from course_lib.plots.text import coloured_words

__all__ = [
    "COLOURS",
    "FONT_SIZE",
    "HATCHES",
    "MARKS",
    "STYLES",
    "bar_chart",
    "coloured_words",
    "confusion_matrix",
    "image_grid",
    "label_axes",
    "learning_curves",
    "line_chart",
    "new_figure",
    "ranking",
    "receptive_fields",
]
