"""Build data/translation_logs: what takes minutes in chapter 19, measured with the chapter's own functions.

On one thread numbers.csv and lengths.csv take twenty minutes, the others twelve. Another processor rounds otherwise:
its numbers differ in their last digits.
"""

import ast
import csv
import itertools
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
DATA = {
    "packed",
    "lines",
    "component",
    "english_text",
    "spanish_text",
    "english",
    "spanish",
    "parts",
    "ENGLISH",
    "GERMAN",
}
DATA |= {"PADDING", "END", "UNKNOWN", "random", "digits", "numbers", "said", "wanted", "english_words", "german_words"}
DATA |= {"lesson", "examination", "loss", "LONGEST", "WIDTH", "HEADS", "LIKENESS"}
SEEDS, EVERY, LONGEST = 3, 100, 1000  # steps between two measurements, and at the end
VARIANTS = {  # whether it looks back, width, reads backwards, rate, steps
    "looking back": (True, 64, False, 1e-2, 300),
    "one vector backwards": (False, 64, True, 1e-2, 600),
    "one vector twice as wide": (False, 128, False, 1e-2, 600),
    "one vector": (False, 64, False, 2e-2, 1000),
}
LENGTHS = (100, 300, 600, 1000)  # steps: each is a training of its own, whose rate falls to the end of it
ALONE = ("looking back", "one vector backwards", "one vector")  # the variants that are trained so
PAIRS = (300, 1000, 3000, None)
STEPS = 1240  # of 64 phrases, for each count of pairs
BEAMS = (1, 2, 4, 8, 16)
PHRASES = 400  # of the validation phrases, for the beams
HEADINGS = {
    "numbers": "variant seed " + " ".join(str(steps) for steps in range(EVERY, LONGEST + 1, EVERY)),
    "lengths": "variant seed " + " ".join(map(str, LENGTHS)),
    "pairs": "seed pairs transformer memory",
    "beams": "seed beams bleu length bleu_by_mean length_by_mean",
}


def story() -> dict[str, Any]:
    """Return the chapter's functions and data, without its trainings."""
    names: dict[str, Any] = {}
    notebook = json.loads((DATA_DIR.parent / "notebooks" / f"{CHAPTER}.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] != "code" or {"exercise", "solution"} & set(cell["metadata"].get("tags", [])):
            continue
        for node in ast.parse("".join(cell["source"])).body:
            assigned = [name for part in getattr(node, "targets", []) for name in ast.walk(part)]
            targets = {name.id for name in assigned if isinstance(name, ast.Name)}
            if isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef) or (targets and targets <= DATA):
                exec(compile(ast.Module([node], []), CHAPTER, "exec"), names)
    return names


def numbers_learned(names: dict[str, Any]) -> Iterator[tuple]:
    """Yield, for each variant and seed, the share of numbers translated without an error after 100, 200... steps."""
    for variant, seed in itertools.product(VARIANTS, range(SEEDS)):
        steps, shares = VARIANTS[variant][-1], []
        model, read = untrained(names, variant, seed, steps)
        for _ in range(steps // EVERY):
            model.fit(*lessons(names, read), batch_size=256, verbose=0)
            shares.append(share_right(names, model, read))
        yield variant, seed, *shares, *[""] * (LONGEST // EVERY - len(shares))


def lengths(names: dict[str, Any]) -> Iterator[tuple]:
    """Yield, for each variant and seed, the share that is right after trainings of 100, 300, 600 and 1,000 steps."""
    for variant, seed in itertools.product(ALONE, range(SEEDS)):
        shares = []
        for steps in LENGTHS:
            if steps <= VARIANTS[variant][-1]:
                model, read = untrained(names, variant, seed, steps)
                model.fit(*lessons(names, read), batch_size=256, epochs=steps // EVERY, verbose=0)
                shares.append(share_right(names, model, read))
        yield variant, seed, *shares, *[""] * (len(LENGTHS) - len(shares))


def untrained(names: dict[str, Any], variant: str, seed: int, steps: int) -> tuple[keras.Model, np.ndarray]:
    """Return the model, compiled with a rate that falls over so many steps, and the numbers as it reads them."""
    look_back, width, backwards, rate, _ = VARIANTS[variant]
    said = names["said"]
    keras.utils.set_random_seed(seed)
    model, _ = names["reader_and_writer"](look_back, width)
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, steps, alpha=0.02))
    optimizer.build(model.trainable_variables)
    model.compile(optimizer, names["loss"], steps_per_execution=20)
    return model, np.array([np.append(row[row > 0][::-1], row[row == 0]) for row in said]) if backwards else said


def lessons(names: dict[str, Any], read: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """Return what `fit` takes: what is read and the translation so far, and the translation."""
    wanted = names["wanted"][names["lesson"]]
    return [read[names["lesson"]], names["moved"](wanted)], wanted


def share_right(names: dict[str, Any], model: keras.Model, read: np.ndarray) -> str:
    """Return the share of the examination that is translated without an error."""
    asked = names["examination"]
    wanted = names["wanted"][asked]
    logits = model.predict([read[asked], names["moved"](wanted)], batch_size=2000, verbose=0)
    right = (logits.argmax(axis=2) == wanted) | (wanted == names["PADDING"])
    return f"{right.all(axis=1).mean():.4f}"


def pairs(names: dict[str, Any], seed: int) -> Iterator[tuple]:
    """Yield, for more and more pairs, the validation BLEU of a transformer and of the memory; the last is kept."""
    validation = names["parts"]["validation"]
    order = np.random.default_rng(seed).permutation(names["parts"]["train"])
    for count in PAIRS:
        rows = order[:count]
        (names["source_words"], names["target_words"]), names["sources"], names["targets"] = names["prepare"](rows)
        _, names["writer"] = names["learn_to_translate"](rows, epochs=round(STEPS / (len(rows) // 64)), seed=seed)
        written = names["in_words"](names["translate"](names["writer"], names["sources"][validation]))
        memory = max(names["remember"](validation, rows, **how) for how in names["LIKENESS"].values())
        yield seed, len(rows), f"{names['score'](written, validation):.2f}", f"{memory:.2f}"


def beams(names: dict[str, Any], seed: int) -> Iterator[tuple]:
    """Yield, for wider and wider beams, BLEU and length of what the kept transformer writes, by sum and by mean."""
    some = names["parts"]["validation"][:PHRASES]
    spoken = sum(len(names["spanish"][row]) for row in some)
    for width in BEAMS:
        row = []
        for power in (0.0, 1.0):
            rows = names["translate"](names["writer"], names["sources"][some], width, power)
            written = names["in_words"](rows)
            row += [f"{names['score'](written, some):.2f}", f"{sum(map(len, written)) / spoken:.3f}"]
        yield seed, width, *row


def main() -> None:
    names, rows = story(), {table: [heading.split()] for table, heading in HEADINGS.items()}
    measured = [("numbers", numbers_learned(names)), ("lengths", lengths(names))]
    for seed in range(SEEDS):
        measured += [("pairs", pairs(names, seed)), ("beams", beams(names, seed))]
    for table, lines in measured:
        for row in lines:
            say(", ".join(map(str, row)))
            rows[table].append(row)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / NAME
        folder.mkdir()
        for table, lines in rows.items():
            with (folder / f"{table}.csv").open("w", encoding="ascii", newline="") as file:
                csv.writer(file, lineterminator="\n").writerows(lines)
        replace_data_set(NAME, Path(temporary))


if __name__ == "__main__":
    main()
