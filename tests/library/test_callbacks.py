"""The callbacks on tiny trainings, good and bad."""

import contextlib

import keras
import numpy as np
import pytest
import tensorflow as tf
from IPython.testing.globalipapp import start_ipython

from course_lib import callbacks
from course_lib.callbacks import LiveCurves


def compiled(outputs=1, metrics=("accuracy",), **options):
    keras.utils.set_random_seed(0)
    inputs = keras.Input((2,))
    heads = [keras.layers.Dense(2, name=f"head{number}")(inputs) for number in range(outputs)]
    model = keras.Model(inputs, heads if outputs > 1 else heads[0])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    metrics = [list(metrics)] * outputs if outputs > 1 else list(metrics)
    model.compile(keras.optimizers.Adam(0.1), [loss] * outputs if outputs > 1 else loss, metrics=metrics, **options)
    return model


@pytest.fixture
def model():
    return compiled()


@pytest.fixture(scope="module")
def examples():
    inputs = np.random.default_rng(0).normal(size=(64, 2)).astype("float32")
    return inputs, (inputs[:, 0] > 0).astype("int64")


def batches(inputs, labels):
    return tf.data.Dataset.from_tensor_slices((inputs, labels)).batch(16)


def one_by_one(inputs, labels):
    for place in range(12):
        yield inputs[place % 4 :: 4], labels[place % 4 :: 4]


class Pairs(keras.utils.PyDataset):
    def __init__(self, *arrays):
        super().__init__()
        self.arrays = arrays

    def __len__(self):
        return 2

    def __getitem__(self, place):
        return tuple(array[32 * place :][:32] for array in self.arrays)


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


def test_a_loop_of_ones_own_need_not_say_how_many_epochs_there_are(model, capsys):
    together = keras.callbacks.CallbackList([LiveCurves()], model=model)
    together.on_train_begin()
    together.on_epoch_end(0, {"loss": 1.0})
    assert capsys.readouterr().out == "epoch 1, 0 s: loss 1.0000\n"


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


LOGS = [
    *({"loss": number} for number in (1e36, -1e36, 1.7e308, -1.7e308, 1e-300, np.inf, -np.inf, np.nan)),
    *({"energy": 1.0}, {"mae": 2}),
]


@pytest.mark.parametrize("logs", LOGS)
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


def accuracy_named(name):
    return {"metrics": [keras.metrics.SparseCategoricalAccuracy(name)]}


# What `compile` and `fit` can be told, each in its own way: options of `compile`, and what `fit` is called with.
FITS = {
    "arrays": ({}, lambda x, y: {"x": x, "y": y}),
    "a data set": ({}, lambda x, y: {"x": batches(x, y)}),
    "an endless data set": ({}, lambda x, y: {"x": batches(x, y).repeat(), "steps_per_epoch": 3}),
    "a generator": ({}, lambda x, y: {"x": one_by_one(x, y), "steps_per_epoch": 4}),
    "a PyDataset": ({}, lambda x, y: {"x": Pairs(x, y)}),
    "steps that cut an epoch": ({}, lambda x, y: {"x": x, "y": y, "steps_per_epoch": 1}),
    "class weights": ({}, lambda x, y: {"x": x, "y": y, "class_weight": {0: 1.0, 1: 3.0}}),
    "sample weights": ({}, lambda x, y: {"x": x, "y": y, "sample_weight": np.linspace(0, 1, 64)}),
    "weighted metrics": ({"weighted_metrics": ["accuracy"]}, lambda x, y: {"x": x, "y": y, "sample_weight": 0.5 + y}),
    "no metrics": ({"metrics": []}, lambda x, y: {"x": x, "y": y}),
    "a share for validation": ({}, lambda x, y: {"x": x, "y": y, "validation_split": 0.25}),
    "rare validation": ({}, lambda x, y: {"x": x, "y": y, "validation_data": (x, y), "validation_freq": 2}),
    "listed validation": ({}, lambda x, y: {"x": x, "y": y, "validation_data": (x, y), "validation_freq": [1, 3]}),
    "late validation": ({}, lambda x, y: {"x": x, "y": y, "validation_data": (x, y), "validation_freq": 9}),
    "validation steps": (
        {},
        lambda x, y: {"x": x, "y": y, "validation_data": batches(x, y).repeat(), "validation_steps": 2},
    ),
    "shuffle and progress bar": ({}, lambda x, y: {"x": x, "y": y, "shuffle": False, "verbose": 2}),
    "a later beginning": ({}, lambda x, y: {"x": x, "y": y, "initial_epoch": 1}),
    "nothing to do": ({}, lambda x, y: {"x": x, "y": y, "initial_epoch": 3}),
    "eager": ({"run_eagerly": True}, lambda x, y: {"x": x, "y": y}),
    "compiled by XLA": ({"jit_compile": True}, lambda x, y: {"x": x, "y": y}),
    "steps together": ({"steps_per_execution": 4}, lambda x, y: {"x": batches(x, y)}),
    "steps together, cut": ({"steps_per_execution": 3}, lambda x, y: {"x": batches(x, y)}),
    "weighted losses": ({"loss_weights": [0.5]}, lambda x, y: {"x": x, "y": y}),
    "two outputs": ({"outputs": 2}, lambda x, y: {"x": x, "y": (y, y), "validation_split": 0.25}),
    "odd names": (accuracy_named("précision $x$ {0} %s\n精度"), lambda x, y: {"x": x, "y": y}),
    "two metrics of one name": (
        {"metrics": [keras.metrics.SparseCategoricalAccuracy("loss")]},
        lambda x, y: {"x": x, "y": y},
    ),
    "a loss of 1e30": ({}, lambda x, y: {"x": 1e30 * x, "y": y}),
    "float16": ({}, lambda x, y: {"x": x.astype("float16"), "y": y.astype("uint8")}),
}


