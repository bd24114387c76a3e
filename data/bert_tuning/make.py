"""Build data/bert_tuning: what fine-tuning MiniLM on film sentences brings and costs, three ways, as a table.

It takes an hour or so on one thread. Another processor rounds otherwise, and its numbers differ in their last digits.
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf
from sklearn.linear_model import LogisticRegression

from course_lib import datasets
from course_lib.console import say
from course_lib.models.minilm import HEADS, WIDTH, stored_weights, vocabulary
from course_lib.word_pieces import numbered_pieces
from maker_tools import replace_data_set

NAME = "bert_tuning"
LAST = 5  # the layer that is read
FEW, DRAWS, EPOCHS, BATCH_SIZE = 1000, 3, 3, 32
RANK = 8
# For each way: the first layer whose weights change, and the learning rates to choose from.
WAYS = {"upper": (4, (1e-4, 2e-4, 4e-4)), "adapters": (1, (1e-3, 2e-3, 4e-3)), "layers": (1, (5e-5, 1e-4, 2e-4))}
WITH_ALL_LABELS = {"upper": 3, "layers": 1}  # draws

Weights = dict[str, Any]


def dense(states: tf.Tensor, weights: Weights, name: str) -> tf.Tensor:
    return tf.matmul(states, weights[f"{name}/kernel"]) + weights[f"{name}/bias"]


def normed(states: tf.Tensor, weights: Weights, name: str) -> tf.Tensor:
    mean, variance = tf.nn.moments(states, -1, keepdims=True)
    return (states - mean) * tf.math.rsqrt(variance + 1e-12) * weights[f"{name}/gamma"] + weights[f"{name}/beta"]


def embedded(numbers: tf.Tensor, weights: Weights) -> tf.Tensor:
    """Return layer 0: (texts, pieces, 384)."""
    places = weights["positions"][: tf.shape(numbers)[1]]
    return normed(tf.gather(weights["pieces"], numbers) + places, weights, "embedding_norm")


def layer(states: tf.Tensor, real: tf.Tensor, weights: Weights, name: str) -> tf.Tensor:
    """Return what a layer makes of states (texts, pieces, 384); `real` (texts, pieces) is 0.0 at padding."""
    shape = tf.concat([tf.shape(states)[:2], [HEADS, WIDTH // HEADS]], 0)
    query, key, value = (
        tf.reshape(dense(states, weights, f"{name}/{part}"), shape) for part in ("query", "key", "value")
    )
    scores = tf.einsum("tqhd,tkhd->thqk", query, key) / (WIDTH // HEADS) ** 0.5
    looks = tf.nn.softmax(scores + (real[:, None, None, :] - 1) * 1e9)
    answers = tf.reshape(tf.einsum("thqk,tkhd->tqhd", looks, value), tf.shape(states))
    states = normed(states + dense(answers, weights, f"{name}/attention_output"), weights, f"{name}/attention_norm")
    wide = tf.nn.gelu(dense(states, weights, f"{name}/intermediate"))
    return normed(states + dense(wide, weights, f"{name}/output"), weights, f"{name}/output_norm")


def mean_of_real(states: tf.Tensor, real: tf.Tensor) -> tf.Tensor:
    return tf.reduce_sum(states * real[:, :, None], 1) / tf.reduce_sum(real, 1, keepdims=True)


class Texts:
    """Texts, as numbers of pieces and as what the frozen lower layers make of them."""

    def __init__(self, texts: np.ndarray, labels: np.ndarray) -> None:
        self.labels = labels
        self.numbers = numbered_pieces(texts.tolist(), vocabulary())
        self.lengths = (self.numbers > 0).sum(axis=1)
        self.states: dict[int, list[np.ndarray]] = {}

    def batch(self, rows: np.ndarray, first: int) -> tuple[np.ndarray, np.ndarray]:
        """Return what goes into layer `first`, pieces where it is the lowest, and where it is real."""
        longest = self.lengths[rows].max()
        real = (np.arange(longest) < self.lengths[rows, None]).astype("float32")
        if first == 1:
            return self.numbers[rows, :longest], real
        inputs = np.zeros((len(rows), longest, WIDTH), "float32")
        for target, row in zip(inputs, rows, strict=True):
            target[: self.lengths[row]] = self.states[first - 1][row]
        return inputs, real

    def sorted_batches(self, rows: np.ndarray, size: int) -> list[np.ndarray]:
        order = rows[self.lengths[rows].argsort(kind="stable")]
        return [order[start : start + size] for start in range(0, len(order), size)]


def read_lower(texts: Texts, weights: Weights, keep: int) -> np.ndarray:
    """Keep what layer `keep` makes of each text, and return the means after the last layer that is read."""

    @tf.function(reduce_retracing=True)
    def states_of(numbers: tf.Tensor, real: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        states = embedded(numbers, weights)
        for number in range(1, LAST + 1):
            states = layer(states, real, weights, f"layer_{number}")
            if number == keep:
                kept = states
        return kept, mean_of_real(states, real)

    means = np.zeros((len(texts.labels), WIDTH), "float32")
    texts.states[keep] = [np.zeros(0)] * len(means)
    for rows in texts.sorted_batches(np.arange(len(means)), 64):
        numbers, real = texts.batch(rows, 1)
        kept, means[rows] = (array.numpy() for array in states_of(numbers, real))
        for row, states in zip(rows, kept, strict=True):
            texts.states[keep][row] = states[: texts.lengths[row]].copy()
    return means


class Tuned:
    """MiniLM's first five layers and a linear reader, some of whose weights may change."""

    def __init__(self, way: str, head: tuple[np.ndarray, np.ndarray], original: Weights) -> None:
        self.first, _ = WAYS[way]
        trained = [f"layer_{number}/" for number in range(self.first, LAST + 1)]
        self.variables = {"head/kernel": tf.Variable(head[0]), "head/bias": tf.Variable(head[1])}
        self.original, self.pairs = original, []
        if way == "adapters":
            random = np.random.default_rng(0)
            for name in (f"layer_{number}/{part}" for number in range(1, LAST + 1) for part in ("query", "value")):
                thin = random.normal(0, 1 / WIDTH**0.5, (WIDTH, RANK)).astype("float32")
                self.variables[f"{name}/a"] = tf.Variable(thin)
                self.variables[f"{name}/b"] = tf.Variable(np.zeros((RANK, WIDTH), "float32"))
                self.pairs.append(name)
        else:
            self.variables |= {
                name: tf.Variable(array) for name, array in original.items() if name.startswith(tuple(trained))
            }

    def weights(self) -> Weights:
        """Return all weights as they are now, adapters merged into their kernels."""
        merged = {
            f"{name}/kernel": self.original[f"{name}/kernel"]
            + tf.matmul(self.variables[f"{name}/a"], self.variables[f"{name}/b"])
            for name in self.pairs
        }
        return self.original | self.variables | merged

    def logits(self, inputs: tf.Tensor, real: tf.Tensor) -> tf.Tensor:
        weights = self.weights()
        states = embedded(inputs, weights) if self.first == 1 else inputs
        for number in range(self.first, LAST + 1):
            states = layer(states, real, weights, f"layer_{number}")
        return dense(mean_of_real(states, real), weights, "head")[:, 0]

    def size(self) -> int:
        """Return how many numbers are trained."""
        return sum(int(np.prod(variable.shape)) for variable in self.variables.values())


