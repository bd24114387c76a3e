"""Many small networks that are trained side by side in NumPy, so that hundreds of settings take seconds."""

from collections.abc import Callable

import numpy as np

from course_lib.arguments import PLACES, SEED, Kind, takes, whole
from course_lib.datasets import Examples

# Changes the weights (networks, parameters) in place, given their gradient, a rate for each network (networks, 1), and
# a dictionary in which it keeps what it has to remember from step to step.
Rule = Callable[[np.ndarray, np.ndarray, np.ndarray, dict], None]


EXAMPLES = Kind(
    "Examples whose labels (n,) are whole numbers from 0 on", lambda examples: PLACES.accepts(examples.labels)
)


@takes(count=whole(), steps=whole(), batch_size=whole(), seed=SEED)
def batch_order(count: int, *, steps: int, batch_size: int, seed: int) -> np.ndarray:
    """Return which examples, of `count`, each step sees: places (steps, batch_size), each pass in a new order."""
    random = np.random.default_rng(seed)
    passes = -(-steps * batch_size // count)
    places = np.concatenate([random.permutation(count) for _ in range(passes)])
    return places[: steps * batch_size].reshape(steps, batch_size)


class StackedNetworks:
    """Networks of one hidden layer of rectified units, which start alike and see the same batches.

    Args:
        count: how many networks; what differs between them is the rate that the rule of each is given.
        inputs: numbers in an example.
        hidden: units of the hidden layer.
        classes: number of classes.
        seed: seed of the start: Glorot's uniform kernels, biases of zero (Glorot & Bengio, 2010).

    Attributes:
        weights: (count, parameters), float32: of each network the kernel, the bias, the last kernel, the last bias.
    """

    def __init__(self, count: int, *, inputs: int, hidden: int, classes: int, seed: int) -> None:
        self.sizes = inputs, hidden, classes
        self.weights = np.zeros((count, (inputs + 1) * hidden + (hidden + 1) * classes), "float32")
        random = np.random.default_rng(seed)
        for kernel in self.parts(self.weights)[::2]:
            limit = np.sqrt(6 / sum(kernel.shape[1:]))
            kernel[...] = random.uniform(-limit, limit, kernel.shape[1:])

    def parts(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return weights (count, parameters) as views: kernel, bias, last kernel, last bias; networks come first."""
        inputs, hidden, classes = self.sizes
        ends = np.cumsum([inputs * hidden, hidden, hidden * classes])
        kernel, bias, last_kernel, last_bias = np.split(weights, ends, axis=1)
        return (
            kernel.reshape(-1, inputs, hidden),
            bias[:, None],
            last_kernel.reshape(-1, hidden, classes),
            last_bias[:, None],
        )

    def logits(self, inputs: np.ndarray) -> np.ndarray:
        """Return the logits (count, n, classes) of inputs (n, inputs)."""
        return self._forward(np.asarray(inputs, "float32"))[1]

    @takes(labels=PLACES)
    def gradient(self, inputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
        """Return the gradient (count, parameters) of the mean cross-entropy of inputs (n, inputs), labels (n,).

        Raises:
            ValueError: if `labels` are not such numbers.
        """
        return self._gradient(np.asarray(inputs, "float32"), labels)

    def _gradient(self, inputs: np.ndarray, labels: np.ndarray) -> np.ndarray:
        _, _, last_kernel, _ = self.parts(self.weights)
        hidden, errors = self._forward(inputs)
        errors -= errors.max(axis=2, keepdims=True)
        np.exp(errors, out=errors)
        errors /= errors.sum(axis=2, keepdims=True)  # probabilities, less 1 at the label: the slope of the loss
        errors[:, np.arange(len(labels)), labels] -= 1
        errors /= len(labels)
        gradient = np.empty_like(self.weights)
        at_kernel, at_bias, at_last_kernel, at_last_bias = self.parts(gradient)
        np.matmul(hidden.transpose(0, 2, 1), errors, out=at_last_kernel)
        errors.sum(axis=1, keepdims=True, out=at_last_bias)
        back = errors @ last_kernel.transpose(0, 2, 1)
        back *= hidden > 0
        np.matmul(inputs.T, back, out=at_kernel)
        back.sum(axis=1, keepdims=True, out=at_bias)
        return gradient

    def _forward(self, inputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the outputs of the hidden layer (count, n, hidden), and the logits."""
        kernel, bias, last_kernel, last_bias = self.parts(self.weights)
        hidden = np.maximum(inputs @ kernel + bias, 0)
        return hidden, hidden @ last_kernel + last_bias

    @takes(examples=EXAMPLES)
    def train(self, examples: Examples, order: np.ndarray, rule: Rule, rates: np.ndarray) -> None:
        """Change the weights, one step a batch.

        Args:
            examples: inputs (n, inputs), float32, and labels (n,), whole numbers.
            order: (steps, batch_size), which examples each step sees, from `batch_order`.
            rule: changes the weights in each step.
            rates: (count,), or (steps, count) where they change on the way.

        Raises:
            ValueError: if the labels are not such numbers.
        """
        inputs, labels, memory = np.asarray(examples.inputs, "float32"), np.asarray(examples.labels), {}
        rates = np.broadcast_to(np.asarray(rates, "float32"), (len(order), len(self.weights)))
        # A rate that is too high sends weights to infinity: that is a finding, not a fault.
        with np.errstate(over="ignore", invalid="ignore"):
            for places, rate in zip(order, rates, strict=True):
                slopes = self._gradient(inputs[places], labels[places])
                rule(self.weights, slopes, rate[:, None], memory)
