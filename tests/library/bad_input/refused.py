"""For the arguments of each function, values that it must refuse: a lost check would let most of them through."""

from functools import partial
from pathlib import Path

import numpy as np
from keras import layers

from bad_input.course import shows_error
from bad_input.models import FOLDER, shared, small_backbone
from course_lib import callbacks, checks, data_files, datasets, machine, pictures, plots, runtime, source
from course_lib.adversarial import fast_gradient_sign
from course_lib.models.convolutional import check_network, convolutional_network
from course_lib.models.dense import dense_network
from course_lib.models.efficientnet_lite import efficientnet_lite0
from course_lib.models.recurrent import recurrent_classifier
from course_lib.models.regularised import regularised_network
from course_lib.models.sentences import class_probabilities, sentence_classifier
from course_lib.models.transfer import InferenceMode, classifier_on_backbone, enable_adapters
from course_lib.plots.style import line_look
from course_lib.saving import save_model

NAN = float("nan")
PICTURES = np.zeros((2, 2, 2, 1))
CLASSES = np.array([0, 1])
NO_PAIRS = [3, (PICTURES,), (PICTURES, CLASSES[:1]), (PICTURES[:0], CLASSES[:0])]
NO_SOURCE = [3, print, lambda: 3]
NETWORK = {
    "input_shape": [3, (28, 28), (28, 28, 0), (3, 28, 1), (10**5, 10**5, 1)],
    "filters": [[], 3, (0,), (0.5,), (10**5, 10**5)],
    "num_classes": [1, 2.5, 10**6],
    "head": ["max", None],
}
LABELS = {name: [3, None] for name in ("title", "x_label", "y_label")}
LINES = {"x": [1, 2], "series": {"a": [1, 2]}, "title": "", "x_label": "", "y_label": ""}
BARS = {"groups": ["g"], "series": {"a": [1]}, "title": "", "y_label": ""}
RANKING = {"names": ["n"], "values": [1], "spread": [0], "title": "", "x_label": ""}
MANY = {str(number): [1, 2] for number in range(99)}


def with_series(good: list[float]) -> list:
    """Return what are no series as long as a good one."""
    return [3, {}, {"a": [*good, 1]}, {"a": "text"}, {"a": [NAN] * len(good), "b": [None] * len(good)}, MANY]


