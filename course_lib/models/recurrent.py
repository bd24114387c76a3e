"""Recurrent classifiers: a cell reads token ids one by one and hands a state on."""

from collections.abc import Iterable

import keras
from keras import layers

from course_lib.arguments import CLASSES, SHARE, takes, whole


def _weights(vocabulary_size: int, units: int, num_classes: int, **others: object) -> Iterable[int]:
    return 32 * vocabulary_size, 4 * units * (units + 32), 2 * units * num_classes


@takes(_weights, vocabulary_size=whole(), units=whole(), dropout=SHARE, num_classes=CLASSES)
def recurrent_classifier(
    vocabulary_size: int,
    bidirectional: bool = False,
    units: int = 32,
    dropout: float = 0.5,
    num_classes: int = 2,
) -> keras.Model:
    """Build a classifier of token sequences: embeddings, an LSTM layer, logits from its last state.

    Id 0 is padding: it is masked, so the state stays as it was after the last word.

    Args:
        vocabulary_size: number of different ids, 0 included.
        bidirectional: read from both ends with two layers and join their last states.
        units: length of the state of each layer.
        dropout: share of values dropped, of the embeddings and again of the last state, from 0 to below 1.
        num_classes: number of logits.

    Returns:
        A model from (batch, steps) integer ids to logits (batch, num_classes).

    Raises:
        ValueError: if a size is not a positive whole number, the dropout is out of range, there are fewer than two
            classes, or a layer has more weights than a laptop can train.

    Source: Hochreiter & Schmidhuber, Long short-term memory (1997), with the forget gate of Gers, Schmidhuber &
    Cummins, Learning to forget (2000); Schuster & Paliwal, Bidirectional recurrent neural networks (1997).
    """
    ids = keras.Input((None,), dtype="int32")
    words = layers.Embedding(vocabulary_size, 32, mask_zero=True)(ids)  # a vector of 32 numbers for each word
    words = layers.Dropout(dropout)(words)
    lstm = layers.LSTM(units)
    state = layers.Bidirectional(lstm)(words) if bidirectional else lstm(words)
    logits = layers.Dense(num_classes)(layers.Dropout(dropout)(state))
    return keras.Model(ids, logits, name="recurrent_classifier")
