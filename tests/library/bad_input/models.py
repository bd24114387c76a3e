"""What the model builders and the attack on models are allowed to be given."""

import tempfile
from functools import cache
from pathlib import Path

import keras
from hypothesis import strategies as st
from hypothesis.extra import numpy as np_st
from keras import layers

from bad_input.odd_values import Call
from course_lib.adversarial import fast_gradient_sign
from course_lib.models.convolutional import check_network, convolutional_network
from course_lib.models.dense import dense_network
from course_lib.models.efficientnet_lite import efficientnet_lite0
from course_lib.models.recurrent import recurrent_classifier
from course_lib.models.regularised import regularised_network
from course_lib.models.sentences import class_probabilities, sentence_classifier
from course_lib.models.transfer import InferenceMode, classifier_on_backbone, enable_adapters
from course_lib.saving import save_model

FOLDER = tempfile.TemporaryDirectory()  # removed when the tests end
SIZES = st.integers(1, 3)
CLASSES = st.integers(2, 3)
DROPOUT = st.floats(0, 1, exclude_max=True)
HEADS = st.sampled_from(("flatten", "average"))
SHAPES = st.tuples(st.integers(4, 6), st.integers(4, 6), SIZES)
FILTERS = st.lists(SIZES, min_size=1, max_size=2)


def small_backbone() -> keras.Model:
    """A network that ends in a feature map."""
    return keras.Sequential([keras.Input((4, 4, 1)), layers.Conv2D(2, 3)])


def adapted(**options) -> layers.TextVectorization:
    """A vectoriser that knows two words."""
    vectorizer = layers.TextVectorization(output_sequence_length=2, **options)
    vectorizer.adapt(["fine dull"])
    return vectorizer


@cache
def shared(name: str):
    """A model or layer that calls use and leave as it is."""
    make = {
        "backbone": small_backbone,
        "dense": lambda: dense_network((2, 2, 1), (), 2),
        "ids": lambda: recurrent_classifier(4, units=1, embedding_size=1),
        "adapted": adapted,
        "sentences": lambda: sentence_classifier(adapted(), shared("ids")),
    }
    return make[name]()


def one_of(*names: str) -> st.SearchStrategy:
    return st.sampled_from(names).map(shared)


NETWORK = {"input_shape": SHAPES, "filters": FILTERS, "num_classes": CLASSES, "head": HEADS}
EXAMPLES = st.integers(1, 3)
CALLS = [
    Call(check_network, NETWORK),
    Call(convolutional_network, NETWORK),
    Call(
        save_model,
        {
            "model": st.builds(small_backbone),
            "path": st.just(Path(FOLDER.name) / "model.keras"),
        },
    ),
    Call(dense_network, {"input_shape": SHAPES, "hidden_units": st.lists(SIZES, max_size=2), "num_classes": CLASSES}),
    Call(
        efficientnet_lite0,
        {
            "input_shape": st.tuples(st.none() | st.integers(32, 64), st.integers(32, 64), st.sampled_from((1, 3))),
            "image_size": st.integers(32, 64),
            "weights": st.none(),
            "include_top": st.booleans(),
        },
        flags=("include_top",),
        wrong={
            "input_shape": st.tuples(st.integers(-1, 0), st.just(32), st.just(3)) | st.text() | st.floats(),
            "image_size": st.integers(-1, 31) | st.floats() | st.integers(10**5),
            "weights": st.text() | st.integers() | st.builds(object),
        },
    ),
    Call(
        recurrent_classifier,
        {
            "vocabulary_size": st.integers(1, 5),
            "cell": st.sampled_from(("simple_rnn", "lstm", "gru")),
            "bidirectional": st.booleans(),
            "units": SIZES,
            "dropout": DROPOUT,
            "embedding_size": SIZES,
            "num_classes": CLASSES,
        },
        flags=("bidirectional",),
    ),
    Call(
        regularised_network,
        {
            **NETWORK,
            "normalise": st.booleans(),
            "dropout": DROPOUT,
            "l2": st.floats(0, 1),
            "augmentation": st.none() | st.builds(lambda: layers.RandomFlip("horizontal")),
        },
        flags=("normalise",),
    ),
    Call(sentence_classifier, {"vectorizer": one_of("adapted"), "classifier": one_of("ids")}),
    Call(
        class_probabilities,
        {"model": one_of("sentences"), "sentences": st.lists(st.text(max_size=5) | st.just(b"fine"), max_size=3)},
    ),
    Call(InferenceMode, {"layer": one_of("backbone", "dense")}),
    Call(
        classifier_on_backbone,
        {
            "backbone": one_of("backbone"),
            "num_classes": CLASSES,
            "dropout": DROPOUT,
            "update_statistics": st.booleans(),
        },
        flags=("update_statistics",),
    ),
    Call(enable_adapters, {"backbone": st.builds(small_backbone), "rank": st.integers(1, 2)}),
    Call(
        fast_gradient_sign,
        {
            "model": one_of("dense"),
            "inputs": np_st.arrays("float32", (2, 2, 2, 1), elements=st.floats(0, 1, width=32)),
            "labels": np_st.arrays("int64", (2,), elements=st.integers(0, 1)),
            "epsilon": st.floats(0, 300),
            "largest": st.floats(1, 255),
        },
    ),
]
