"""Recurrent classifiers: shapes, masks, sizes, learning, dropout."""

import keras
import numpy as np
import pytest
from keras import layers

from course_lib.models.recurrent import recurrent_classifier

GOOD_CALLS = {
    recurrent_classifier: {
        "vocabulary_size": 5,
        "bidirectional": False,
        "units": 2,
        "dropout": 0.5,
        "num_classes": 2,
    }
}

SENTENCES = ["a fine film", "a dull film", "fine , fine , fine", "dull and long"]
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@pytest.mark.parametrize("bidirectional", [False, True])
def test_any_length_gives_a_row_of_logits(bidirectional):
    model = recurrent_classifier(20, bidirectional, num_classes=3)
    for steps in (1, 7):
        assert model(np.ones((2, steps), np.int32)).shape == (2, 3)


@pytest.mark.parametrize("bidirectional", [False, True])
def test_padding_does_not_change_the_logits(bidirectional):
    model = recurrent_classifier(20, bidirectional=bidirectional)
    short, padded = np.array([[3, 4, 5]]), np.array([[3, 4, 5, 0, 0, 0, 0]])
    np.testing.assert_allclose(model(short), model(padded), atol=1e-6)


def test_an_lstm_has_four_gates_of_weights():
    units, embedding_size, vocabulary_size = 8, 32, 20
    expected = vocabulary_size * embedding_size + 4 * units * (embedding_size + units + 1) + 2 * (units + 1)
    assert recurrent_classifier(vocabulary_size, units=units).count_params() == expected


def test_sizes_and_dropout_where_none_are_asked_for():
    model = recurrent_classifier(20)
    assert model.count_params() == 20 * 32 + 4 * 32 * (32 + 32 + 1) + 2 * (32 + 1)
    assert [layer.rate for layer in model.layers if isinstance(layer, layers.Dropout)] == [0.5, 0.5]


def test_it_learns_a_handful_of_sequences_by_heart():
    keras.utils.set_random_seed(0)
    ids, labels = np.random.default_rng(0).integers(1, 20, (16, 6)), np.arange(16) % 2
    model = recurrent_classifier(20, dropout=0.0)
    model.compile(keras.optimizers.Adam(0.03), LOSS)
    model.fit(np.tile(ids, (40, 1)), np.tile(labels, 40), batch_size=16, shuffle=False, verbose=0)
    assert model.test_on_batch(ids, labels) < 0.05


def test_dropout_works_in_training_only():
    model = recurrent_classifier(20, dropout=0.5)
    ids = np.ones((1, 5), np.int32)
    np.testing.assert_array_equal(model(ids), model(ids))
    assert not np.array_equal(model(ids, training=True), model(ids, training=True))
