"""Adversarial examples: pictures changed a little so that a network errs."""

import keras
import numpy as np
import tensorflow as tf

from course_lib._arguments import as_examples, as_numbers, check_number
from course_lib.models._arguments import check_model


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
        ValueError: if `epsilon` is negative, inputs are not in [0, `largest`] or do not fit the model, or labels are
            no classes of it.

    Source: Goodfellow, Shlens & Szegedy, Explaining and harnessing adversarial examples (2015), arXiv:1412.6572.
    """
    _check_arguments(model, inputs, labels, epsilon, largest)
    inputs = tf.cast(inputs, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels, model(inputs, training=False))
    step = epsilon * tf.sign(tape.gradient(losses, inputs))
    return tf.clip_by_value(inputs + step, 0.0, largest)


def _check_arguments(
    model: keras.Model, inputs: np.ndarray, labels: np.ndarray, epsilon: float, largest: float
) -> None:
    check_model("model", model, axes_out=2)
    check_number("epsilon", epsilon, at_least=0)
    check_number("largest", largest, at_least=0)
    if tf.is_symbolic_tensor(inputs) or tf.is_symbolic_tensor(labels):
        return  # inside a `train_step` the values are not known yet
    inputs, labels = as_examples(("inputs", "labels"), inputs, labels)
    as_numbers("inputs", inputs, len(model.input_shape))
    if inputs.min() < 0 or inputs.max() > largest:
        raise ValueError(
            f"inputs from {inputs.min():g} to {inputs.max():g} were given; they must be from 0 to largest={largest:g}"
        )
    as_numbers("labels", labels, 1, at_least=0, at_most=model.output_shape[1] - 1)
    if labels.dtype.kind not in "iu":
        raise ValueError(f"labels have the type {labels.dtype}; give classes as whole numbers")
    for given, wanted in zip(inputs.shape[1:], model.input_shape[1:], strict=True):
        if wanted not in (None, given):
            raise ValueError(f"inputs have the shape {inputs.shape}; the model reads {model.input_shape}")
