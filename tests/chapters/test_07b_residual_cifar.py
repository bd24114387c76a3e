"""Chapter 07b: the checkers of its exercises."""

import keras
import numpy as np
import tensorflow as tf

from exercises import exercise_tests

CHAPTER = "07b_residual_cifar"


def stepped(loss_of, sign=-1.0):
    def answer(weight, inputs, targets, rate):
        weight = tf.Variable(weight)
        with tf.GradientTape() as tape:
            loss = loss_of((tf.linalg.matvec(inputs, weight) - targets) ** 2)
        return weight + sign * rate * tape.gradient(loss, weight)

    return answer


def last_batch(scores, labels, size):
    for begin in range(0, len(labels), size):
        score = np.mean(scores[begin : begin + size].argmax(axis=1) == labels[begin : begin + size])
    return score


def mean_of_means(scores, labels, size):
    right = scores.argmax(axis=1) == labels
    return np.mean([np.mean(right[begin : begin + size]) for begin in range(0, len(labels), size)])


def full_batches_only(scores, labels, size):
    whole = len(labels) // size * size
    return np.mean(scores[:whole].argmax(axis=1) == labels[:whole])


def accumulating(parts=4, divisor=4, each=False):
    return lambda: accumulating_class(parts, divisor, each)


def accumulating_class(parts, divisor, each):
    class Accumulating(keras.Model):
        def train_step(self, data):
            gathered = [tf.zeros_like(weight) for weight in self.trainable_variables]
            for inputs, targets in zip(*(tf.split(part, parts) for part in data), strict=True):
                with tf.GradientTape() as tape:
                    loss = self.compute_loss(y=targets, y_pred=self(inputs, training=True))
                gradients = tape.gradient(loss, self.trainable_variables)
                gathered = [total + gradient / divisor for total, gradient in zip(gathered, gradients, strict=True)]
                if each:
                    self.optimizer.apply(gradients, self.trainable_variables)
            if not each:
                self.optimizer.apply(gathered, self.trainable_variables)
            return {"loss": loss}

    return Accumulating


def halving(skip_size=1, join=keras.layers.Add, stride=2):
    def answer(channels, filters):
        inputs = keras.Input((16, 16, channels))
        branch = keras.layers.Conv2D(filters, 3, strides=stride, padding="same", activation="relu")(inputs)
        branch = keras.layers.Conv2D(filters, 3, padding="same")(branch)
        skip = keras.layers.Conv2D(filters, skip_size, strides=stride, padding="same")(inputs)
        return keras.Model(inputs, join()([branch, skip]))

    return answer


def only_a_convolution(channels, filters):
    inputs = keras.Input((16, 16, channels))
    return keras.Model(inputs, keras.layers.Conv2D(filters, 3, strides=2, padding="same")(inputs))


# For each exercise: plausible wrong answers, each with a part of the hint that it must get.
WRONG_ANSWERS = {
    "descend": [
        (stepped(tf.reduce_mean, sign=1.0), "Step against the gradient"),
        (stepped(tf.reduce_sum), "the mean of the squared errors"),
        (lambda weight, inputs, targets, rate: np.mean((inputs @ weight - targets) ** 2), "not the loss"),
        (lambda weight, inputs, targets, rate: weight * (1 - rate), "Step against the gradient"),
    ],
    "accuracy_in_batches": [
        (last_batch, "add up over all"),
        (mean_of_means, "nor the mean of the shares"),
        (full_batches_only, "Four of five|add up over all"),
        (lambda scores, labels, size: 1 - mean_of_means(scores, labels, size), "Four of five"),
    ],
    "accumulating": [
        (accumulating(parts=2, divisor=2), "four parts"),
        (accumulating(divisor=1), "their sum is four times as long"),
        (accumulating(each=True), "not once for each part"),
        (lambda: keras.Model, "four parts"),
        (lambda: accumulating()()(), "not an object"),
    ],
    "halving_block": [
        (halving(stride=1), "Both ways need stride 2"),
        (halving(skip_size=3), "1 × 1 in the skip"),
        (halving(join=keras.layers.Average), "keras.layers.Add"),
        (only_a_convolution, "Two 3 × 3"),
    ],
}
test_stub_and_solution, test_wrong_answer, test_three_answers = exercise_tests(CHAPTER, WRONG_ANSWERS)
