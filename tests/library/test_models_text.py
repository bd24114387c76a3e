"""Recurrent classifiers and models of sentences: shapes, masks, saving, and whatever a person may type."""

import keras
import numpy as np
import pytest
from keras import layers

from course_lib.models.recurrent import CELLS, recurrent_classifier
from course_lib.models.sentences import class_probabilities, sentence_classifier

SENTENCES = ["a fine film", "a dull film", "fine , fine , fine", "dull and long"]
LOSS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    vectorizer = layers.TextVectorization(output_sequence_length=12)
    vectorizer.adapt(SENTENCES)
    return sentence_classifier(vectorizer, recurrent_classifier(vectorizer.vocabulary_size(), units=4))


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_any_length_gives_a_row_of_logits(cell, bidirectional):
    model = recurrent_classifier(20, cell, bidirectional, num_classes=3)
    for steps in (1, 7):
        assert model(np.ones((2, steps), np.int32)).shape == (2, 3)


@pytest.mark.parametrize("bidirectional", [False, True])
def test_padding_does_not_change_the_logits(bidirectional):
    model = recurrent_classifier(20, bidirectional=bidirectional)
    short, padded = np.array([[3, 4, 5]]), np.array([[3, 4, 5, 0, 0, 0, 0]])
    np.testing.assert_allclose(model(short), model(padded), atol=1e-6)


def test_an_lstm_has_four_gates_of_weights():
    units, embedding_size, vocabulary_size = 8, 6, 20
    expected = vocabulary_size * embedding_size + 4 * units * (embedding_size + units + 1) + 2 * (units + 1)
    assert recurrent_classifier(vocabulary_size, units=units, embedding_size=embedding_size).count_params() == expected


def test_sizes_and_dropout_where_none_are_asked_for():
    model = recurrent_classifier(20)
    assert model.count_params() == 20 * 32 + 4 * 32 * (32 + 32 + 1) + 2 * (32 + 1)
    assert [layer.rate for layer in model.layers if isinstance(layer, layers.Dropout)] == [0.5, 0.5]


@pytest.mark.parametrize("cell", CELLS)
def test_it_learns_a_handful_of_sequences_by_heart(cell):
    keras.utils.set_random_seed(0)
    ids, labels = np.random.default_rng(0).integers(1, 20, (16, 6)), np.arange(16) % 2
    model = recurrent_classifier(20, cell, dropout=0.0)
    model.compile(keras.optimizers.Adam(0.03), LOSS)
    model.fit(np.tile(ids, (40, 1)), np.tile(labels, 40), batch_size=16, shuffle=False, verbose=0)
    assert model.test_on_batch(ids, labels) < 0.05


def test_dropout_works_in_training_only():
    model = recurrent_classifier(20, dropout=0.5)
    ids = np.ones((1, 5), np.int32)
    np.testing.assert_array_equal(model(ids), model(ids))
    assert not np.array_equal(model(ids, training=True), model(ids, training=True))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"cell": "rnn"}, "'simple_rnn', 'lstm', 'gru'"),
        ({"units": 0}, "units"),
        ({"embedding_size": 2.5}, "embedding_size"),
        ({"dropout": 1.0}, "dropout=1.0"),
        ({"dropout": -0.1}, "from 0 to below 1"),
        ({"num_classes": 1}, "at least 2"),
        ({"units": 100_000}, "10000000000 weights"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        recurrent_classifier(20, **arguments)


def test_loaded_model_answers_a_list_of_sentences_as_before(model, tmp_path):
    model.save(tmp_path / "films.keras")
    loaded = keras.saving.load_model(tmp_path / "films.keras")
    before, after = class_probabilities(model, SENTENCES), class_probabilities(loaded, SENTENCES)
    np.testing.assert_array_equal(before, after)
    assert before.shape == (4, 2)
    np.testing.assert_allclose(before.sum(axis=1), 1, atol=1e-6)


def test_more_sentences_than_fit_one_batch_keep_their_order(model):
    many = SENTENCES * 100
    np.testing.assert_allclose(
        class_probabilities(model, many), np.tile(class_probabilities(model, SENTENCES), (100, 1)), atol=1e-6
    )


def test_no_words_and_unknown_words_are_answered(model):
    empty, blank, marks, unknown = class_probabilities(model, ["", "   ", "?!", "zyx wvu"])
    np.testing.assert_array_equal(empty, blank)
    np.testing.assert_array_equal(empty, marks)
    assert np.isfinite(unknown).all() and not np.array_equal(empty, unknown)


def test_of_ten_thousand_words_the_first_count(model):
    start = "a fine film and a dull film and a long film"
    long = start + " fine" * 10_000
    np.testing.assert_array_equal(*class_probabilities(model, [long, start + " fine"]))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"output_sequence_length": 12}, "adapt"),
        ({"vocabulary": ["fine"]}, "output_sequence_length"),
        ({"vocabulary": ["fine"], "output_mode": "count"}, "output_mode='int'"),
    ],
)
def test_a_vectoriser_that_makes_no_rows_of_ids_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        sentence_classifier(layers.TextVectorization(**options), recurrent_classifier(3, units=1))


def test_an_empty_batch_gives_no_rows(model):
    assert class_probabilities(model, []).shape == (0, 2)


def test_text_in_any_script_and_bytes_in_utf8_are_read(model):
    texts = ["a FINE film", "电影 fine", "œuvre 🎬 dull\n"]
    as_bytes = [text.encode("utf-8") for text in texts]
    np.testing.assert_array_equal(class_probabilities(model, texts), class_probabilities(model, as_bytes))


@pytest.mark.parametrize(
    ("sentences", "message"),
    [
        ("a fine film", "give a list"),
        ([b"fine", b"na\xefve"], "sentence 1 is not UTF-8: byte 2 is 0xef"),
        (["fine", None], "sentence 1 is NoneType"),
        ([3.5], "sentence 0 is float"),
        (["fine", "na\ud800"], "sentence 1 is damaged: character 2"),
        (None, "give a list"),
    ],
)
def test_what_is_no_list_of_texts_is_refused_by_name(model, sentences, message):
    with pytest.raises(ValueError, match=message):
        class_probabilities(model, sentences)


def test_a_model_that_reads_numbers_is_refused():
    number = keras.Input(())
    reads_numbers = keras.Model(number, layers.Dense(2)(layers.Reshape((1,))(number)))
    with pytest.raises(ValueError, match="the model reads no texts"):
        class_probabilities(reads_numbers, ["fine"])
