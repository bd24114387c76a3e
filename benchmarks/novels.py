"""Austen's novels: the GPT of chapter 08b, on pieces of words, against nanoGPT's small one, on characters.

Both are judged in bits a character of the second half of Persuasion, in windows of their context that overlap by half.
"""

import time

import keras
import numpy as np
from keras import layers

from benchmarks.recipe import Job, Outcome
from course_lib import datasets
from course_lib.byte_pairs import BytePairs, learn_byte_pairs
from course_lib.models.gpt import gpt, surprise
from course_lib.models.positions import LearnedPositions

CONTEXT = 64
OUR_STEPS, THEIR_STEPS, THEIR_WARM_UP, AT_ONCE = 1400, 2000, 100, 20
BLOCKS, WIDTH = 4, 128  # of nanoGPT's


def _train(
    model: keras.Model, optimizer: keras.Optimizer, text: np.ndarray, *, steps: int, batch_size: int, seed: int
) -> None:
    """Train on stretches from random places of a text (n,), each to foretell what follows; Keras sees 20 steps as one.

    nanoGPT is helped: as published, each step is called on its own, and after each 250 the loss is measured.
    """
    starts = np.random.default_rng(seed).integers(len(text) - CONTEXT, size=steps * batch_size)
    stretches = text[starts[:, None] + np.arange(CONTEXT + 1)].astype("int32")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer.build(model.trainable_variables)  # saves `fit` a second tracing
    model.compile(optimizer, loss, steps_per_execution=AT_ONCE)
    model.fit(datasets.batches(stretches[:, :-1], stretches[:, 1:], batch_size=batch_size), verbose=0)


def _outcome(seconds: float, model: keras.Model, numbers: np.ndarray, characters: int) -> Outcome:
    bits = float(surprise(model, numbers).sum() / np.log(2) / characters)
    return Outcome(seconds, parameters=model.count_params(), bits=bits)


def on_pieces(seed: int) -> Outcome:
    """Train the GPT of chapter 08b that takes half a minute; the time to learn its 1,024 pieces is counted."""
    texts = datasets.load_texts("austen")
    keras.utils.set_random_seed(seed)
    started = time.perf_counter()
    coder = BytePairs(learn_byte_pairs(texts["train"]))
    model = gpt(context=CONTEXT, width=64, depth=2, heads=2, dropout=0.0)
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, OUR_STEPS * 9 // 10, alpha=0.02, warmup_target=7e-3, warmup_steps=OUR_STEPS // 10
    )
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=0.1, beta_2=0.98, clipnorm=1.0)
    _train(model, optimizer, coder.encode(texts["train"]), steps=OUR_STEPS, batch_size=8, seed=seed)
    seconds = time.perf_counter() - started
    return _outcome(seconds, model, coder.encode(texts["test"]), len(texts["test"]))


def _nano_gpt(kinds: int) -> keras.Model:
    """Build nanoGPT's network as its README sizes it for a processor: no bias anywhere, normal weights of 0.02."""
    small, smaller = (keras.initializers.RandomNormal(stddev=0.02 / root) for root in (1, (2 * BLOCKS) ** 0.5))
    table = layers.ReversibleEmbedding(kinds, WIDTH, embeddings_initializer=small)
    characters = keras.Input((None,), dtype="int32")
    x = LearnedPositions(CONTEXT, name="positions")(table(characters))

    def normed(states: keras.KerasTensor) -> keras.KerasTensor:
        return layers.LayerNormalization(epsilon=1e-5, center=False)(states)

    def dense(units: int, start: keras.Initializer, activation: str | None = None) -> layers.Dense:
        return layers.Dense(units, activation, use_bias=False, kernel_initializer=start)

    for _ in range(BLOCKS):
        look = layers.MultiHeadAttention(4, WIDTH // 4, use_bias=False, kernel_initializer=small)
        before = normed(x)
        x = x + look(before, before, use_causal_mask=True)
        x = x + dense(WIDTH, smaller)(dense(4 * WIDTH, small, "gelu")(normed(x)))
    model = keras.Model(characters, table(normed(x), reverse=True))
    for weight in model.trainable_variables:
        if "attention_output" in weight.path:
            weight.assign(smaller(weight.shape))
    return model


def nano_gpt(seed: int) -> Outcome:
    """Train nanoGPT's character GPT as its README has it for a processor: 4 blocks, 2,000 steps of 12 stretches.

    AdamW with betas 0.9 and 0.99, a decay of 0.1 of all tables and kernels, gradients of norm 1 at most, a rate that
    rises to 1e-3 in 100 steps and falls to 1e-4.
    """
    texts = datasets.load_texts("austen")
    keras.utils.set_random_seed(seed)
    started = time.perf_counter()
    kinds = sorted(set(texts["train"]))
    number_of = {kind: number for number, kind in enumerate(kinds)}
    train = np.array([number_of[character] for character in texts["train"]])
    model = _nano_gpt(len(kinds))
    schedule = keras.optimizers.schedules.CosineDecay(
        1e-5, THEIR_STEPS - THEIR_WARM_UP, alpha=0.1, warmup_target=1e-3, warmup_steps=THEIR_WARM_UP
    )
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=0.1, beta_2=0.99, epsilon=1e-8, global_clipnorm=1.0)
    optimizer.exclude_from_weight_decay(var_names=["gamma"])
    _train(model, optimizer, train, steps=THEIR_STEPS, batch_size=12, seed=seed)
    seconds = time.perf_counter() - started
    test = np.array([number_of[character] for character in texts["test"]])
    return _outcome(seconds, model, test, len(test))


JOBS = {
    "novels": Job(
        "foretelling Austen's novels",
        on_pieces,
        nano_gpt,
        5,
        "fewer bits, time / 2",
        "five novels to learn from, half of another to foretell. Ours reads pieces of words, and the time to learn "
        "them is counted; the recipe to beat reads characters, as published. It is helped: 20 steps in one call, as "
        "ours, and no loss measured on the way.",
    ),
}
