"""Build data/bert_tuning: what fine-tuning MiniLM on film sentences brings, costs and destroys, four ways, as tables.

It takes an hour or so on one thread. Another processor rounds otherwise, and its numbers differ in their last digits.
"""

import bz2
import csv
import tempfile
import time
from collections.abc import Iterator
from itertools import chain
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
from maker_tools import DATA_DIR, replace_data_set

NAME = "bert_tuning"
LAST = 5  # the layer that is read
FEW, ALL, DRAWS, EPOCHS, BATCH_SIZE = 1000, 8449, 3, 3, 32
RANK = 8
SEARCHED = (5, 6)  # layers whose vectors search the course


class Way(NamedTuple):
    """How to tune: the lowest layer that changes, by adapters alone or whole, the rates to choose from with few labels,
    and the rates to try with all.
    """

    first: int
    by_adapters: bool
    rates: tuple[float, ...]
    rates_with_all: tuple[float, ...]


WAYS = {
    "upper two": Way(4, False, (5e-5, 1e-4, 2e-4, 4e-4), (1e-4,)),
    "upper two by adapters": Way(4, True, (1e-3, 2e-3, 4e-3, 8e-3, 1.6e-2), ()),
    "all five by adapters": Way(1, True, (1e-3, 2e-3, 4e-3, 8e-3, 1.6e-2), (4e-3, 8e-3)),
    "all five": Way(1, False, (5e-5, 1e-4, 2e-4), (1e-4,)),
}
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
        """Cut rows into batches of like length."""
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
        self.first, by_adapters = WAYS[way].first, WAYS[way].by_adapters
        layers = [f"layer_{number}" for number in range(self.first, LAST + 1)]
        self.variables = {"head/kernel": tf.Variable(head[0]), "head/bias": tf.Variable(head[1])}
        self.original, self.adapted = original, []
        if by_adapters:
            random = np.random.default_rng(0)
            self.adapted = [f"{name}/{part}" for name in layers for part in ("query", "value")]
            for name in self.adapted:
                thin = random.normal(0, 1 / WIDTH**0.5, (WIDTH, RANK)).astype("float32")
                self.variables[f"{name}/a"] = tf.Variable(thin)
                self.variables[f"{name}/b"] = tf.Variable(np.zeros((RANK, WIDTH), "float32"))
        else:
            trained = [name for name in original if name.split("/")[0] in layers]
            self.variables |= {name: tf.Variable(original[name]) for name in trained}

    def weights(self) -> Weights:
        """Return all weights as they are now, adapters merged into their kernels."""
        merged = {
            f"{name}/kernel": self.original[f"{name}/kernel"]
            + tf.matmul(self.variables[f"{name}/a"], self.variables[f"{name}/b"])
            for name in self.adapted
        }
        return self.original | self.variables | merged

    def logits(self, inputs: tf.Tensor, real: tf.Tensor) -> tf.Tensor:
        """Return a number for each text, above 0 for praise: (texts,)."""
        weights = self.weights()
        states = embedded(inputs, weights) if self.first == 1 else inputs
        for number in range(self.first, LAST + 1):
            states = layer(states, real, weights, f"layer_{number}")
        return dense(mean_of_real(states, real), weights, "head")[:, 0]

    def size(self) -> int:
        """Return how many numbers are trained."""
        return sum(int(np.prod(variable.shape)) for variable in self.variables.values())


class Epoch(NamedTuple):
    """After an epoch: the mean loss, which texts are judged rightly, and the processor seconds of all steps so far."""

    number: int
    loss: float
    right: dict[str, np.ndarray]
    seconds: float


def judged_rightly(model: Tuned, logits: Any, texts: Texts) -> np.ndarray:
    right = np.zeros(len(texts.labels), bool)
    for rows in texts.sorted_batches(np.arange(len(right)), 64):
        right[rows] = (logits(*texts.batch(rows, model.first)).numpy() > 0) == (texts.labels[rows] == 1)
    return right