# Each function with arguments that are allowed, and by argument what it has to refuse.
REFUSED = [
    (
        partial(fast_gradient_sign, model=shared("dense"), inputs=PICTURES, labels=CLASSES, epsilon=1.0),
        {
            "model": [3, small_backbone()],
            "inputs": [PICTURES[0], PICTURES + NAN, PICTURES - 1, PICTURES + 300, np.zeros((2, 3, 3, 1))],
            "labels": [CLASSES[:1], CLASSES + 0.5, CLASSES + 1, CLASSES - 1, [["a"]]],
            "epsilon": [-1, NAN, None],
            "largest": [-1, NAN, "255"],
        },
    ),
    (callbacks.LiveCurves, {"metric": [3, None]}),
    (partial(callbacks.TimeToTarget, metric="loss", target=0.5), {"metric": [3], "target": ["a", NAN, None]}),
    (
        partial(callbacks.GeneralisationGap, train=(PICTURES, CLASSES), validation=(PICTURES, CLASSES)),
        {"train": NO_PAIRS, "validation": NO_PAIRS},
    ),
    (
        partial(checks.expect, claim="c", value=1.0, at_least=0),
        {"claim": [3], "value": [[1.0], "a"], "at_least": ["a", NAN], "at_most": ["a", NAN], "equals": [np.ones(2)]},
    ),
    (
        partial(checks.Case, arguments=(2,), expected=4, hint="h"),
        {"arguments": [[2], 2], "hint": [3], "measure": [3]},
    ),
    (
        partial(checks.Exercise, hint="h", cases=[checks.Case((2,), 4, "h")]),
        {"hint": [3], "cases": [3, [], [3]], "tolerance": [-1, NAN, "a"]},
    ),
    (partial(shows_error, error=ValueError, containing="rank"), {"error": ["rank", int], "containing": [3, None]}),
    (source.without_docstring, {"function": NO_SOURCE}),
    (source.show_source, {"function": NO_SOURCE}),
    (data_files.verify, {"name": [3, "mnits"]}),
    (
        partial(datasets.load, name="mnist"),
        {"name": [3, "mnits"], "batch_size": [0, 2.5, 10**7], "seed": [None, -1, 2**32]},
    ),
    (datasets.load_arrays, {"name": [3, "mnits", "photographs"]}),
    (datasets.load_features, {"name": [3, "mnits", "photographs"]}),
    (
        partial(datasets.batches, inputs=PICTURES, labels=CLASSES, batch_size=1, seed=0),
        {"inputs": [None, PICTURES[:1], 3], "labels": [None, [0]], "batch_size": [0, 3, 1.5], "seed": [-1, 0.5, 2**32]},
    ),
    (machine.check_machine, {"largest_chapter_gb": [-1, NAN, "a"]}),
    (pictures.load_photograph, {"name": ["cat", 3]}),
    (
        pictures.as_rgb,
        {"pictures": [np.zeros(2), np.zeros((2, 2, 5)), np.full((2, 2), "a"), PICTURES - 1, PICTURES + 300]},
    ),
    (partial(runtime.start, seed=0, needs_gb=0), {"seed": [-1, 0.5, 2**32], "needs_gb": [-1, NAN, "a"]}),
    (
        partial(save_model, model=shared("dense"), path=Path(FOLDER.name) / "model.keras"),
        {"model": [3], "path": [3, "model.h5", "none/model.keras"]},
    ),
    (partial(check_network, input_shape=(28, 28, 1), filters=(4, 4), num_classes=10, head="flatten"), NETWORK),
    (convolutional_network, NETWORK),
    (
        regularised_network,
        {**NETWORK, "dropout": [1, -0.1, NAN], "l2": [-1, NAN], "augmentation": [3, layers.RandomFlip]},
    ),
    (
        dense_network,
        {
            "input_shape": [3, (28, 28), (0, 28, 1), (10**5, 10**5, 1)],
            "hidden_units": [3, (0,), (10**6,)],
            "num_classes": [1, 10**6],
        },
    ),
    (
        partial(efficientnet_lite0, weights=None),
        {
            "input_shape": [3, (32, 32), (0, 32, 3), (32, 32, None), (32, 32, 2)],
            "image_size": [0, 31, 32.5],
            "weights": ["other", 3],
        },
    ),
    (
        partial(recurrent_classifier, vocabulary_size=5),
        {
            "vocabulary_size": [0, 2.5, 10**9],
            "cell": ["rnn", None],
            "units": [0, 0.5, 10**5],
            "dropout": [1, -0.1],
            "embedding_size": [0, 10**9],
            "num_classes": [1, 10**6],
        },
    ),
    (
        partial(sentence_classifier, vectorizer=shared("adapted"), classifier=shared("ids")),
        {"vectorizer": [3, layers.TextVectorization(output_sequence_length=2)], "classifier": [3, small_backbone()]},
    ),
    (
        partial(class_probabilities, model=shared("sentences"), sentences=["fine"]),
        {"model": [3, shared("dense"), shared("ids")], "sentences": ["fine", 3, [3], [b"\xff"]]},
    ),
    (InferenceMode, {"layer": [3, None]}),
    (
        partial(classifier_on_backbone, backbone=shared("backbone")),
        {"backbone": [3, shared("dense")], "num_classes": [1, 10**6], "dropout": [1, -0.1]},
    ),
    (
        partial(enable_adapters, backbone=small_backbone(), rank=1),
        {"backbone": [3, shared("dense")], "rank": [0, 3, 1.5]},
    ),
    (partial(plots.learning_curves, {"loss": [1.0]}), {"metric": [3]}),
    (plots.learning_curves, {"history": [3, {}, {"other": [1]}, {"loss": 3}, {"loss": ["a"]}]}),
    (
        partial(plots.line_chart, **LINES),
        {
            **LABELS,
            "x": [3, ["a", "b"], [1], [NAN, 1]],
            "series": with_series([1, 2]),
            "log": ["z", None],
            "spread": [3, {"a": [1]}, {"a": [-1, 1]}],
        },
    ),
    (partial(plots.line_chart, **LINES | {"x": [-1, -2]}), {"log": ["x"]}),
    (
        partial(plots.bar_chart, **BARS),
        {
            "title": [3],
            "y_label": [3],
            "groups": [3, [], [1], ["a", "b"]],
            "series": with_series([1]),
            "digits": [-1, 16, 0.5],
        },
    ),
    (
        partial(plots.ranking, **RANKING),
        {
            "title": [3],
            "x_label": [3],
            "names": [3, [], [1]],
            "values": [3, [1, 2], [NAN], ["a"]],
            "spread": [3, [1, 2], [-1]],
        },
    ),
    (
        partial(plots.image_grid, [np.zeros((2, 2))]),
        {"labels": [3, ["a", "b"], [1]], "columns": [0, 0.5], "title": [3]},
    ),
    (plots.image_grid, {"images": [None, "ab", [], [np.zeros(2)], [np.zeros((2, 2, 4))], [np.full((2, 2), NAN)]]}),
    (
        partial(plots.receptive_fields, image=np.zeros((3, 4)), sides={"a": 1}, title=""),
        {"image": [np.zeros(3), "a"], "sides": [3, {}, {"a": -1}, {"a": "b"}, MANY], "title": [3]},
    ),
    (
        partial(plots.confusion_matrix, counts=np.eye(2, dtype=int), class_names=["a", "b"], title=""),
        {"counts": [np.eye(2)[0], np.eye(3), -np.eye(2), "a"], "class_names": [["a"], [1, 2], 3], "title": [3]},
    ),
    (
        partial(plots.coloured_words, sentences=[["a"]], scores=[[0.5]], title=""),
        {
            "sentences": [3, "a", [["a"], ["b"]], [["a", "b"]], [[1]]],
            "scores": [3, "a", [[2.0]], [[NAN]], [["a"]]],
            "title": [3],
        },
    ),
    (
        plots.new_figure,
        {"width": [0, NAN, 10**4], "height": [0, NAN, 10**4], "rows": [0, 0.5, 10**4], "columns": [0, 0.5, 10**4]},
    ),
    (partial(plots.label_axes, plots.new_figure()[1][0, 0]), LABELS),
    (plots.label_axes, {"axes": [3, None]}),
    (line_look, {"order": [-1, 0.5, 100]}),
]
