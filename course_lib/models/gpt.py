"""GPT: a stack of transformer blocks that foretells the next piece of a text from all pieces before it."""

import io
from collections.abc import Iterable, Sequence

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from course_lib import data_files
from course_lib.arguments import PLACES, SHARE, takes, whole
from course_lib.byte_pairs import BytePairs
from course_lib.models.positions import LearnedPositions

NAME = "austen_gpt"
END_OF_PARAGRAPH = 10  # the byte of a line's end: what stands before a text that nothing stands before
WINDOWS = 32  # judged together


def _weights(vocabulary_size: int, context: int, width: int, heads: int, **others: object) -> Iterable[int]:
    if width % heads:
        raise ValueError(f"width={width} was given with heads={heads}; give a width that the heads divide")
    return vocabulary_size * width, context * width, 4 * width * width


@takes(_weights, vocabulary_size=whole(2), context=whole(), width=whole(), depth=whole(), heads=whole(), dropout=SHARE)
def gpt(
    vocabulary_size: int = 1024,
    context: int = 256,
    width: int = 192,
    depth: int = 4,
    heads: int = 4,
    dropout: float = 0.1,
) -> keras.Model:
    """Build a transformer that looks back only.

    Args:
        vocabulary_size: number of different pieces.
        context: the most pieces it can read at once.
        width: numbers that stand for a piece between the blocks.
        depth: number of blocks.
        heads: attention heads of a block.
        dropout: share of values dropped after the embedding and after each half of a block, from 0 to below 1.

    Returns:
        A model from (batch, steps) numbers of pieces to logits (batch, steps, vocabulary_size) of the piece that
        follows each; steps may be at most `context`.

    Raises:
        ValueError: if a size is not a positive whole number, the heads do not divide the width, the dropout is out of
            range, or a layer has more weights than a laptop can train.

    Source: Radford et al., Language models are unsupervised multitask learners (2019); the table of pieces also gives
    the logits, after Press & Wolf, Using the output embedding to improve language models (2017).
    """
    small = keras.initializers.RandomNormal(stddev=0.02)
    table = layers.ReversibleEmbedding(vocabulary_size, width, embeddings_initializer=small, name="pieces")
    pieces = keras.Input((None,), dtype="int32")
    x = layers.Dropout(dropout)(LearnedPositions(context, name="positions")(table(pieces)))
    for _ in range(depth):
        normed = layers.LayerNormalization()(x)
        found = layers.MultiHeadAttention(heads, width // heads)(normed, normed, use_causal_mask=True)
        x = x + layers.Dropout(dropout)(found)
        hidden = layers.Dense(4 * width, activation="gelu")(layers.LayerNormalization()(x))
        x = x + layers.Dropout(dropout)(layers.Dense(width)(hidden))
    return keras.Model(pieces, table(layers.LayerNormalization()(x), reverse=True), name="gpt")


def austen_gpt() -> tuple[keras.Model, BytePairs]:
    """Load the GPT that has read five novels of Jane Austen, and what turns a text into its pieces.

    Returns:
        The model, without dropout, and its `BytePairs`.

    Raises:
        DataError: if the file of weights is missing or damaged.
    """
    data_files.verify(NAME)
    with np.load(io.BytesIO((data_files.DATA_DIR / NAME / "weights.npz").read_bytes())) as stored:
        pairs, *weights = (stored[name] for name in ("pairs", *sorted(set(stored) - {"pairs"})))
    model = gpt(dropout=0.0)
    model.set_weights(weights)
    return model, BytePairs(pairs)


@takes(pieces=PLACES)
def surprise(model: keras.Model, pieces: Sequence[int]) -> np.ndarray:
    """Return how much each piece of a text surprises a GPT that has read what stands before it.

    It reads windows of its whole context that overlap by half, and only the later half of each is judged: so each
    piece is foretold from half a context of pieces at least, but for those at the beginning of the text.

    Args:
        model: from `gpt`, trained or not.
        pieces: (n,) numbers of pieces, all below the model's vocabulary size; there may be none.

    Returns:
        (n,) nats: minus the logarithm of the probability that the model gave to the piece.

    Raises:
        ValueError: if `pieces` are not pieces of the model's vocabulary, and by Keras if `model` is not a GPT.
    """
    context, vocabulary_size = model.get_layer("positions").context, model.output_shape[-1]
    if len(pieces) and pieces.max() >= vocabulary_size:
        raise ValueError(f"pieces up to {pieces.max()} were given; give numbers below {vocabulary_size}")
    half = max(1, context // 2)
    starts = np.arange(0, max(len(pieces) - context, 0) + half, half)
    text = np.pad(np.append(END_OF_PARAGRAPH, pieces), (0, context))
    windows = text[starts[:, None] + np.arange(context + 1)].astype("int32")

    @tf.function(reduce_retracing=True)
    def judge(read: tf.Tensor) -> tf.Tensor:
        logits = model(read[:, :-1], training=False)
        return keras.losses.sparse_categorical_crossentropy(read[:, 1:], logits, from_logits=True)

    parts = np.split(windows, range(WINDOWS, len(windows), WINDOWS))
    nats = np.concatenate([judge(part).numpy() for part in parts])
    return np.concatenate([nats[0], nats[1:, context - half :].ravel()])[: len(pieces)]
