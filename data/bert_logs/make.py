"""Build data/bert_logs: what takes minutes in the chapters on BERT, as tables that they draw.

On one thread masked_words.csv takes some six minutes, frozen.csv two. Another processor rounds otherwise, and its
numbers differ in their last digits.
"""

import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
from keras import layers, ops
from sklearn.linear_model import RidgeClassifierCV

from course_lib import datasets
from course_lib.console import say
from course_lib.models.minilm import minilm, vocabulary
from course_lib.models.positions import LearnedPositions
from course_lib.word_pieces import numbered_pieces
from maker_tools import replace_data_set

NAME = "bert_logs"
# The small transformer that fills gaps in novels.
WORDS, UNKNOWN, HIDDEN = 4000, 0, 1
LENGTH, WIDTH, HEADS, DEPTH = 32, 64, 2, 2
STEPS, BATCH_SIZE, EVERY, LEARNING_RATE = 6000, 64, 250, 5e-3
HIDDEN_WORDS = 5  # 15% of a text
VALIDATION_PLACES = np.array([2, 9, 16, 23, 30])  # of each 32 words
# The linear readers of what MiniLM makes of film sentences.
LABELS, DRAWS = (100, 300, 1000, 3000), 5


def words_and_signs(text: str) -> list[str]:
    """Split a text into words and signs, in small letters."""
    return re.findall(r"\w+|[^\w\s]", text.lower())


def novels() -> dict[str, np.ndarray]:
    """Return Austen's novels as numbers of words: 0 unknown, 1 hidden, then the commonest word and so on."""
    words = {split: words_and_signs(text) for split, text in datasets.load_texts("austen").items()}
    common = [word for word, _ in Counter(words["train"]).most_common(WORDS - 2)]
    number_of = {word: number for number, word in enumerate(common, start=2)}
    return {split: np.array([number_of.get(word, UNKNOWN) for word in some], "int32") for split, some in words.items()}