@pytest.mark.parametrize("way", FITS)
def test_every_way_to_call_fit_gives_each_epoch_its_point(way, examples, shown):
    options, arguments = FITS[way]
    live, model = LiveCurves(), compiled(**options)
    history = model.fit(**{"epochs": 3, "verbose": 0, "callbacks": [live], **arguments(*examples)}).history
    assert set(live.history) == set(history)
    for name, values in history.items():
        drawn, logged = np.array(live.history[name]), np.array(values)
        np.testing.assert_allclose(drawn[~np.isnan(drawn)], logged[~np.isnan(logged)])
        assert len(drawn) == 3
    for each, _ in shown:
        if not isinstance(each, dict):
            each.draw_without_rendering()


def test_a_strategy_for_several_devices_trains_with_it(examples, capsys):
    with tf.distribute.OneDeviceStrategy("/cpu:0").scope():
        model = compiled()
    model.fit(*examples, epochs=1, verbose=0, callbacks=[LiveCurves()])
    assert "epoch 1 of 1" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("beside", "epochs"),
    [
        (lambda folder: keras.callbacks.EarlyStopping("loss", min_delta=9, patience=0), 2),
        (lambda folder: keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: None), 4),
        (lambda folder: keras.callbacks.LearningRateScheduler(lambda epoch: 1e-6), 4),
        (lambda folder: keras.callbacks.ReduceLROnPlateau("loss", min_delta=9, patience=1), 4),
        (lambda folder: keras.callbacks.TerminateOnNaN(), 4),
        (lambda folder: keras.callbacks.CSVLogger(folder / "log.csv"), 4),
        (lambda folder: keras.callbacks.BackupAndRestore(folder), 4),
        (lambda folder: keras.callbacks.ModelCheckpoint(folder / "best.keras", "loss"), 4),
        (lambda folder: LiveCurves(), 4),
    ],
)
def test_other_callbacks_beside_it_change_nothing(beside, epochs, model, examples, tmp_path, capsys):
    live = LiveCurves()
    model.fit(*examples, epochs=4, batch_size=64, verbose=0, callbacks=[beside(tmp_path), live])
    assert len(live.history["loss"]) == epochs
    assert f"epoch {epochs} of 4" in capsys.readouterr().out


def test_the_same_callback_twice_in_the_list_gives_one_point_an_epoch(model, examples):
    live = LiveCurves()
    history = model.fit(*examples, epochs=2, verbose=0, callbacks=[live, live]).history
    assert live.history == history


def test_evaluate_and_predict_leave_the_curves_alone(model, examples, capsys):
    live = LiveCurves()
    model.fit(*examples, epochs=2, verbose=0, callbacks=[live])
    lines = capsys.readouterr().out
    model.evaluate(*examples, verbose=0, callbacks=[live])
    model.predict(examples[0], verbose=0, callbacks=[live])
    assert len(live.history["loss"]) == 2 and lines and not capsys.readouterr().out
    model.evaluate(*examples, verbose=0, callbacks=[LiveCurves()])  # one that saw no training


