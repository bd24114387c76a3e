"""Search for four settings of a dense network: many at once in NumPy, against KerasTuner's Bayesian search."""

import tempfile
import time
import warnings

import keras
import keras_tuner
import numpy as np
from keras import layers

from benchmarks.recipe import Job, Outcome, accuracy
from course_lib import datasets
from course_lib.stacked import Rule, StackedNetworks, batch_order

STEPS, BATCH_SIZE, HIDDEN, MOMENTUM = 100, 64, 32, 0.9
RATES, STARTS, DECAYS = (2.0**-11, 2.0**4), (2.0**-4, 2.0**3), (0.0, 0.001)
AT_ONCE, TRIALS = 64, 16


def _data() -> dict[str, datasets.Examples]:
    """Return the digits at half their side, (n, 196) from 0 to 1; 2,000 of the validation pictures choose."""
    splits = {
        name: datasets.Examples(datasets.halved(part.inputs).reshape(-1, 196) / np.float32(255), part.labels)
        for name, part in datasets.load_arrays("mnist").items()
    }
    return {**splits, "validation": datasets.Examples(*(part[:2000] for part in splits["validation"]))}


def _momentum(decay: np.ndarray, nesterov: np.ndarray) -> Rule:
    def rule(weights: np.ndarray, slopes: np.ndarray, rate: np.ndarray, memory: dict) -> None:
        velocity = memory["velocity"] = MOMENTUM * memory.get("velocity", 0.0) - rate * slopes
        weights += np.where(nesterov, MOMENTUM * velocity - rate * slopes, velocity) - rate * decay * weights

    return rule


def side_by_side(seed: int) -> Outcome:
    """Train 64 random settings side by side, as chapter 06b, and take the best on the validation pictures."""
    data, random = _data(), np.random.default_rng(seed)
    started = time.perf_counter()
    rates, starts = (np.exp(random.uniform(*np.log(ends), (AT_ONCE, 1))).astype("float32") for ends in (RATES, STARTS))
    decay, nesterov = random.choice(DECAYS, (AT_ONCE, 1)).astype("float32"), random.integers(2, size=(AT_ONCE, 1))
    networks = StackedNetworks(AT_ONCE, inputs=196, hidden=HIDDEN, classes=10, seed=seed)
    networks.weights *= starts
    order = batch_order(len(data["train"].labels), steps=STEPS, batch_size=BATCH_SIZE, seed=seed)
    networks.train(data["train"], order, _momentum(decay, nesterov), rates[:, 0])
    with np.errstate(all="ignore"):  # some rates are too high on purpose
        right = {
            name: networks.logits(data[name].inputs).argmax(axis=2) == data[name].labels
            for name in ("validation", "test")
        }
    chosen = right["validation"].mean(axis=1).argmax()
    seconds = time.perf_counter() - started
    return Outcome(seconds, float(right["test"][chosen].mean()), networks.weights.shape[1])


def keras_tuner_bayesian(seed: int) -> Outcome:
    """Let KerasTuner's `BayesianOptimization` choose 16 trials of the same network, ranges, steps and pictures.

    Its best setting is trained once more, as its guide does; six of the trials are its random beginning.
    """
    data = _data()
    batches = datasets.batches(*data["train"], batch_size=BATCH_SIZE, seed=seed)

    def network(choice: keras_tuner.HyperParameters) -> keras.Model:
        keras.utils.set_random_seed(seed)
        start = choice.Float("start", *STARTS, sampling="log")
        scaled = keras.initializers.VarianceScaling(start**2, "fan_avg", "uniform")  # Glorot's, times the start
        hidden = layers.Dense(HIDDEN, activation="relu", kernel_initializer=scaled)
        model = keras.Sequential([keras.Input((196,)), hidden, layers.Dense(10, kernel_initializer=scaled)])
        optimizer = keras.optimizers.SGD(
            choice.Float("rate", *RATES, sampling="log"),
            MOMENTUM,
            choice.Boolean("nesterov"),
            weight_decay=choice.Choice("decay", list(DECAYS)),
        )
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(optimizer, loss, metrics=[keras.metrics.SparseCategoricalAccuracy("accuracy")])
        return model

    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its Gaussian process doubts its own lengths
        started = time.perf_counter()
        options = {"max_trials": TRIALS, "num_initial_points": 6, "seed": seed, "directory": folder}
        tuner = keras_tuner.BayesianOptimization(network, objective="val_accuracy", **options)
        tuner.search(batches, steps_per_epoch=STEPS, validation_data=tuple(data["validation"]), verbose=0)
        model = network(tuner.get_best_hyperparameters()[0])
        model.fit(batches, steps_per_epoch=STEPS, verbose=0)
        seconds = time.perf_counter() - started
    return Outcome(seconds, accuracy(model, *data["test"]), model.count_params())


JOBS = {
    "tuning": Job(
        "a search for four settings of a dense network",
        side_by_side,
        keras_tuner_bayesian,
        5,
        "no worse, time / 50",
        "the same network, ranges, 100 steps and pictures. Ours tries 64 random settings side by side, KerasTuner "
        "16, ten of them by its Gaussian process, one after the other.",
    ),
}
