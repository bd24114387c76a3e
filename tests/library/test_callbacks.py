"""The callbacks on tiny trainings, good and bad."""

import keras
import numpy as np
import pytest
from IPython.testing.globalipapp import start_ipython

from course_lib import callbacks
from course_lib.callbacks import LiveCurves


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


def test_a_fit_that_begins_later_counts_on_and_divides_by_its_own_epochs(model, examples, capsys):
    model.fit(*examples, initial_epoch=8, epochs=10, verbose=0, callbacks=[LiveCurves()])
    assert [line.split(",")[0] for line in capsys.readouterr().out.splitlines()] == ["epoch 9 of 10", "epoch 10 of 10"]
    live, now = LiveCurves(), iter([100.0, 110.0])
    live.set_params({"epochs": 10})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(callbacks.time, "perf_counter", lambda: next(now))
        live.on_train_begin()
        live.on_epoch_end(7, {"loss": 1.0})
    assert "epoch 8 of 10, 10 s, about 20 s left" in capsys.readouterr().out


@pytest.mark.parametrize("logs", [{"loss": 1e36}, {"loss": np.inf}, {"loss": np.nan}, {"energy": 1.0}, {"mae": 2}])
def test_any_number_under_any_name_is_shown(logs, shown):
    live = LiveCurves()
    live.set_params({"epochs": 2})
    live.on_train_begin()
    for epoch in range(2):
        live.on_epoch_end(epoch, logs)
    *figures, (line, times) = shown
    assert times == 2 and line["text/plain"].startswith("epoch 2 of 2") and len(line["text/plain"]) < 100
    assert len(figures) == ("loss" in logs)
    for figure, _ in figures:
        figure.draw_without_rendering()


def test_a_metric_with_a_number_for_each_class_is_shown_by_its_mean(examples, capsys):
    inputs, labels = examples
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(2, activation="softmax")])
    model.compile("sgd", "categorical_crossentropy", metrics=[keras.metrics.F1Score(average=None)])
    live = LiveCurves()
    model.fit(inputs, np.eye(2)[labels], epochs=1, verbose=0, callbacks=[live])
    (score,) = live.history["f1_score"]
    assert f"f1_score {score:.4f}" in capsys.readouterr().out and 0 < score < 1


def test_epochs_without_validation_leave_a_gap_in_the_curve(model, examples, shown):
    live = LiveCurves()
    model.fit(*examples, epochs=4, validation_data=examples, validation_freq=2, verbose=0, callbacks=[live])
    assert np.isnan(live.history["val_loss"]).tolist() == [True, False, True, False]
    assert len(live.history["loss"]) == 4 and not np.isnan(live.history["loss"]).any()
    shown[0][0].draw_without_rendering()


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
def test_empty_data_set_gives_an_error_that_says_so(model):
    with pytest.raises(ValueError, match="the data set is empty"):
        model.fit(np.zeros((0, 2)), np.zeros(0), verbose=0, callbacks=[LiveCurves()])
