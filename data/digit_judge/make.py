"""Build data/digit_judge: train a small classifier of MNIST digits, which judges the pictures that chapters make.

It takes two minutes. One thread, so that sums are added in one order, and the weights are the same to the last bit.
"""

import csv
import tempfile
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from course_lib import datasets, yardstick
from course_lib.console import say
from course_lib.models.convolutional import convolutional_network
from maker_tools import replace_data_set

EPOCHS, BATCH_SIZE, LEARNING_RATE, SEED = 8, 128, 4e-3, 0


def train(digits: dict[str, datasets.Examples]) -> tuple[keras.Model, dict[str, list[float]]]:
    """Return the judge, and what each epoch measured."""
    keras.utils.set_random_seed(SEED)
    judge = convolutional_network(**yardstick.ARCHITECTURE)
    train_batches = datasets.batches(*digits["train"], batch_size=BATCH_SIZE, seed=SEED)
    judge.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(LEARNING_RATE, EPOCHS * len(train_batches))),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.SparseCategoricalAccuracy("accuracy")],
    )
    validation = datasets.batches(*digits["validation"], batch_size=1000)
    return judge, judge.fit(train_batches, epochs=EPOCHS, validation_data=validation, verbose=2).history


def main() -> None:
    tf.config.threading.set_intra_op_parallelism_threads(1)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    digits = datasets.load_arrays("mnist")
    judge, history = train(digits)
    with tempfile.TemporaryDirectory() as temporary:
        made = Path(temporary) / yardstick.NAME
        made.mkdir()
        without_optimizer = keras.Model(judge.input, judge.output)
        without_optimizer.save_weights(made / f"{yardstick.NAME}.weights.h5")
        with (made / "log.csv").open("w", newline="", encoding="utf-8") as file:
            log = csv.writer(file, lineterminator="\n")
            log.writerow(["epoch", *history])
            for epoch, row in enumerate(zip(*history.values(), strict=True), start=1):
                log.writerow([epoch, *(f"{value:.4f}" for value in row)])
        replace_data_set(yardstick.NAME, made.parent)
    report(digits)


def report(digits: dict[str, datasets.Examples]) -> None:
    """Say what the README states: how well the judge reads test digits, and how real digits and noise score."""
    read = yardstick.judge(digits["test"].inputs / 255).probabilities.argmax(axis=1)
    say(f"test accuracy {np.mean(read == digits['test'].labels):.4f}")
    real = yardstick.judge(digits["validation"].inputs[:5000] / 255).features
    noise = np.random.default_rng(SEED).uniform(size=(5000, 28, 28))
    for name, pictures in (("training digits", digits["train"].inputs[:5000] / 255), ("noise", noise)):
        say(f"{name}: {yardstick.score(pictures, real)}")


if __name__ == "__main__":
    main()
