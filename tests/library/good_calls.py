"""A good call of each function of the library that takes arguments, and odd values that one may be given by mistake."""

import tempfile
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from course_lib import checks, data_files, datasets, machine, plots, runtime, saving, source
from course_lib.models.convolutional import convolutional_network
from course_lib.models.dense import dense_network
from course_lib.models.efficientnet_lite import efficientnet_lite0
from course_lib.models.recurrent import recurrent_classifier
from course_lib.models.regularised import regularised_network
from course_lib.models.transfer import classifier_on_backbone

FOLDER = tempfile.TemporaryDirectory()  # removed when the tests end
BACKBONE = keras.Sequential([keras.Input((4, 4, 1)), layers.Conv2D(2, 3)])
NETWORK = {"input_shape": (4, 6, 1), "filters": (2, 3), "num_classes": 2, "head": "flatten"}
LABELS = {"title": "t", "y_label": "y"}
GOOD = {
    checks.expect: {"claim": "c", "value": 1.0, "at_least": 0.5, "at_most": 2, "equals": None, "of": 10},
    checks.shows_error: {"error": ValueError, "containing": "rank"},
    checks.Case: {"arguments": (2,), "expected": 4, "hint": "h", "measure": abs},
    checks.Exercise: {"hint": "h", "cases": [checks.Case((2,), 4, "h")], "tolerance": 0.1},
    data_files.verify: {"name": "photographs"},
    datasets.load: {"name": "movie_snippets", "batch_size": 8, "seed": 0},
    datasets.load_arrays: {"name": "movie_snippets"},
    datasets.load_features: {"name": "movie_snippets"},
    datasets.batches: {"inputs": np.zeros((3, 2)), "labels": np.zeros(3), "batch_size": 2, "seed": 0},
    machine.inspect_machine: {"largest_chapter_gb": 0.1},
    runtime.start: {"seed": 0, "needs_gb": 0.1},
    saving.save_model: {"model": BACKBONE, "path": Path(FOLDER.name) / "model.keras"},
    source.show_source: {"function": dense_network},
    convolutional_network: NETWORK,
    regularised_network: {
        **NETWORK,
        "normalise": False,
        "dropout": 0.5,
        "l2": 0.1,
        "augmentation": layers.RandomFlip("horizontal"),
    },
    dense_network: {"input_shape": (2, 2, 1), "hidden_units": (3,), "num_classes": 2},
    efficientnet_lite0: {"input_shape": (None, 32, 3), "image_size": 32, "weights": None, "include_top": False},
    recurrent_classifier: {
        "vocabulary_size": 5,
        "bidirectional": False,
        "units": 2,
        "dropout": 0.5,
        "num_classes": 2,
    },
    classifier_on_backbone: {"backbone": BACKBONE, "num_classes": 2, "dropout": 0.5},
    plots.learning_curves: {"history": {"loss": [1.0, 0.5], "val_loss": [1.0, float("nan")]}},
    plots.line_chart: {
        "x": [1, 2],
        "series": {"a": [1, float("nan")], "b": [0, 2]},
        "x_label": "x",
        **LABELS,
        "log": "xy",
        "spread": {"a": [0.5, 0]},
    },
    plots.bar_chart: {"groups": ["g", "h"], "series": {"a": [1, 2], "b": [0, -1]}, **LABELS},
    plots.image_grid: {
        "images": [np.zeros((3, 4, 3))],
        "labels": ["a"],
        "columns": 2,
        "title": "t",
        "signed": False,
    },
    plots.new_figure: {"width": 3.0, "height": 2.0, "rows": 1, "columns": 2},
    plots.label_axes: {"axes": plots.new_figure()[1][0, 0], "x_label": "x", **LABELS},
}
ODD = [
    *(None, True, -1, 0, 1, 3, 2.5, -0.5, float("nan"), float("inf"), "", "text", b"text", 1j, ..., object(), len, int),
    *((), [], [0], [1.5], ["a"], [None], [[1], [2, 3]], {}, {"a": 1}, {"a": [1]}, {1: [2, 3]}, range(3), {1}),
    *(np.zeros(0), np.zeros(2), np.zeros((2, 2)), np.zeros((2, 3, 4, 5)), np.full(2, np.nan), np.array(["a", "b"])),
    *(np.array([None]), np.array(3), np.int64(3), np.float32(0.5), np.bool_(True), iter([1, 2]), Path("x")),
    *(
        tf.constant([1.0, 2.0]),
        tf.constant(["a"]),
        keras.Input((3,)),
        layers.Dense(2),
        keras.Sequential([layers.Dense(2)]),
    ),
]
