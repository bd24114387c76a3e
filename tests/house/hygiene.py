"""What nbval does not see: the rules that every stored chapter keeps, each found to be a trap by experiment."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from IPython.core.alias import default_aliases
from nbformat import NotebookNode

IGNORE = "nbval-ignore-output"
# No other tag: with some nbval skips the cell or takes any exception for success, and a misspelt one does nothing.
ALLOWED_TAGS = {IGNORE, "exercise", "solution", "hide-input"}
# What a chapter may import, each with all that it contains. Another module may be added if it is not there to start
# programs or to load code: then no further rule has to know it.
MAY_BE_IMPORTED = {
    *("course_lib", "keras", "keras_tuner", "matplotlib", "numpy", "scipy", "sklearn"),
    *("tensorflow", "tensorflow_datasets"),
    *("IPython.display", "ai_edge_litert", "fastapi", "gymnasium", "prometheus_client", "threadpoolctl", "uvicorn"),
    *("base64", "bisect", "bz2", "collections", "concurrent.futures.ThreadPoolExecutor", "contextlib", "copy", "csv"),
    *("dataclasses", "datetime", "enum", "fractions", "functools", "gc", "gzip", "hashlib", "heapq", "http.client"),
    *("http.server.BaseHTTPRequestHandler", "http.server.ThreadingHTTPServer", "inspect", "io", "itertools"),
    *("json", "lzma", "math", "operator", "pathlib", "queue", "random", "re", "statistics", "string", "struct"),
    *("tempfile", "textwrap", "threading", "time", "types", "typing", "unicodedata", "warnings", "wave"),
    *("zipfile", "zlib"),
}
# What every cell has without an import, or may find inside a module that is allowed. It catches what is written without
# a thought; whoever wants past it finds a way.
NOT_IN_CHAPTERS = re.compile("_?(builtins|ctypes(lib)?|importlib|os|subprocess|sys)|__builtins__|get_ipython|eval|exec")
# Valid Python, such as `ls -l`, which IPython hands to the shell where it is all that a cell holds.
ALONE_IN_A_CELL = re.compile(rf"({'|'.join(name for name, _ in default_aliases())})( .*)?")
NOT_ANYWHERE = {
    "cloudpickle|dill|joblib|marshal|pickle|shelve|read_pickle": "a file that it loads can run any code",
    "enable_unsafe_deserialization": "a model that is loaded could run any code",
    "__import__|import_module": "an import by a computed name: no rule here sees what it imports",
}
SAFE_VALUES = {"safe_mode": True, "allow_pickle": False}
LOADERS = {"load", "load_model", "deserialize_keras_object"}  # they take the above by place, too
LIVE_DISPLAYS = {"clear_output", "interact", "interactive", "tqdm", "trange", "LiveCurves", "update_display"}
PROGRESS_BARS = {"fit", "evaluate", "predict"}
TRAINING = {"fit", "train"}
# What these print is the same on every machine.
COMPARED = {"expect", "shows_error", "compare_guess", "check", "verify_solution", "show_source"}
PROGRESS_BAR = re.compile(r"━|\d+m?s/step")
MACHINE_PATH = re.compile(r"/(?:work|root|home|tmp|Users|mnt|opt)/|[A-Z]:\\\\Users")
MEASURED = re.compile(r"\d\.\d|\de[+-]?\d|\d ?%")
MEMORY_ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")
LARGEST_BYTES = 1_000_000


def problems(path: Path) -> list[str]:
    """Return one line for each rule that a notebook breaks, with the cell's number as nbval counts them."""
    text = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(text, as_version=4)
    found = []
    if len(text.encode()) > LARGEST_BYTES:
        found.append(f"the file has {len(text.encode()) / 1e6:.1f} MB; at most 1 MB, draw fewer or smaller figures")
    if MACHINE_PATH.search(text):
        found.append(f"a path of one machine: {MACHINE_PATH.search(text).group()}")
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    counts = [cell.execution_count for cell in code]
    if counts != list(range(1, len(code) + 1)):
        found.append(f"execution counts must be 1 to {len(code)} in order: nbval compares nothing where one is missing")
    # scikit-learn has methods of the same names, which print nothing; there the stored outputs must show it.
    scikit_learn = any("from sklearn" in cell.source for cell in code)
    for number, cell in enumerate(code):
        found += [f"cell {number}: {problem}" for problem in cell_problems(cell, scikit_learn)]
    return found


def cell_problems(cell: NotebookNode, scikit_learn: bool = False) -> Iterator[str]:
    """Yield what is wrong with one code cell of a notebook that uses scikit-learn, or does not."""
    tags = set(cell.metadata.get("tags", []))
    if tags - ALLOWED_TAGS:
        unknown, allowed = (", ".join(sorted(some)) for some in (tags - ALLOWED_TAGS, ALLOWED_TAGS))
        yield f"the tag {unknown}: allowed are {allowed}; show a planned failure with shows_error"
    if "hide-input" in tags and "solution" not in tags:
        yield "the tag hide-input on a cell that is not a solution: nothing else is hidden from the reader"
    if "NBVAL_" in cell.source or "PYTEST_VALIDATE" in cell.source:
        yield "an nbval comment; use the tag nbval-ignore-output, which a reader does not see"
    if not cell.source.strip():
        yield "an empty cell"
    found = _source_problems(cell.source, ignored=IGNORE in tags)
    yield from (problem for problem in found if not (scikit_learn and "a progress bar" in problem))
    yield from _output_problems(cell, ignored=IGNORE in tags)