def train(
    model: Tuned, rate: float, rows: np.ndarray, films: dict[str, Texts], asked: tuple[str, ...]
) -> Iterator[Epoch]:
    """Train on some of the training texts, and say after each epoch which of the texts `asked` are judged rightly."""
    # Texts of like length come together within groups of some 16 batches; the batches come in any order.
    groups = max(1, len(rows) // (16 * BATCH_SIZE))
    steps = EPOCHS * sum(-(-len(group) // BATCH_SIZE) for group in np.array_split(rows, groups))
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
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        return loss

    logits = tf.function(model.logits, input_signature=signature)
    random, texts, seconds = np.random.default_rng(0), films["train"], 0.0
    for epoch in range(1, EPOCHS + 1):
        shuffled = np.array_split(random.permutation(rows), groups)
        batches = [batch for group in shuffled for batch in texts.sorted_batches(group, BATCH_SIZE)]
        started, losses = time.process_time(), []
        for number in random.permutation(len(batches)):
            batch = batches[number]
            losses.append(step(*texts.batch(batch, model.first), texts.labels[batch].astype("float32")))
        seconds += time.process_time() - started
        right = {name: judged_rightly(model, logits, films[name]) for name in asked}
        yield Epoch(epoch, float(np.mean(losses)), right, seconds)


def linear_reader(means: dict[str, np.ndarray], films: dict[str, Texts], rows: np.ndarray) -> tuple:
    """Return kernel and bias of logistic regression on frozen vectors, its penalty chosen on the validation texts."""
    fitted = [
        LogisticRegression(C=C, max_iter=2000).fit(means["train"][rows], films["train"].labels[rows])
        for C in np.logspace(-2, 2, 9)
    ]
    best = max(fitted, key=lambda reader: reader.score(means["validation"], films["validation"].labels))
    return best.coef_.T.astype("float32"), best.intercept_.astype("float32")


class Prepared:
    """All that is computed once: the film sentences and what the frozen network makes of them; the course to search."""

    def __init__(self) -> None:
        self.original = {name: tf.constant(array) for name, array in stored_weights().items()}
        self.films = {name: Texts(*split) for name, split in datasets.load_arrays("movie_snippets").items()}
        self.means = {name: read_lower(texts, self.original, keep=3) for name, texts in self.films.items()}
        folder = DATA_DIR / "course_text"
        with bz2.open(folder / "paragraphs.csv.bz2", "rt", encoding="utf-8") as file:
            paragraphs = list(csv.DictReader(file))
        with (folder / "questions.csv").open(encoding="utf-8") as file:
            asked = list(csv.DictReader(file))
        self.chapters = np.array([paragraph["chapter"] for paragraph in paragraphs])
        course = [paragraph["text"] for paragraph in paragraphs]
        self.answers = [[int(number) for number in question["answers"].split()] for question in asked]
        self.course, self.questions = (
            Texts(np.array(texts), np.zeros(len(texts), int))
            for texts in (course, [question["question"] for question in asked])
        )
        self.same_before: dict[int, np.ndarray] = {}  # layer: which paragraphs have a neighbour of their chapter
        say("frozen layers: done")


def trained(
    here: Prepared, way: str, rate: float, count: int, draw: int, asked: tuple[str, ...]
) -> Iterator[tuple[str, Epoch, Tuned]]:
    """Yield a line of fine_tuned.csv for each epoch of a training, the first for the linear reader that it starts from.

    In a line `won` counts the test texts that the tuned network alone judges rightly, `lost` the others.
    """
    films, means = here.films, here.means
    rows = np.random.default_rng(draw).permutation(len(films["train"].labels))[:count]
    kernel, bias = linear_reader(means, films, rows)
    before = {name: ((means[name] @ kernel + bias)[:, 0] > 0) == (films[name].labels == 1) for name in asked}
    model = Tuned(way, (kernel, bias), here.original)
    frozen = Epoch(0, float("nan"), before, 0.0)
    for epoch in chain([frozen], train(model, rate, rows, films, asked)):
        measured = [f"{epoch.right['validation'].mean():.4f}", "", "", ""]
        if "test" in asked:
            now, then = epoch.right["test"], before["test"]
            measured[1:] = f"{now.mean():.4f}", str((now & ~then).sum()), str((then & ~now).sum())
        begun = [way, str(model.size()), str(count), str(draw), f"{rate:g}", str(epoch.number), f"{epoch.loss:.4f}"]
        line = ",".join([*begun, *measured, f"{epoch.seconds:.1f}"])
        say(line)
        yield line, epoch, model


def chosen_rate(here: Prepared, way: str) -> tuple[list[str], float]:
    """Return the lines of the trainings at all rates of a way, and the rate that does best on the validation texts."""
    lines, reached = [], {}
    for rate in WAYS[way].rates:
        for line, epoch, _ in trained(here, way, rate, FEW, 0, ("validation",)):
            lines.append(line)
            reached[rate] = epoch.right["validation"].mean()
    return lines, max(reached, key=reached.get)


def vectors_of(texts: Texts, weights: Weights) -> np.ndarray:
    """Return the vectors of texts after the layers that search: (layers, texts, 384), each of length 1."""

    @tf.function(reduce_retracing=True)
    def means_of(numbers: tf.Tensor, real: tf.Tensor) -> list[tf.Tensor]:
        states, means = embedded(numbers, weights), []
        for number in range(1, SEARCHED[-1] + 1):
            states = layer(states, real, weights, f"layer_{number}")
            if number in SEARCHED:
                means.append(tf.math.l2_normalize(mean_of_real(states, real), -1))
        return means

    means = np.zeros((len(SEARCHED), len(texts.labels), WIDTH))
    for rows in texts.sorted_batches(np.arange(len(texts.labels)), 64):
        means[:, rows] = means_of(*texts.batch(rows, 1))
    return means


def searched(here: Prepared, weights: Weights, begin: str) -> list[str]:
    """Return lines of searched.csv for a network: for each layer, and each question, the place of its first answer.

    In the last two lines of a layer stands, in place of a question, `neighbours`: of how many paragraphs the most
    similar other one is of the same chapter, and `kept`: of how many of these it was so before any training.
    """
    lines = []
    for number, course, questions in zip(
        SEARCHED, vectors_of(here.course, weights), vectors_of(here.questions, weights), strict=True
    ):
        for question, scores in enumerate(questions @ course.T):
            place = 1 + min((scores > scores[answer]).sum() for answer in here.answers[question])
            lines.append(f"{begin},{number},{question},{place}")
        alike = course @ course.T
        np.fill_diagonal(alike, -1)
        same = here.chapters[alike.argmax(axis=1)] == here.chapters
        before = here.same_before.setdefault(number, same)
        lines += [f"{begin},{number},neighbours,{same.sum()}", f"{begin},{number},kept,{(same & before).sum()}"]
    return lines


def main() -> None:
    here = Prepared()
    tuned = ["way,trained,labels,draw,rate,epoch,loss,validation,test,won,lost,seconds"]
    found = ["way,labels,draw,rate,layer,question,place", *searched(here, here.original, "untouched,0,0,0")]
    for way in WAYS:
        lines, chosen = chosen_rate(here, way)
        tuned += lines
        few = [(FEW, draw, chosen) for draw in range(DRAWS)]
        for count, draw, rate in few + [(ALL, 0, rate) for rate in WAYS[way].rates_with_all]:
            run = list(trained(here, way, rate, count, draw, ("validation", "test")))
            tuned += [line for line, *_ in run]
            found += searched(here, run[-1][2].weights(), f"{way},{count},{draw},{rate:g}")
    with tempfile.TemporaryDirectory() as temporary:
        target = Path(temporary) / NAME
        target.mkdir()
        for name, lines in (("fine_tuned", tuned), ("searched", found)):
            (target / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        replace_data_set(NAME, Path(temporary))


if __name__ == "__main__":
    main()
