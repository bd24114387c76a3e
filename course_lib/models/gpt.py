"""GPT: a stack of transformer blocks that foretells the next piece of a text from all pieces before it."""

from collections.abc import Iterable

import keras
from keras import layers, ops

from course_lib.arguments import SHARE, takes, whole


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


@keras.saving.register_keras_serializable(package="course_lib")
class LearnedPositions(layers.Layer):
    """Adds to each place's vector one that is learned for this place."""

    def __init__(self, context: int, **options: object) -> None:
        """Set the number of places."""
        super().__init__(**options)
        self.context = context

    def build(self, shape: tuple[int | None, ...]) -> None:
        """Make the table of places (context, width)."""
        small = keras.initializers.RandomNormal(stddev=0.02)
        self.table = self.add_weight(shape=(self.context, shape[-1]), initializer=small, name="table")

    def call(self, x: keras.KerasTensor) -> keras.KerasTensor:
        """Add them; more places than there are raise a ValueError."""
        if x.shape[1] is not None and x.shape[1] > self.context:
            raise ValueError(f"{x.shape[1]} pieces were given; this network reads at most {self.context} at once")
        return x + self.table[: ops.shape(x)[1]]

    def get_config(self) -> dict:
        """Return what makes this layer again."""
        return super().get_config() | {"context": self.context}