class Epoch(NamedTuple):
    """What a training has reached after an epoch, and the processor seconds that its steps took so far."""

    number: int
    loss: float
    right: dict[str, float]
    seconds: float


def accuracy(model: Tuned, logits: Any, texts: Texts) -> float:
    right = 0
    for rows in texts.sorted_batches(np.arange(len(texts.labels)), 64):
        praised = logits(*texts.batch(rows, model.first)).numpy() > 0
        right += np.sum(praised == (texts.labels[rows] == 1))
    return right / len(texts.labels)


def train(
    model: Tuned, rate: float, rows: np.ndarray, films: dict[str, Texts], asked: tuple[str, ...]
) -> Iterator[Epoch]:
    """Train on some of the training texts; say after each epoch what share of the texts `asked` is judged rightly."""
    steps = EPOCHS * (len(rows) // BATCH_SIZE)
    schedule = keras.optimizers.schedules.CosineDecay(
        rate / 20, steps * 9 // 10, alpha=0.0, warmup_target=rate, warmup_steps=steps // 10
    )
    optimizer = keras.optimizers.AdamW(schedule, weight_decay=0.01, global_clipnorm=1.0)
    variables = list(model.variables.values())
    optimizer.build(variables)
    inputs = tf.TensorSpec((None, None), tf.int32) if model.first == 1 else tf.TensorSpec((None, None, WIDTH))
    signature = [inputs, tf.TensorSpec((None, None))]

    @tf.function(input_signature=[*signature, tf.TensorSpec((None,))])
    def step(inputs: tf.Tensor, real: tf.Tensor, labels: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels, model.logits(inputs, real)))
        gradients = [tf.convert_to_tensor(gradient) for gradient in tape.gradient(loss, variables)]
        optimizer.apply_gradients(zip(gradients, variables, strict=True))
        return loss

    logits = tf.function(model.logits, input_signature=signature)
    random, texts, seconds = np.random.default_rng(0), films["train"], 0.0
    for epoch in range(1, EPOCHS + 1):
        # Texts of like length come together within groups of some 16 batches; the batches come in any order.
        groups = np.array_split(random.permutation(rows), max(1, len(rows) // (16 * BATCH_SIZE)))
        batches = [batch for group in groups for batch in texts.sorted_batches(group, BATCH_SIZE)]
        started, losses = time.process_time(), []
        for number in random.permutation(len(batches)):
            batch = batches[number]
            losses.append(step(*texts.batch(batch, model.first), texts.labels[batch].astype("float32")))
        seconds += time.process_time() - started
        right = {name: accuracy(model, logits, films[name]) for name in asked}
        yield Epoch(epoch, float(np.mean(losses)), right, seconds)


def linear_reader(means: dict[str, np.ndarray], films: dict[str, Texts], rows: np.ndarray) -> tuple:
    """Return kernel and bias of logistic regression on frozen vectors, its penalty chosen on the validation texts."""
    fitted = [
        LogisticRegression(C=C, max_iter=2000).fit(means["train"][rows], films["train"].labels[rows])
        for C in np.logspace(-2, 2, 9)
    ]
    best = max(fitted, key=lambda reader: reader.score(means["validation"], films["validation"].labels))
    return best.coef_.T.astype("float32"), best.intercept_.astype("float32")


def fine_tuned(keep: Any) -> Iterator[str]:
    """Yield the lines of fine_tuned.csv, and hand `keep` each model that was trained on few labels at the rate chosen."""
    original = {name: tf.constant(array) for name, array in stored_weights().items()}
    films = {name: Texts(*split) for name, split in datasets.load_arrays("movie_snippets").items()}
    means = {name: read_lower(texts, original, keep=3) for name, texts in films.items()}
    say("frozen layers: done")
    everything = len(films["train"].labels)
    orders = [np.random.default_rng(draw).permutation(everything) for draw in range(DRAWS)]
    yield "way,trained,labels,draw,rate,epoch,loss,validation,test,seconds"

    def lines(
        way: str, rate: float, count: int, draw: int, asked: tuple[str, ...]
    ) -> Iterator[tuple[str, Epoch, Tuned]]:
        rows = orders[draw][:count]
        kernel, bias = linear_reader(means, films, rows)
        praised = {name: (means[name] @ kernel + bias)[:, 0] > 0 for name in asked}
        right = {name: np.mean(praised[name] == (films[name].labels == 1)) for name in asked}
        model = Tuned(way, (kernel, bias), original)
        for epoch in (Epoch(0, float("nan"), right, 0.0), *train(model, rate, rows, films, asked)):
            right = [f"{epoch.right[name]:.4f}" if name in asked else "" for name in ("validation", "test")]
            begun = [way, str(model.size()), str(count), str(draw), f"{rate:g}", str(epoch.number), f"{epoch.loss:.4f}"]
            line = ",".join([*begun, *right, f"{epoch.seconds:.1f}"])
            say(line)
            yield line, epoch, model

    chosen = {}
    for way, (_, rates) in WAYS.items():
        reached = {}
        for rate in rates:
            for line, epoch, _ in lines(way, rate, FEW, 0, ("validation",)):
                yield line
            reached[rate] = epoch.right["validation"]
        chosen[way] = max(reached, key=reached.get)
    for way, rate in chosen.items():
        for draw in range(DRAWS):
            for line, _, model in lines(way, rate, FEW, draw, ("validation", "test")):
                yield line
            keep(way, draw, model)
    for way, draws in WITH_ALL_LABELS.items():
        for draw in range(draws):
            for line, _, _ in lines(way, chosen[way], everything, draw, ("validation", "test")):
                yield line


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        target = Path(temporary) / NAME
        target.mkdir()
        (target / "fine_tuned.csv").write_text("\n".join(fine_tuned()) + "\n", encoding="utf-8")
        replace_data_set(NAME, Path(temporary))


if __name__ == "__main__":
    main()