def _source_problems(source: str, ignored: bool) -> Iterator[str]:
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        yield f"no valid Python: {error}. Write no magics and no shell lines: nbval passes those that fail"
        return
    if ALONE_IN_A_CELL.fullmatch(source.strip()):
        yield f"a shell command ({source.split()[0]}): a failing one passes in nbval"
    if source.rstrip().endswith(";"):
        yield "a semicolon at the end: in nbval it hides nothing"
    if "TF_ENABLE_ONEDNN_OPTS" in source:
        yield "TF_ENABLE_ONEDNN_OPTS: it makes training on a CPU a third slower"
    yield from unsafe_loading(tree)
    for node in ast.walk(tree):
        yield from _import_problems(node)
        for name in filter(NOT_IN_CHAPTERS.fullmatch, sorted(_names(node))):
            if name != "exec" or "inspect.getsource(" not in source:
                yield f"{name}: no rule sees what it reaches or runs; exec may run what inspect.getsource returns"
        if isinstance(node, ast.Call):
            yield from _call_problems(node, ignored)


def _import_problems(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=aliases):
            imported = [alias.name for alias in aliases]
        case ast.ImportFrom(module=module, names=aliases):
            imported = [f"{module}.{alias.name}" for alias in aliases]
        case _:
            return
    for name in imported:
        if name.endswith(".*"):
            yield "import *: a reader cannot see where a name comes from"
        if not any(f"{name}.".startswith(f"{allowed}.") for allowed in MAY_BE_IMPORTED):
            yield (
                f"the import of {name}: chapters import what MAY_BE_IMPORTED in tests/house/hygiene.py names, and "
                "course_lib starts, watches and ends processes for them; a harmless module may be added there"
            )


def unsafe_loading(tree: ast.AST) -> Iterator[str]:
    """Yield what could run code from a file that is loaded."""
    for node in ast.walk(tree):
        for name in sorted(_names(node)):
            yield from (f"{name}: {why}" for pattern, why in NOT_ANYWHERE.items() if re.fullmatch(pattern, name))
        if isinstance(node, ast.Call):
            yield from _argument_problems(node)


def _argument_problems(call: ast.Call) -> Iterator[str]:
    for name, value in ((keyword.arg, keyword.value) for keyword in call.keywords):
        safe = SAFE_VALUES.get(name)
        if name in SAFE_VALUES and not (isinstance(value, ast.Constant) and value.value is safe):
            yield f"{name}={ast.unparse(value)}: a file that is loaded so can run any code; write {name}={safe}"
    unnamed = len(call.args) > 1 or any(isinstance(argument, ast.Starred) for argument in call.args)
    if _last_name(call.func) in LOADERS and (unnamed or any(keyword.arg is None for keyword in call.keywords)):
        yield f"{_last_name(call.func)}: give all but the first argument by name, so that unsafe ones are seen"


def _names(node: ast.AST) -> set[str]:
    """Return the names that a piece of code reaches for."""
    match node:
        case ast.Import(names=aliases):
            return {part for alias in aliases for part in alias.name.split(".")}
        case ast.ImportFrom(module=module, names=aliases):
            return {*(module or "").split("."), *(alias.name for alias in aliases)}
        case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=str(name)), *_]):
            return {name}
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return {name}
    return set()


def _last_name(called: ast.expr) -> str:
    return ast.unparse(called).split(".")[-1]


def _call_problems(node: ast.Call, ignored: bool) -> Iterator[str]:
    name = _last_name(node.func)
    if name in LIVE_DISPLAYS and not ignored:
        yield f"{name} without the tag {IGNORE}: its output changes in place and never compares equal"
    elif name in PROGRESS_BARS and not ignored and not any(keyword.arg == "verbose" for keyword in node.keywords):
        yield f"{name} without verbose=0 or the tag {IGNORE}: a progress bar never compares equal"
    elif name in COMPARED and ignored:
        yield f"{name} in a cell whose output is ignored: what it says must be compared"


def _output_problems(cell: NotebookNode, ignored: bool) -> Iterator[str]:
    pictures, measured = 0, False
    for output in cell.outputs:
        kind = output.output_type
        if kind == "error":
            yield f"a stored error: {output.ename}"
        elif kind == "stream" and output.name == "stderr":
            yield f"stored standard-error text: {output.text[:60]!r}"
        data = output.get("data", {})
        pictures += "image/png" in data
        shown = output.get("text", "") + str(data.get("text/plain", ""))
        measured |= bool(MEASURED.search(shown))
        if not ignored and PROGRESS_BAR.search(shown):
            yield "a progress bar in the output: it never compares equal"
        if not ignored and MEMORY_ADDRESS.search(shown):
            yield f"a memory address in the output: {MEMORY_ADDRESS.search(shown).group()}"
        if "application/vnd.jupyter.widget-view+json" in data:
            yield "a widget: it shows nothing in a stored notebook"
    if pictures > 1 and not ignored:
        yield f"{pictures} pictures from one cell: return one figure, once"
    if "alt" in cell.metadata and not pictures:
        yield "`alt` metadata without a picture: nbval does not miss a picture that was not stored"
    changes = any(f"{name}(" in cell.source for name in TRAINING | LIVE_DISPLAYS)
    if ignored and not (measured or pictures or changes):
        yield f"the tag {IGNORE} on a cell that measures and trains nothing: its output is the same everywhere"
