"""The callbacks on tiny trainings, good and bad."""

import time

import keras
import numpy as np
import pytest
from IPython.testing.globalipapp import start_ipython

from course_lib import callbacks
from course_lib.callbacks import GeneralisationGap, LiveCurves, TimeToTarget


@pytest.fixture
def model():
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.1), loss, metrics=["accuracy"])
    return model


@pytest.fixture(scope="module")
def examples():
    inputs = np.random.default_rng(0).normal(size=(64, 2)).astype("float32")
    return inputs, (inputs[:, 0] > 0).astype("int64")


@pytest.fixture
def shown(monkeypatch):
    """What a notebook would show: a list of [object, number of times it was shown]."""
    displays = []

    class Handle:
        def __init__(self, shown, display_id, raw=False):
            assert display_id is True and raw == isinstance(shown, dict)
            self.entry = [shown, 1]
            displays.append(self.entry)

        def update(self, shown, raw=False):
            assert raw == isinstance(shown, dict)
            self.entry[0] = shown
            self.entry[1] += 1

    monkeypatch.setattr(callbacks, "_in_notebook", lambda: True)
    monkeypatch.setattr("IPython.display.display", Handle)
    return displays


def test_outside_a_notebook_each_epoch_prints_one_line(model, examples, capsys):
    model.fit(*examples, epochs=3, verbose=0, callbacks=[LiveCurves()])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("epoch 1 of 3, ") and "s left: " in lines[0] and "accuracy" in lines[0]
    assert "about 0 s left" in lines[2]


def test_time_left_is_what_the_epochs_before_took(monkeypatch, capsys):
    live, now = LiveCurves(), iter([100.0, 110.0, 130.0])
    live.set_params({"epochs": 4})
    monkeypatch.setattr(callbacks.time, "perf_counter", lambda: next(now))
    live.on_train_begin()
    live.on_epoch_end(0, {"loss": 1.0})
    live.on_epoch_end(1, {"loss": 0.5})
    assert capsys.readouterr().out.splitlines() == [
        "epoch 1 of 4, 10 s, about 30 s left: loss 1.0000",
        "epoch 2 of 4, 30 s, about 30 s left: loss 0.5000",
    ]


def test_callbacks_have_no_model_before_they_are_used(examples):
    for callback in (LiveCurves(), TimeToTarget("loss", 0.5), GeneralisationGap(examples, examples)):
        assert callback.model is None and callback.params is None


def test_a_running_ipython_without_kernel_is_no_notebook():
    start_ipython()
    assert not callbacks._in_notebook()


def test_in_a_notebook_one_figure_and_one_line_are_replaced_in_place(model, examples, shown):
    live = LiveCurves()
    model.fit(*examples, epochs=4, verbose=0, validation_data=examples, callbacks=[live])
    (figure, figure_times), (line, line_times) = shown
    assert figure_times == line_times == 4
    assert line["text/plain"].startswith("epoch 4 of 4")
    for axes, name in zip(figure.axes, ("loss", "accuracy"), strict=True):
        training, validation = (drawn.get_ydata() for drawn in axes.lines)
        np.testing.assert_allclose(training, live.history[name])
        np.testing.assert_allclose(validation, live.history[f"val_{name}"])


def test_nan_loss_is_drawn_and_named_without_an_error(model, examples, shown):
    inputs = np.full_like(examples[0], np.nan)
    model.fit(inputs, examples[1], epochs=2, verbose=0, callbacks=[LiveCurves()])
    assert "loss nan" in shown[1][0]["text/plain"]


