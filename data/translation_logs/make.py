"""Build data/translation_logs: what takes minutes in chapter 19, measured with the chapter's own functions.

On one thread numbers.csv takes some eight minutes, phrases.csv twelve. Another processor rounds otherwise, and its numbers
differ in their last digits.
"""

import ast
import csv
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras
import numpy as np

from course_lib.console import say
from maker_tools import DATA_DIR, replace_data_set

NAME, CHAPTER = "translation_logs", "19_translation"
# What the chapter assigns and its functions read.
DATA = {"packed", "component", "english_text", "spanish_text", "english", "spanish", "parts", "ENGLISH", "GERMAN"}
DATA |= {"PADDING", "END", "UNKNOWN", "random", "digits", "numbers", "said", "wanted", "english_words", "german_words"}
DATA |= {"lesson", "examination", "loss", "LONGEST", "WIDTH", "HEADS", "LIKENESS"}
SEEDS, EVERY = 3, 100  # steps between two measurements
VARIANTS = {  # whether it looks back, width, reads backwards, rate, steps
    "looking back": (True, 64, False, 1e-2, 300),
    "one vector, read backwards": (False, 64, True, 1e-2, 600),
    "one vector, twice as wide": (False, 128, False, 1e-2, 600),
    "one vector": (False, 64, False, 2e-2, 1000),
}
PAIRS = (1000, 3000, None)
STEPS = 1240  # of 64 phrases, for each count of pairs
BEAMS = (1, 2, 4, 8, 16)
PHRASES = 400  # of the validation phrases, for the beams


def story() -> dict[str, Any]:
    """Return the chapter's functions and data, without its trainings."""
    names: dict[str, Any] = {}
    notebook = json.loads((DATA_DIR.parent / "notebooks" / f"{CHAPTER}.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code" or {"exercise", "solution"} & set(cell["metadata"].get("tags", [])):
            continue
        for node in ast.parse("".join(cell["source"])).body:
            targets = {name.id for part in getattr(node, "targets", []) for name in ast.walk(part) if hasattr(name, "id")}
            if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef) or (targets and targets <= DATA):
                exec(compile(ast.Module([node], []), CHAPTER, "exec"), names)
    return names


def numbers_by_variant(names: dict[str, Any], variant: str, seed: int) -> Iterator[tuple]:
    """Train one network on number words, and yield what share it translates without an error, time and again."""
    look_back, width, backwards, rate, steps = VARIANTS[variant]
    said, wanted, lesson, asked = (names[name] for name in ("said", "wanted", "lesson", "examination"))
    if backwards:
        said = np.array([np.append(row[row > 0][::-1], row[row == 0]) for row in said])
    keras.utils.set_random_seed(seed)
    model, _ = names["reader_and_writer"](look_back, width)
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, steps, alpha=0.02))
    optimizer.build(model.trainable_variables)
    model.compile(optimizer, names["loss"], steps_per_execution=20)
    for done in range(EVERY, steps + 1, EVERY):
        model.fit([said[lesson], names["moved"](wanted[lesson])], wanted[lesson], batch_size=256, verbose=0)
        favourite = model.predict([said[asked], names["moved"](wanted[asked])], batch_size=2000, verbose=0).argmax(axis=2)
        right = ((favourite == wanted[asked]) | (wanted[asked] == names["PADDING"])).all(axis=1)
        yield variant, seed, done, f"{right.mean():.4f}"


def phrases_by_pairs(names: dict[str, Any], seed: int) -> Iterator[tuple]:
    """Train transformers on more and more pairs, and yield their BLEU beside the memory's; last, that of beams."""
    parts, validation = names["parts"], names["parts"]["validation"]
    order = np.random.default_rng(seed).permutation(parts["train"])
    for count in PAIRS:
        rows = order[:count]
        (names["source_words"], names["target_words"]), names["sources"], names["targets"] = names["prepare"](rows)
        _, writer = names["learn_to_translate"](rows, epochs=round(STEPS / (len(rows) // 64)), seed=seed)
        written = names["in_words"](names["translate"](writer, names["sources"][validation]))
        memory = max(names["remember"](validation, rows, **how) for how in names["LIKENESS"].values())
        yield "pairs", seed, len(rows), f"{names['score'](written, validation):.2f}", f"{memory:.2f}"
    some = validation[:PHRASES]
    spoken = sum(len(names["spanish"][row]) for row in some)
    for power in (0, 1):
        for beams in BEAMS:
            written = names["in_words"](names["translate"](writer, names["sources"][some], beams, float(power)))
            length = sum(map(len, written)) / spoken
            yield f"beams, power {power}", seed, beams, f"{names['score'](written, some):.2f}", f"{length:.3f}"


def main() -> None:
    names = story()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / NAME
        folder.mkdir()
        tables = {
            "numbers": (("variant", "seed", "steps", "exact"), numbers_by_variant, list(VARIANTS)),
            "phrases": (("kind", "seed", "count", "bleu", "beside"), phrases_by_pairs, [None]),
        }
        for table, (heading, measure, variants) in tables.items():
            with (folder / f"{table}.csv").open("w", encoding="ascii", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(heading)
                for variant in variants:
                    for seed in range(SEEDS):
                        arguments = (names, seed) if variant is None else (names, variant, seed)
                        for row in measure(*arguments):
                            say(", ".join(map(str, row)))
                            writer.writerow(row)
        replace_data_set(NAME, Path(temporary))


if __name__ == "__main__":
    main()
