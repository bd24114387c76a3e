"""Recurrent classifiers: a cell reads token ids one by one and hands a state on."""

from typing import Literal

import keras
from keras import layers

from course_lib._arguments import check_choice
from course_lib.models._arguments import check_classes, check_dropout, check_sizes, check_weights

CELLS = {"simple_rnn": layers.SimpleRNN, "lstm": layers.LSTM, "gru": layers.GRU}


def recurrent_classifier(
    vocabulary_size: int,
    cell: Literal["simple_rnn", "lstm", "gru"] = "lstm",
    bidirectional: bool = False,
    units: int = 32,
    dropout: float = 0.5,
    embedding_size: int = 32,
    num_classes: int = 2,
) -> keras.Model:
    """Build a classifier of token sequences: embeddings, one recurrent layer, logits from its last state.

    Id 0 is padding: it is masked, so the state stays as it was after the last word.

    Args:
        vocabulary_size: number of different ids, 0 included.
        cell: "simple_rnn", "lstm" or "gru".
        bidirectional: read from both ends with two layers and join their last states.
        units: length of the state of each layer.
        dropout: share of values dropped, of the embeddings and again of the last state, from 0 to below 1.
        embedding_size: length of a word's vector.
        num_classes: number of logits.

    Returns:
        A model from (batch, steps) integer ids to logits (batch, num_classes).

    Raises:
        ValueError: if a size is not a positive whole number, the cell is unknown or the dropout out of range.

    Source: Elman, Finding structure in time (1990); Hochreiter & Schmidhuber, Long short-term memory (1997), with the
    forget gate of Gers, Schmidhuber & Cummins, Learning to forget (2000); Cho et al., Learning phrase representations
    using RNN encoder-decoder (2014) for the GRU; Schuster & Paliwal, Bidirectional recurrent neural networks (1997).
    """
    _check_arguments(vocabulary_size, cell, units, dropout, embedding_size, num_classes)
    ids = keras.Input((None,), dtype="int32")
    words = layers.Embedding(vocabulary_size, embedding_size, mask_zero=True)(ids)
    words = layers.Dropout(dropout)(words)
    recurrent = CELLS[cell](units)
    state = layers.Bidirectional(recurrent)(words) if bidirectional else recurrent(words)
    logits = layers.Dense(num_classes)(layers.Dropout(dropout)(state))
    return keras.Model(ids, logits, name="recurrent_classifier")


def _check_arguments(
    vocabulary_size: int, cell: str, units: int, dropout: float, embedding_size: int, num_classes: int
) -> None:
    check_sizes("vocabulary_size, embedding_size", (vocabulary_size, embedding_size))
    check_sizes("units, embedding_size", (units, embedding_size))
    check_weights("units", units, units)  # between a state and the next
    check_choice("cell", cell, CELLS)
    check_dropout(dropout)
    check_classes(num_classes)
    check_weights("units and num_classes", units, num_classes)
