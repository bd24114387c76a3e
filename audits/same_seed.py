"""Runs the chapters twice with one seed, both at once, and compares the weights of the models left in the kernel.

make audit NAME=same-seed, with CH= for some of them.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from nbformat import v4

import seeds
from seeds import chapters

WEIGHTS = """
import hashlib, json
import keras
digests = {}
for name, value in sorted((name, value) for name, value in list(globals().items()) if not name.startswith("_")):
    values = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list | tuple) else [value]
    for number, model in enumerate(value for value in values if isinstance(value, keras.Model)):
        contents = b"".join(weights.tobytes() for weights in model.get_weights())
        digests[f"{name} {number}"] = hashlib.sha256(contents).hexdigest()
print(json.dumps(digests))
"""


def main() -> None:
    """Run the chapters named on the command line, or all; exit with 1 where the runs of one differ or fail."""
    bad = False
    for path in chapters.chapter_files(*sys.argv[1:]):
        try:
            with ThreadPoolExecutor() as both:
                first, second = both.map(final_weights, [path, path])
        except RuntimeError as error:
            print(error, flush=True)
            bad = True
            continue
        differing = sorted(name for name in {*first, *second} if first.get(name) != second.get(name))
        bad |= bool(differing) or not first  # without a model nothing was compared
        print(f"{path.stem}: {len(first)} models, {', '.join(differing) or 'none'} with other weights", flush=True)
    sys.exit(1 if bad else 0)


def final_weights(path: Path) -> dict[str, str]:
    """Run a chapter; return a digest of the weights of each model that its variables hold in the end.

    Raises:
        RuntimeError: if a cell raised.
    """
    notebook = chapters.read(path)
    notebook.cells.append(v4.new_code_cell(WEIGHTS))
    failures = seeds.run(notebook, path.parent, {})
    if failures:
        raise RuntimeError(f"{path.stem}: {'; '.join(failures)}")
    return json.loads(notebook.cells[-1].outputs[0].text)


if __name__ == "__main__":
    main()