def test_points_stand_at_their_epochs_also_where_fit_begins_later(model, examples, shown):
    live = LiveCurves()
    model.fit(*examples, initial_epoch=3, epochs=5, verbose=0, callbacks=[live])
    (figure, _), _ = shown
    assert np.isnan(live.history["loss"]).tolist() == [True] * 3 + [False] * 2
    (drawn,) = figure.axes[0].lines
    known = ~np.isnan(drawn.get_ydata())
    assert np.asarray(drawn.get_xdata())[known].tolist() == [4, 5]


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
def test_an_epoch_for_which_no_data_were_left_is_a_gap_and_no_loss_of_zero(model, examples, capsys):
    live = LiveCurves()  # the generator yields 12 batches, and Keras calls the loss of no batch 0
    history = model.fit(one_by_one(*examples), steps_per_epoch=6, epochs=3, verbose=0, callbacks=[live]).history
    assert history["loss"][2] == history["accuracy"][2] == 0
    for name, values in history.items():
        np.testing.assert_allclose(live.history[name], [*values[:2], np.nan])
    assert "epoch 3 of 3" in capsys.readouterr().out


class Returns(keras.Model):
    """A model whose training step returns what it was given."""

    def __init__(self, logs):
        super().__init__()
        self.logs = logs

    def train_step(self, data):
        return dict(self.logs)

    def call(self, inputs):
        return inputs


MIXED = {
    "energy": (tf.constant(2.0), 2),
    "count": (tf.constant(3), 3),
    "flag": (tf.constant(True), 1),
    "double": (tf.constant(2.5, tf.float64), 2.5),
    "half": (tf.constant(0.5, tf.float16), 0.5),
    "brain": (tf.constant(0.5, tf.bfloat16), 0.5),
    "brains": (tf.constant([0.5, 1.5], tf.bfloat16), 1),
    "of classes": (tf.constant([1.0, 3.0]), 2),
    "table": (tf.constant([[1.0, 2.0], [3.0, 6.0]]), 3),
    "nested": ({"inner": tf.constant(4.0)}, None),
    "none": (tf.zeros(0), np.nan),
    "complex": (tf.constant(1 + 2j), np.nan),
    "text": (tf.constant("a"), np.nan),
}


def test_logs_of_all_types_are_shown_by_a_number_and_others_as_none(capsys):
    model, live = Returns({name: value for name, (value, _) in MIXED.items()}), LiveCurves()
    model.compile("sgd")
    model.fit(np.zeros((4, 2)), epochs=1, verbose=0, callbacks=[live])
    assert live.history.pop("inner") == [4]
    expected = {name: [number] for name, (_, number) in MIXED.items() if number is not None}
    np.testing.assert_equal(live.history, expected)
    assert "text nan" in capsys.readouterr().out


@pytest.mark.parametrize("number", [None, "0.5", b"0.5", [], {}, object(), 1j, [None], len])
def test_a_log_that_is_no_number_is_a_gap(number, shown):
    live = LiveCurves()
    live.set_params({"epochs": 1})
    live.on_train_begin()
    live.on_epoch_end(0, {"loss": number, "accuracy": 0.5})
    np.testing.assert_equal(live.history, {"loss": [np.nan], "accuracy": [0.5]})
    shown[0][0].draw_without_rendering()


@pytest.mark.parametrize("number", [0.00002, 1e-6, -3e-5, 1e-300])
def test_a_small_number_is_not_shown_as_zero(number, capsys):
    live = LiveCurves()
    live.set_params({"epochs": 1})
    live.on_train_begin()
    live.on_epoch_end(0, {"learning_rate": number, "zero": 0})
    line = capsys.readouterr().out
    assert float(line.split("learning_rate ")[1].split(",")[0]) == pytest.approx(number)
    assert "zero 0.0000" in line


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


def test_a_fit_that_failed_and_was_resumed_goes_on_at_its_epoch(model, examples, shown):
    def fail(epoch, logs):
        if epoch == 2:
            raise MemoryError

    live, failing = LiveCurves(), keras.callbacks.LambdaCallback(on_epoch_begin=fail)
    with contextlib.suppress(MemoryError):
        model.fit(*examples, epochs=4, verbose=0, callbacks=[live, failing])
    assert len(live.history["loss"]) == 2
    model.fit(*examples, initial_epoch=2, epochs=4, verbose=0, callbacks=[live])
    assert np.isnan(live.history["loss"]).tolist() == [True, True, False, False]
    assert shown[-1][0]["text/plain"].startswith("epoch 4 of 4") and len(shown) == 4


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
def test_empty_data_set_gives_an_error_that_says_so(model):
    with pytest.raises(ValueError, match="the data set is empty"):
        model.fit(np.zeros((0, 2)), np.zeros(0), verbose=0, callbacks=[LiveCurves()])
