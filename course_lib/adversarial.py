"""Adversarial examples: pictures changed a little so that a network errs."""

import keras
import numpy as np
import tensorflow as tf


def fast_gradient_sign(
    model: keras.Model, inputs: np.ndarray, labels: np.ndarray, epsilon: float, *, largest: float = 255.0
) -> tf.Tensor:
    """Move each input value by `epsilon` in the direction that raises the loss, and stay in the allowed range.

    The model runs as in inference: no dropout, no augmentation, batch normalisation with its running statistics.

    Args:
        model: maps inputs to logits (batch, num_classes).
        inputs: (batch, ...) values from 0 to `largest`.
        labels: (batch,) the true classes, as whole numbers.
        epsilon: largest change of one value, in the units of `inputs`, at least 0.
        largest: the largest allowed value; the smallest is 0.

    Returns:
        The attacked inputs, float32, in the shape of `inputs`; none differs by more than `epsilon` or leaves
        [0, `largest`].

    Raises:
        ValueError: if `epsilon` is negative.

    Source: Goodfellow, Shlens & Szegedy, Explaining and harnessing adversarial examples (2015), arXiv:1412.6572.
    """
    if epsilon < 0:
        raise ValueError(f"epsilon={epsilon} was given; it is the size of the change, use 0 or more")
    inputs = tf.cast(inputs, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, model(inputs, training=False))
    step = epsilon * tf.sign(tape.gradient(losses, inputs))
    return tf.clip_by_value(inputs + step, 0.0, largest)
