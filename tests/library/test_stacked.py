"""Stacked networks: gradients against TensorFlow's, training against Keras's, batches in their order."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from course_lib.datasets import Examples
from course_lib.stacked import StackedNetworks, batch_order

GOOD_CALLS = {batch_order: {"count": 10, "steps": 3, "batch_size": 4, "seed": 0}}


def sgd(weights, slopes, rate, memory):
    weights -= rate * slopes


@pytest.fixture
def examples():
    random = np.random.default_rng(0)
    return Examples(random.normal(size=(40, 6)).astype("float32"), random.integers(0, 3, 40))


def as_keras(networks, number):
    """Return one network of a stack as a Keras model."""
    inputs, hidden, classes = networks.sizes
    model = keras.Sequential(
        [keras.Input((inputs,)), keras.layers.Dense(hidden, activation="relu"), keras.layers.Dense(classes)]
    )
    model.set_weights([np.squeeze(part[number]) for part in networks.parts(networks.weights)])
    return model


def test_gradient_and_logits_of_each_network_are_those_of_tensorflow(examples):
    networks = StackedNetworks(2, inputs=6, hidden=5, classes=3, seed=0)
    networks.weights[1] *= 2
    slopes = networks.parts(networks.gradient(*examples))
    for number in range(2):
        model = as_keras(networks, number)
        np.testing.assert_allclose(networks.logits(examples.inputs)[number], model(examples.inputs), atol=1e-5)
        with tf.GradientTape() as tape:
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(examples.labels, model(examples.inputs))
            loss = tf.reduce_mean(losses)
        for ours, theirs in zip(slopes, tape.gradient(loss, model.trainable_variables), strict=True):
            np.testing.assert_allclose(np.squeeze(ours[number]), theirs, atol=1e-6)


def test_training_is_that_of_keras_and_each_network_has_its_rate(examples):
    networks = StackedNetworks(2, inputs=6, hidden=5, classes=3, seed=1)
    order = batch_order(40, steps=15, batch_size=8, seed=2)
    model = as_keras(networks, 1)
    model.compile(keras.optimizers.SGD(0.3), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    start = networks.weights.copy()
    networks.train(examples, order, sgd, [0.0, 0.3])
    places = order.ravel()
    model.fit(examples.inputs[places], examples.labels[places], batch_size=8, shuffle=False, verbose=0)
    np.testing.assert_array_equal(networks.weights[0], start[0])
    np.testing.assert_allclose(networks.logits(examples.inputs)[1], model(examples.inputs), atol=1e-4)


def test_a_rate_for_each_step_is_used_in_its_step(examples):
    networks = StackedNetworks(1, inputs=6, hidden=5, classes=3, seed=0)
    order, seen = batch_order(40, steps=3, batch_size=8, seed=0), []

    def note_rate(weights, slopes, rate, memory):
        seen.append(float(rate[0, 0]))

    networks.train(examples, order, note_rate, [[1], [2], [3]])
    assert seen == [1, 2, 3]


def test_start_is_glorots_and_the_same_for_all():
    networks = StackedNetworks(3, inputs=200, hidden=100, classes=10, seed=0)
    kernel, bias, last_kernel, last_bias = networks.parts(networks.weights)
    assert np.abs(kernel).max() == pytest.approx(np.sqrt(6 / 300), rel=0.01)
    assert np.abs(last_kernel).max() == pytest.approx(np.sqrt(6 / 110), rel=0.02)
    assert not bias.any() and not last_bias.any()
    assert (networks.weights == networks.weights[0]).all()


def test_a_pass_sees_each_example_once_and_the_next_in_another_order():
    order = batch_order(12, steps=6, batch_size=4, seed=0).ravel()
    assert sorted(order[:12]) == sorted(order[12:]) == list(range(12))
    assert (order[:12] != order[12:]).any()
    np.testing.assert_array_equal(order, batch_order(12, steps=6, batch_size=4, seed=0).ravel())


@pytest.mark.parametrize("labels", [[[0], [1]], [0, -1], [0.0, 1.0]])
def test_labels_of_another_shape_or_kind_are_refused(labels):
    networks = StackedNetworks(1, inputs=2, hidden=3, classes=2, seed=0)
    inputs, order = np.eye(2, dtype="float32"), np.array([[0, 1]])
    with pytest.raises(ValueError, match=r"labels=.* was given; give whole numbers"):
        networks.gradient(inputs, labels)
    with pytest.raises(ValueError, match=r"examples=.* was given; give Examples"):
        networks.train(Examples(inputs, labels), order, sgd, [0.1])


def test_tensors_and_lists_are_taken_as_arrays_are():
    networks = StackedNetworks(1, inputs=2, hidden=3, classes=2, seed=0)
    slopes = networks.gradient(np.eye(2, dtype="float32"), np.array([0, 1]))
    np.testing.assert_array_equal(networks.gradient([[1, 0], [0, 1]], [0, 1]), slopes)
    np.testing.assert_array_equal(networks.gradient(tf.eye(2), tf.constant([0, 1], tf.uint8)), slopes)
