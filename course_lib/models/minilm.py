"""all-MiniLM-L6-v2, a BERT of six layers that was trained to tell what sentences mean."""

import gzip
import io
import re

import keras
import numpy as np
from keras import layers

from course_lib import data_files
from course_lib.models.positions import LearnedPositions
from course_lib.word_pieces import LONGEST

NAME = "minilm"
LAYERS, HEADS, WIDTH = 6, 12, 384


def minilm() -> keras.Model:
    """Build MiniLM with the trained weights of data/minilm.

    Returns:
        A model from numbers of pieces (batch, pieces), int32, 0 for padding, at most 128 a text, to seven arrays
        (batch, pieces, 384): the embeddings, and what each of the six layers makes of them.

    Raises:
        DataError: if the file of weights is missing or damaged.

    Source: Wang et al., MiniLM (2020), arXiv:2002.10957; Reimers & Gurevych, Sentence-BERT (2019), arXiv:1908.10084.
    """

    def normed(states: keras.KerasTensor, name: str) -> keras.KerasTensor:
        return layers.LayerNormalization(epsilon=1e-12, name=name)(states)

    numbers = keras.Input((None,), dtype="int32", name="numbers")
    may_be_seen = (numbers > 0)[:, None, :]  # (batch, 1, pieces): nobody looks at padding
    pieces = layers.Embedding(len(vocabulary()), WIDTH, name="pieces")(numbers)
    states = normed(LearnedPositions(LONGEST, name="positions")(pieces), "embedding_norm")
    after = [states]
    for name in (f"layer_{number}" for number in range(1, LAYERS + 1)):
        look = layers.MultiHeadAttention(HEADS, WIDTH // HEADS, name=f"{name}_attention")
        states = normed(states + look(states, states, attention_mask=may_be_seen), f"{name}_attention_norm")
        wide = keras.ops.gelu(layers.Dense(4 * WIDTH, name=f"{name}_intermediate")(states), approximate=False)
        states = normed(states + layers.Dense(WIDTH, name=f"{name}_output")(wide), f"{name}_output_norm")
        after.append(states)
    model = keras.Model(numbers, after, name=NAME)
    stored = stored_weights()
    for variable in model.variables:
        # "layer_1_attention/query/kernel" is stored as "layer_1/query/kernel", "pieces/embeddings" as "pieces".
        name = re.sub(r"^(layer_\d)_(?:attention/)?|^(pieces|positions)/.*", r"\1\2/", variable.path).rstrip("/")
        variable.assign(stored[name].reshape(variable.shape))
    return model


def stored_weights() -> dict[str, np.ndarray]:
    """Return the weights of data/minilm, as they stand in the file: most in eight bits, brought to float32.

    Returns:
        Arrays by name, such as "layer_1/query/kernel" (384, 384), inputs before outputs.

    Raises:
        DataError: if the file is missing or damaged.
    """
    data_files.verify(NAME)
    content = (data_files.DATA_DIR / NAME / f"{NAME}.weights.npz.gz").read_bytes()
    stored = np.load(io.BytesIO(gzip.decompress(content)))
    weights = {name: stored[name].astype("float32") for name in stored}
    scales = {name.removesuffix("_scale"): weights.pop(name) for name in stored if name.endswith("_scale")}
    return {name: values * scales.get(name, 1) for name, values in weights.items()}


def vocabulary() -> list[str]:
    """Return the pieces of words that MiniLM knows, in the order of their numbers.

    Returns:
        15,448 pieces; the first is [PAD].

    Raises:
        DataError: if the file is missing or damaged.
    """
    data_files.verify(NAME)
    text = (data_files.DATA_DIR / NAME / "vocabulary.txt").read_text(encoding="utf-8")
    return text.removesuffix("\n").split("\n")
