"""Build data/austen_gpt: a GPT trained on five novels of Jane Austen, and the log of its training.

Takes about an hour and a half on one core of a processor that multiplies in bfloat16, and several on one that does not.
"""

import csv
import math
import tempfile
import time
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from course_lib import datasets
from course_lib.byte_pairs import BytePairs, learn_byte_pairs
from course_lib.console import say
from course_lib.models.gpt import gpt
from maker_tools import replace_data_set

NAME = "austen_gpt"
SEED = 0
CONTEXT, BATCH = 256, 16
SIZE = {"width": 192, "depth": 4, "heads": 4, "dropout": 0.2}
STEPS = 6_500
RATE = 3e-3
COLUMNS = ("step", "pieces", "seconds", "train_nats", "validation_bits")


def main() -> None:
    tf.config.threading.set_intra_op_parallelism_threads(1)  # one core: sums in one order
    tf.config.threading.set_inter_op_parallelism_threads(1)
    texts = datasets.load_texts("austen")
    pairs = learn_byte_pairs(texts["train"])
    coder = BytePairs(pairs)
    train, validation = (coder.encode(texts[name]) for name in ("train", "validation"))
    bits_a_character = len(validation) / len(texts["validation"]) / math.log(2)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / NAME
        folder.mkdir()
        with (folder / "log.csv").open("w", newline="") as file:
            log = csv.writer(file, lineterminator="\n")
            log.writerow(COLUMNS)
            model = trained(train, validation, bits_a_character, log)
        weights = {f"{n:02}": weight.astype("float16") for n, weight in enumerate(model.get_weights())}
        np.savez_compressed(folder / "weights.npz", pairs=np.array(pairs, "int16"), **weights)
        replace_data_set(NAME, folder.parent)


def trained(train: np.ndarray, validation: np.ndarray, bits: float, log: "csv.Writer") -> keras.Model:
    """Train the GPT on random stretches of the text; write a line of the log every 250 steps."""
    keras.utils.set_random_seed(SEED)
    keras.config.set_dtype_policy("mixed_bfloat16")
    model = gpt(context=CONTEXT, **SIZE)
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, STEPS - STEPS // 20, alpha=0.02, warmup_target=RATE, warmup_steps=STEPS // 20
    )
    model.compile(
        keras.optimizers.AdamW(schedule, weight_decay=0.1, beta_2=0.98, clipnorm=1.0),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    random, seconds = np.random.default_rng(SEED), 0.0
    held_out = stretches(validation, np.arange(0, len(validation) - CONTEXT - 1, CONTEXT))
    for step in range(250, STEPS + 1, 250):
        began = time.process_time()
        read = stretches(train, random.integers(len(train) - CONTEXT - 1, size=250 * BATCH))
        losses = model.fit(*read, batch_size=BATCH, shuffle=False, verbose=0).history["loss"]
        seconds += time.process_time() - began
        nats = model.evaluate(*held_out, batch_size=BATCH, verbose=0)
        log.writerow([step, step * BATCH * CONTEXT, round(seconds), f"{losses[0]:.4f}", f"{nats * bits:.4f}"])
        say(f"step {step} of {STEPS}: {nats * bits:.3f} bits a character, {seconds:.0f} s")
    return model


def stretches(pieces: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what stands in the text from these starts on, and what follows each piece of it."""
    read = pieces[starts[:, None] + np.arange(CONTEXT + 1)]
    return read[:, :-1], read[:, 1:]


if __name__ == "__main__":
    main()