def gap_filler() -> keras.Model:
    """Return a transformer that looks both ways, from a text and its gaps to logits for what is missing."""
    text, gaps = keras.Input((LENGTH,), dtype="int32"), keras.Input((HIDDEN_WORDS,), dtype="int32")
    table = keras.initializers.RandomNormal(stddev=0.05)
    states = LearnedPositions(LENGTH)(layers.Embedding(WORDS, WIDTH, embeddings_initializer=table)(text))
    for _ in range(DEPTH):
        normed = layers.LayerNormalization()(states)
        states = states + layers.MultiHeadAttention(HEADS, WIDTH // HEADS)(normed, normed)
        normed = layers.LayerNormalization()(states)
        states = states + layers.Dense(WIDTH)(layers.Dense(4 * WIDTH, activation="gelu")(normed))
    at_gaps = ops.take_along_axis(layers.LayerNormalization()(states), gaps[:, :, None], axis=1)
    return keras.Model([text, gaps], layers.Dense(WORDS)(at_gaps))


def with_gaps(text: np.ndarray, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hide words as BERT does, 80% behind a sign, 10% behind a random word, 10% not at all."""
    gaps = np.sort(random.random(text.shape).argsort(axis=1)[:, :HIDDEN_WORDS], axis=1)
    missing = np.take_along_axis(text, gaps, axis=1)
    dice, other = random.random(gaps.shape), random.integers(2, WORDS, gaps.shape)
    seen = np.where(dice < 0.8, HIDDEN, np.where(dice < 0.9, other, missing))
    hidden = text.copy()
    np.put_along_axis(hidden, gaps, seen, axis=1)
    return hidden, gaps.astype("int32"), missing


def masked_words() -> Iterator[str]:
    """Yield the lines of masked_words.csv: how many hidden words of Persuasion are found, as training goes on."""
    numbers = novels()
    held_out = numbers["validation"][: len(numbers["validation"]) // LENGTH * LENGTH].reshape(-1, LENGTH)
    gaps = np.tile(VALIDATION_PLACES, (len(held_out), 1)).astype("int32")
    missing, hidden = held_out[:, VALIDATION_PLACES], held_out.copy()
    hidden[:, VALIDATION_PLACES] = HIDDEN
    keras.utils.set_random_seed(0)
    random, model = np.random.default_rng(0), gap_filler()
    rate = keras.optimizers.schedules.CosineDecay(
        LEARNING_RATE / 20, STEPS * 9 // 10, warmup_target=LEARNING_RATE, warmup_steps=STEPS // 10, alpha=0.02
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(rate, beta_2=0.98), loss, steps_per_execution=50)
    yield "words_read,loss,found"
    for step in range(EVERY, STEPS + 1, EVERY):
        starts = random.integers(0, len(numbers["train"]) - LENGTH, EVERY * BATCH_SIZE)
        text, *asked = with_gaps(numbers["train"][starts[:, None] + np.arange(LENGTH)], random)
        log = model.fit([text, asked[0]], asked[1], BATCH_SIZE, shuffle=False, verbose=0)
        guesses = model.predict([hidden, gaps], batch_size=512, verbose=0).argmax(axis=-1)
        found = np.mean((guesses == missing) & (missing != UNKNOWN))
        say(f"step {step}: loss {log.history['loss'][0]:.2f}, {found:.1%} found")
        yield f"{step * BATCH_SIZE * LENGTH},{log.history['loss'][0]:.3f},{found:.4f}"


def mean_states(texts: np.ndarray) -> np.ndarray:
    """Return what MiniLM makes of texts: the mean over a text's pieces after each layer, (texts, 7, 384)."""
    numbers = numbered_pieces(texts.tolist(), vocabulary())
    lengths = (numbers > 0).sum(axis=1)
    network, order, means = minilm(), lengths.argsort(kind="stable"), np.zeros((len(texts), 7, 384))
    for start in range(0, len(texts), 64):
        rows = order[start : start + 64]
        states = network(numbers[rows, : lengths[rows].max()])
        real = np.arange(lengths[rows].max()) < lengths[rows, None]
        means[rows] = np.stack([np.einsum("npf,np->nf", np.asarray(array), real) for array in states], axis=1)
        means[rows] /= lengths[rows, None, None]
    return means


def shuffled(texts: np.ndarray, seed: int) -> np.ndarray:
    """Return texts with their words in random order."""
    random = np.random.default_rng(seed)
    return np.array([" ".join(random.permutation(text.split())) for text in texts])


def frozen() -> Iterator[str]:
    """Yield the lines of frozen.csv: how well a linear reader of each layer reads films, by the number of labels."""
    films = datasets.load_arrays("movie_snippets")
    labels, test = films["train"].labels, films["test"]
    means = {"train": mean_states(films["train"].inputs), "test": mean_states(test.inputs)}
    means["shuffled"] = mean_states(shuffled(test.inputs, seed=0))
    yield "labels,draw,layer,test,shuffled"
    for count in (*LABELS, len(labels)):
        for draw in range(DRAWS if count < len(labels) else 1):
            chosen = np.random.default_rng(draw).permutation(len(labels))[:count]
            for layer in range(7):
                reader = RidgeClassifierCV(np.logspace(-1, 4, 16)).fit(means["train"][chosen, layer], labels[chosen])
                right = [reader.score(means[name][:, layer], test.labels) for name in ("test", "shuffled")]
                yield ",".join([f"{count},{draw},{layer}", *(f"{share:.4f}" for share in right)])
        say(f"{count} labels: done")


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        target = Path(temporary) / NAME
        target.mkdir()
        for part in (masked_words, frozen):
            (target / f"{part.__name__}.csv").write_text("\n".join(part()) + "\n", encoding="utf-8")
        replace_data_set(NAME, Path(temporary))


if __name__ == "__main__":
    main()