def test_interrupted_fit_leaves_its_curves_and_the_next_starts_anew(model, examples, shown):
    class Stop(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 1:
                raise KeyboardInterrupt

    live = LiveCurves()
    with pytest.raises(KeyboardInterrupt):
        model.fit(*examples, epochs=5, verbose=0, callbacks=[live, Stop()])
    assert [len(values) for values in live.history.values()] == [2, 2]
    model.fit(*examples, epochs=3, verbose=0, callbacks=[live])
    assert [len(values) for values in live.history.values()] == [3, 3]
    assert len(shown) == 4  # figure and line of each training


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
@pytest.mark.parametrize("callback", [LiveCurves(), TimeToTarget("accuracy", 0.5)])
def test_empty_data_set_gives_an_error_that_says_so(model, callback):
    with pytest.raises(ValueError, match="the data set is empty"):
        model.fit(np.zeros((0, 2)), np.zeros(0), verbose=0, callbacks=[callback])


def test_time_to_target_notes_the_first_epoch_that_reaches_it_and_stops(model, examples):
    clock = TimeToTarget("accuracy", 0.9, stop=True)
    started = time.perf_counter()
    history = model.fit(*examples, epochs=200, batch_size=16, verbose=0, callbacks=[clock])
    accuracy = history.history["accuracy"]
    assert 0 < clock.seconds <= time.perf_counter() - started
    assert clock.epoch == len(accuracy) < 200
    assert accuracy[-1] >= 0.9 and max(accuracy[:-1], default=0) < 0.9


def test_time_to_target_counts_a_target_that_is_met_exactly():
    clock = TimeToTarget("accuracy", 0.5)
    clock.on_train_begin()
    clock.on_epoch_end(0, {"accuracy": 0.499})
    assert clock.epoch is None
    clock.on_epoch_end(1, {"accuracy": 0.5})
    assert clock.epoch == 2


def test_time_to_target_goes_on_without_stop_and_forgets_an_earlier_fit(model, examples):
    clock = TimeToTarget("accuracy", 0.0)
    assert len(model.fit(*examples, epochs=3, verbose=0, callbacks=[clock]).epoch) == 3
    assert clock.epoch == 1
    clock.target = 2.0
    model.fit(*examples, epochs=1, verbose=0, callbacks=[clock])
    assert clock.seconds is None and clock.epoch is None


def test_time_to_target_names_the_metrics_there_are(model, examples):
    with pytest.raises(ValueError, match=r"'val_accuracy'.*this training logs accuracy, loss"):
        model.fit(*examples, verbose=0, callbacks=[TimeToTarget("val_accuracy", 0.9)])


def test_gap_is_measured_in_inference_mode_and_logged(examples, capsys):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dropout(0.9), keras.layers.Dense(2)])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    validation = (examples[0], 1 - examples[1])
    gap = GeneralisationGap(examples, validation)
    logged = model.fit(*examples, epochs=2, verbose=0, callbacks=[gap]).history
    assert capsys.readouterr().out == ""
    assert set(gap.history) == {"loss", "accuracy", "val_loss", "val_accuracy", "gap"}
    assert [len(values) for values in gap.history.values()] == [2] * 5
    loss, accuracy = model.evaluate(*examples, verbose=0)
    assert gap.history["loss"][-1] == pytest.approx(loss, rel=1e-5)
    assert gap.history["accuracy"][-1] == pytest.approx(accuracy)
    assert gap.history["gap"][-1] == pytest.approx(accuracy - model.evaluate(*validation, verbose=0)[1], abs=1e-6)
    assert logged["gap"] == gap.history["gap"]
    model.fit(*examples, epochs=1, verbose=0, callbacks=[gap])
    assert len(gap.history["gap"]) == 1


def test_gap_without_accuracy_says_what_to_compile(examples):
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2)])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    with pytest.raises(ValueError, match="metrics="):
        model.fit(*examples, verbose=0, callbacks=[GeneralisationGap(examples, examples)])


@pytest.mark.parametrize(
    ("validation", "message"),
    [
        ([np.zeros(2), np.zeros(2)], r"validation=.* give a pair"),
        ((np.zeros(2),), "validation has 1 parts"),
        ((np.zeros((2, 2)), np.zeros(3)), "2 validation inputs and 3 validation labels"),
    ],
)
def test_gap_names_what_is_no_pair_of_inputs_and_labels(examples, validation, message):
    with pytest.raises(ValueError, match=message):
        GeneralisationGap(examples, validation)
