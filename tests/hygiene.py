"""What nbval does not see: the rules that every stored chapter keeps, each found to be a trap by experiment."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from nbformat import NotebookNode

IGNORE = "nbval-ignore-output"
# No other tag: with some nbval skips the cell or takes any exception for success, and a misspelt one does nothing.
ALLOWED_TAGS = {IGNORE, "exercise", "solution", "hide-input"}
ALLOWED_MAGICS = {("load_ext", "tensorboard"), ("tensorboard", None)}
SHELL_CALLS = {"os.system", "os.popen", "os.spawnl", "os.execv"}
# What can run code that a file brings along.
UNSAFE_MODULES = {"cloudpickle", "dill", "joblib", "marshal", "pickle", "shelve"}
UNSAFE_ARGUMENTS = {("safe_mode", False), ("allow_pickle", True)}
LIVE_DISPLAYS = {"clear_output", "interact", "interactive", "tqdm", "trange", "LiveCurves", "update_display"}
PROGRESS_BARS = {"fit", "evaluate", "predict"}
TRAINING = {"fit", "train"}
# What these print is the same on every machine.
COMPARED = {"expect", "shows_error", "compare_guess", "check", "verify_solution", "show_source"}
PROGRESS_BAR = re.compile(r"━|\d+m?s/step")
MACHINE_PATH = re.compile(r"/(?:work|root|home|tmp|Users|mnt|opt)/|[A-Z]:\\\\Users")
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
        yield "the tag hide-input on a cell that is no solution: nothing else is hidden from the reader"
    if "NBVAL_" in cell.source or "PYTEST_VALIDATE" in cell.source:
        yield "an nbval comment; use the tag nbval-ignore-output, which a reader does not see"
    if not cell.source.strip():
        yield "an empty cell"
    found = _source_problems(cell.source, ignored=IGNORE in tags)
    yield from (problem for problem in found if not (scikit_learn and "a progress bar" in problem))
    yield from _output_problems(cell, ignored=IGNORE in tags)


def _source_problems(source: str, ignored: bool) -> Iterator[str]:
    try:
        tree = ast.parse(TransformerManager().transform_cell(source))
    except SyntaxError as error:
        yield f"no valid Python: {error}"
        return
    if source.rstrip().endswith(";"):
        yield "a semicolon at the end: in nbval it hides nothing"
    if "TF_ENABLE_ONEDNN_OPTS" in source:
        yield "TF_ENABLE_ONEDNN_OPTS: it makes training on a CPU a third slower"
    yield from unsafe_loading(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from _import_problems(node)
        elif isinstance(node, ast.Call):
            yield from _call_problems(node, ignored)


def unsafe_loading(tree: ast.AST) -> Iterator[str]:
    """Yield what could run code from a file that is loaded."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for module in sorted(_modules(node) & UNSAFE_MODULES):
                yield f"{module}: a file that it loads can run any code"
        elif isinstance(node, ast.Call):
            if "enable_unsafe_deserialization" in ast.unparse(node.func):
                yield "enable_unsafe_deserialization: a model that is loaded could run any code"
            for keyword in node.keywords:
                value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
                if (keyword.arg, value) in UNSAFE_ARGUMENTS:
                    yield f"{keyword.arg}={value}: a file that is loaded so can run any code"


def _modules(node: ast.Import | ast.ImportFrom) -> set[str]:
    """Return the packages that a statement imports from."""
    names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]
    return {name.split(".")[0] for name in names}


def _import_problems(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if "subprocess" in _modules(node):
        yield "subprocess: its failures pass unseen, and it needs programs that a learner may lack"
    if any(alias.name == "*" for alias in node.names):
        yield "import *: a reader cannot see where a name comes from"


def _call_problems(node: ast.Call, ignored: bool) -> Iterator[str]:
    called = ast.unparse(node.func)
    name = called.split(".")[-1]
    if name in {"run_line_magic", "run_cell_magic"}:
        magic, argument = (ast.literal_eval(value) for value in node.args[:2])
        if (magic, argument) not in ALLOWED_MAGICS and (magic, None) not in ALLOWED_MAGICS:
            yield f"the magic %{magic}: an unknown one passes in nbval, and the rest of its cell never runs"
    elif (called.startswith("get_ipython") and name in {"system", "getoutput"}) or called in SHELL_CALLS:
        yield f"a shell command ({called}): a failing one passes in nbval"
    elif name in LIVE_DISPLAYS and not ignored:
        yield f"{name} without the tag {IGNORE}: its output changes in place and never compares equal"
    elif name in PROGRESS_BARS and not ignored and not any(keyword.arg == "verbose" for keyword in node.keywords):
        yield f"{name} without verbose=0 or the tag {IGNORE}: a progress bar never compares equal"
    elif name in COMPARED and ignored:
        yield f"{name} in a cell whose output is ignored: what it says must be compared"


def _output_problems(cell: NotebookNode, ignored: bool) -> Iterator[str]:
    pictures = 0
    for output in cell.outputs:
        kind = output.output_type
        if kind == "error":
            yield f"a stored error: {output.ename}"
        elif kind == "stream" and output.name == "stderr":
            yield f"stored standard-error text: {output.text[:60]!r}"
        data = output.get("data", {})
        pictures += "image/png" in data
        shown = output.get("text", "") + str(data.get("text/plain", ""))
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
    if ignored and not cell.outputs and not any(f"{name}(" in cell.source for name in TRAINING):
        yield f"the tag {IGNORE} on a cell that prints nothing and trains nothing"
