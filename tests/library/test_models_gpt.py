"""GPT: it looks back only, its size, what it makes of each length, how it is judged, its trained weights."""

import keras
import numpy as np
import pytest

from course_lib.models.gpt import austen_gpt, gpt, surprise

SMALL = {"vocabulary_size": 20, "context": 8, "width": 12, "depth": 2, "heads": 3, "dropout": 0.5}
GOOD_CALLS = {gpt: SMALL, surprise: {"model": gpt(**SMALL), "pieces": np.array([1, 2, 3])}}


@pytest.fixture
def model():
    keras.utils.set_random_seed(0)
    return gpt(**SMALL)


@pytest.mark.parametrize("steps", [1, 5, 8])
def test_each_place_gets_logits(model, steps):
    assert model(np.ones((2, steps), "int32")).shape == (2, steps, 20)


def test_more_pieces_than_the_context_are_refused(model):
    with pytest.raises(ValueError, match="9 pieces were given; this network reads at most 8 at once"):
        model(np.ones((1, 9), "int32"))


def test_the_future_changes_nothing(model):
    text = np.arange(8)[None]
    other = np.where(np.arange(8) < 5, text, 19)
    before, after = model(text).numpy(), model(other).numpy()
    np.testing.assert_array_equal(before[:, :5], after[:, :5])
    assert np.abs(before[:, 5:] - after[:, 5:]).max() > 1e-3


def test_the_order_of_what_was_read_counts(model):
    turned = model(np.array([[2, 1, 3]]))[:, -1]
    assert np.abs(model(np.array([[1, 2, 3]]))[:, -1] - turned).max() > 1e-5


def test_size():
    model = gpt(vocabulary_size=20, context=8, width=12, depth=2, heads=3)
    assert model.count_params() == 20 * 12 + 8 * 12 + 2 * (12 * 12**2 + 13 * 12) + 2 * 12


def test_size_where_none_is_asked_for():
    assert gpt().count_params() == 1024 * 192 + 256 * 192 + 4 * (12 * 192**2 + 13 * 192) + 2 * 192


def test_dropout_works_in_training_only(model):
    text = np.ones((1, 5), "int32")
    np.testing.assert_array_equal(model(text), model(text))
    assert not np.array_equal(model(text, training=True), model(text, training=True))


def test_it_can_be_saved_and_loaded(model, tmp_path):
    model.save(tmp_path / "gpt.keras")
    again = keras.saving.load_model(tmp_path / "gpt.keras")
    text = np.arange(8)[None]
    np.testing.assert_allclose(model(text), again(text), atol=1e-6)


def test_heads_must_divide_the_width():
    with pytest.raises(ValueError, match="width=12 was given with heads=5"):
        gpt(width=12, heads=5)


def by_hand(model, text):
    """Return minus the log probability of the piece that follows a text."""
    logits = model(np.array(text[:-1])[None])[0, -1].numpy().astype(float)
    return np.log(np.exp(logits).sum()) - logits[text[-1]]


def test_layers_that_are_too_wide_are_refused():
    with pytest.raises(ValueError, match="ask for a layer of"):
        gpt(vocabulary_size=2, context=1, width=5001, depth=1, heads=1)


def test_surprise_with_a_context_of_one_piece_sees_each_piece_once():
    model = gpt(**(SMALL | {"context": 1}))
    pieces = np.random.default_rng(0).integers(20, size=5)
    text = [10, *pieces]
    expected = [by_hand(model, text[place : place + 2]) for place in range(5)]
    np.testing.assert_allclose(surprise(model, pieces), expected, atol=1e-5)


@pytest.mark.parametrize("length", [1, 7, 8, 9, 12, 13, 300])
def test_surprise_reads_from_half_to_a_whole_context_before_each_piece(model, length):
    pieces = np.random.default_rng(length).integers(20, size=length)
    text = [10, *pieces]  # the end of a paragraph stands before
    nats = surprise(model, pieces)
    assert nats.shape == (length,)
    for place in {*range(min(length, 14)), length - 1}:
        start = 0 if place < 8 else 4 * ((place - 8) // 4 + 1)
        assert 4 < place + 1 - start <= 8 or place < 8
        assert nats[place] == pytest.approx(by_hand(model, text[start : place + 2]), abs=1e-4)


def test_surprise_of_no_text_is_empty_and_dropout_is_off(model):
    assert surprise(model, []).shape == (0,)
    np.testing.assert_array_equal(surprise(model, [1, 2, 3]), surprise(model, [1, 2, 3]))


def test_an_untrained_gpt_is_as_surprised_as_by_throwing_dice():
    keras.utils.set_random_seed(0)
    nats = surprise(gpt(vocabulary_size=100, context=16, width=12, depth=1, heads=2), np.arange(100))
    assert nats.mean() == pytest.approx(np.log(100), abs=0.05)


def test_trained_weights_write_as_austen_does():
    model, coder = austen_gpt()
    assert model.count_params() == gpt().count_params() and len(coder.pieces) == 1024
    likely = model(coder.encode("Captain Wentworth was not a man to be")[None])[0, -1].numpy()
    assert coder.pieces[likely.argmax()].startswith(b" ")
    sense = surprise(model, coder.encode("She could not but be pleased with the idea of his coming to the ball."))
    nonsense = surprise(model, coder.encode("Ball the to coming his of idea the with pleased be but not could she."))
    assert sense.mean() < nonsense.mean() - 0.5
