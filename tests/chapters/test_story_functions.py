"""Functions that a chapter's story defines and shows once: each does what the text says of it."""

import keras
import numpy as np
import pytest
from keras import layers

from course_lib import datasets
from story_code import definitions

GAP, REMEDIES, REVIEWS = "05_overfitting_remedies", "05b_remedies_together", "03b_film_reviews"
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@pytest.fixture(scope="module")
def attack():
    return definitions(REMEDIES, "fast_gradient_sign")["fast_gradient_sign"]


@pytest.mark.parametrize("epsilon", [0.0, 0.5, 300.0])
def test_attack_moves_by_epsilon_at_most_and_stays_a_picture(attack, epsilon):
    pictures = np.random.default_rng(0).integers(0, 256, (8, 4, 4, 1), dtype=np.uint8)
    model = keras.Sequential([keras.Input((4, 4, 1)), layers.Flatten(), layers.Dropout(0.5), layers.Dense(3)])
    first, second = (attack(model, pictures, np.arange(8) % 3, epsilon) for _ in range(2))
    np.testing.assert_array_equal(first, second, "dropout is off while it looks for the direction")
    assert np.abs(first - pictures.astype("float32")).max() <= epsilon
    assert np.min(first) >= 0 and np.max(first) <= 255


def test_attack_follows_the_sign_of_the_gradient_of_a_linear_model(attack):
    model = keras.Sequential([keras.Input((2,)), layers.Dense(2, use_bias=False)])
    model.set_weights([np.array([[1.0, -1.0], [-2.0, 2.0]], "float32")])
    np.testing.assert_allclose(attack(model, np.array([[5.0, 5.0]]), np.array([0]), 2.0), [[3.0, 7.0]])


def test_gap_is_measured_in_inference_mode_after_each_epoch():
    names = definitions(GAP, "GeneralisationGap")
    inputs = np.random.default_rng(0).normal(size=(64, 2)).astype("float32")
    few = datasets.Examples(inputs, (inputs[:, 0] > 0).astype("int64"))
    names |= {"few": few, "pictures": {"validation": datasets.Examples(inputs, 1 - few.labels)}}
    gap = names["GeneralisationGap"]()
    gap.on_train_begin.__globals__.update(names)
    model = keras.Sequential([keras.Input((2,)), layers.Dropout(0.9), layers.Dense(2)])
    model.compile("sgd", LOSS, metrics=["accuracy"])
    model.fit(*few, epochs=2, verbose=0, callbacks=[gap])
    assert {name: len(values) for name, values in gap.history.items()} == dict.fromkeys(
        ("loss", "accuracy", "val_loss", "val_accuracy"), 2
    )
    loss, accuracy = model.evaluate(*few, verbose=0)
    assert gap.history["loss"][-1] == pytest.approx(loss, rel=1e-5)
    assert gap.history["accuracy"][-1] == pytest.approx(accuracy)
    assert gap.history["val_accuracy"][-1] == pytest.approx(1 - accuracy)


def test_words_stand_side_by_side_with_the_score_below():
    words, scores = [["good", "a", "film"], ["end"]], [[0.0, 0.5, 1.0], [0.5]]
    axes = definitions(REVIEWS, "coloured_words")["coloured_words"](words, scores, "t").axes[0]
    shown, below = axes.texts[::2], axes.texts[1::2]
    assert [text.get_text() for text in shown] == ["good", "a", "film", "end"]
    assert [text.get_text() for text in below] == ["0", "50", "100", "50"]
    assert [text.get_position() for text in shown] == [(2, 0), (7, 0), (12, 0), (2, 1.4)]
    red, white, blue = (text.get_bbox_patch().get_facecolor()[:3] for text in shown[:3])
    assert red[0] > 2 * red[2] and min(white) > 0.9 and blue[2] > 2 * blue[0]


def test_probabilities_of_any_text_add_up_to_one():
    vectorizer = layers.TextVectorization(output_sequence_length=6)
    vectorizer.adapt(["a fine film", "a dull film"])
    texts = keras.Input((), dtype="string")
    ids = layers.Embedding(vectorizer.vocabulary_size(), 2)(vectorizer(texts))
    model = keras.Model(texts, layers.Dense(2)(layers.Flatten()(ids)))
    answers = definitions(REVIEWS, "class_probabilities")["class_probabilities"]
    odd = ["", "zyx wvu", "电影很好", "a fine film " * 3333]
    np.testing.assert_allclose(answers(model, odd).sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_array_equal(answers(model, np.array(["a FINE film"])), answers(model, ["a fine film!"]))
