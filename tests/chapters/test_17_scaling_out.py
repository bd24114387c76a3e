"""Chapter 17: its parts of a gradient, its many networks at once, its ring, and the checkers of its exercises."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_lib.distributed import launch
from course_lib.models.dense import dense_network
from exercises import exercise_tests
from story_code import definitions

CHAPTER = "17_scaling_out"


def test_the_gradient_is_that_of_the_mean_loss():
    story = definitions(CHAPTER, "gradient", "mean_of_parts", "apart")
    story |= {"pictures": np.random.default_rng(0).uniform(0, 255, (256, 28, 28, 1)).astype("float32")}
    story["digits"] = np.arange(256) % 10
    network = dense_network(hidden_units=())
    whole = story["gradient"](network, story["pictures"], story["digits"])
    inputs = story["pictures"].reshape(256, 784) / 255
    surprise = tf.nn.softmax(network(story["pictures"])).numpy() - np.eye(10)[story["digits"]]
    np.testing.assert_allclose(whole[:7840].reshape(784, 10), inputs.T @ surprise / 256, atol=1e-5)
    assert story["apart"](story["mean_of_parts"](network, 4), whole) < 1e-5
    assert story["apart"](np.array([3.0, 4.0]), np.array([0.0, 5.0])) == pytest.approx(np.sqrt(10) / 5)


@pytest.fixture
def eager():  # the chapter's source, from which TensorFlow would write a graph, lies in no file
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


def test_many_networks_at_once_are_each_trained_as_keras_would(eager):
    story = definitions(CHAPTER, "beginning", "logits", "descended", "RATES", "halved")
    rng = np.random.default_rng(0)
    story["x"], story["y"] = rng.uniform(size=(20, 196)).astype("float32"), np.arange(20, dtype="int32") % 10
    batches = np.array([[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11]])
    start = story["beginning"](3)
    ended = story["descended"](start, tf.constant(batches), tf.constant(1.0))
    for place in (0, 5):
        network = keras.Sequential(
            [keras.Input((196,)), keras.layers.Dense(32, activation="relu"), keras.layers.Dense(10)]
        )
        network.set_weights(
            [each[place].numpy().reshape(own.shape) for each, own in zip(start, network.weights, strict=True)]
        )
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        network.compile(keras.optimizers.SGD(story["RATES"][place]), loss)
        for batch in batches:
            network.train_on_batch(story["x"][batch], story["y"][batch])
        for each, own in zip(ended, network.get_weights(), strict=True):
            np.testing.assert_allclose(each[place].numpy().reshape(own.shape), own, atol=2e-5)
    assert story["halved"](np.full((2, 28, 28, 1), 255)).tolist() == np.ones((2, 196)).tolist()


@pytest.mark.parametrize("workers", [2, 3])
def test_the_ring_adds_what_does_not_divide_evenly(workers, tmp_path):
    (tmp_path / "ring.py").write_text(definitions(CHAPTER, "ring")["ring"])
    (tmp_path / "sum.py").write_text(
        "import ring\nfrom ring import np\n"
        "print(ring.all_reduce(np.arange(10, dtype='float32') + ring.me).tolist(), ring.received, sep=';')"
    )
    printed = [text.split(";") for text in launch(tmp_path / "sum.py", workers, 60)]
    for total, _ in printed:
        assert json.loads(total) == [workers * value + sum(range(workers)) for value in range(10)]
    # Twice the gradient, less the piece that each begins with and the one that it ends with.
    assert sum(int(received) for _, received in printed) == 2 * (workers - 1) * 40


def test_a_worker_is_part_of_a_team_as_the_chapter_writes_it(tmp_path):
    rng = np.random.default_rng(0)
    np.savez(
        tmp_path / "digits.npz", pictures=rng.uniform(0, 255, (480, 28, 28, 1)).astype("float32"), digits=[1] * 480
    )
    (tmp_path / "team.py").write_text(definitions(CHAPTER, "team")["team"])
    (tmp_path / "two.py").write_text("from team import step\nprint(step(0), step(1))")
    (one,), two = launch(tmp_path / "two.py", 1, 100), launch(tmp_path / "two.py", 2, 100)
    assert two[0] == two[1]
    np.testing.assert_allclose([*map(float, two[0].split())], [*map(float, one.split())], rtol=1e-5)


WRONG_ANSWERS = {
    "combined": [
        (lambda gradients, sizes: np.mean(gradients, axis=0), "Three examples say 1"),
        (lambda gradients, sizes: np.sum(gradients, axis=0), "the plain mean"),
        (lambda gradients, sizes: np.array(sizes) @ np.array(gradients), "the plain mean"),
        (lambda gradients, sizes: np.array(sizes) @ np.array(gradients) / len(sizes), "the plain mean"),
    ],
    "ring_bytes": [
        (lambda workers, values: 4 * values * (workers - 1), "a quarter of 4 MB"),
        (lambda workers, values: 2 * (workers - 1) * values // workers, "half of the 4,000 bytes"),
        (lambda workers, values: 8 * values, "half of the 4,000 bytes"),
        (lambda workers, values: (workers - 1) * 4 * values // workers, "half of the 4,000 bytes"),
    ],
    "synchronised": [
        (
            lambda counts, sums, squares: (
                np.mean(np.divide(sums, counts)),
                sum(squares) / sum(counts) - np.mean(np.divide(sums, counts)) ** 2,
            ),
            "count values, not workers",
        ),
        (lambda counts, sums, squares: (sum(sums) / sum(counts), sum(squares) / sum(counts)), "The values are 1, 3"),
        (
            lambda counts, sums, squares: (
                sum(sums) / sum(counts),
                np.mean(np.divide(squares, counts) - np.divide(sums, counts) ** 2),
            ),
            "The values are 1, 3",
        ),
    ],
    "computed": [
        (lambda steps, every, faults: steps, "goes back to 10"),
        (lambda steps, every, faults: steps + every * len(faults), "goes back to 10"),
        (lambda steps, every, faults: steps + sum(fault % every for fault in faults), "came before a save"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
