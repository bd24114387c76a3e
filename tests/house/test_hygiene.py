"""Every chapter keeps the rules, and each rule rejects the trap it is for."""

import re

import nbformat
import pytest
from nbformat import v4

import chapters
from exercises import exercise_cells
from hygiene import problems

CHAPTERS = chapters.chapter_files()
PNG = "iVBORw0KGgo="
ALT = "A figure that shows one line, rising from left to right."


def code(source, outputs=(), count=1, **metadata):
    return v4.new_code_cell(source, outputs=list(outputs), execution_count=count, metadata=metadata)


def printed(text, name="stdout"):
    return v4.new_output("stream", name=name, text=text)


def shown(text):
    return v4.new_output("execute_result", data={"text/plain": text}, execution_count=1)


def picture():
    return v4.new_output("display_data", data={"image/png": PNG, "text/plain": "<Figure>"})


TRAPS = {
    "missing count": (code("print(1)", [printed("1\n")], count=None), "execution counts"),
    "wrong count": (code("1", count=7), "execution counts"),
    "shell line": (code("!ls"), "no magics and no shell lines"),
    "shell line that is valid Python": (code("ls -l"), "shell command (ls)"),
    "shell value": (code("files = !ls"), "no magics and no shell lines"),
    "shell cell": (code("%%bash\nls"), "no magics and no shell lines"),
    "unknown magic": (code("%nonsense\nprint(1)"), "no magics and no shell lines"),
    "import star": (code("from numpy import *"), "import *"),
    "skipped cell": (code("1", tags=["nbval-skip"]), "nbval-skip"),
    "raising cell": (code("1 / 0", tags=["raises-exception"]), "raises-exception"),
    "raising cell, nbval's name for it": (code("1 / 0", tags=["nbval-raises-exception"]), "nbval-raises-exception"),
    "old name of the ignore tag": (code("1", tags=["pytest-validate-ignore-output"]), "pytest-validate"),
    "cell that nbclient skips": (code("1", tags=["skip-execution"]), "skip-execution"),
    "misspelt tag": (code("1", tags=["nbval_ignore_output"]), "nbval_ignore_output"),
    "hidden story": (code("1", tags=["hide-input"]), "hide-input"),
    "nbval comment": (code("# NBVAL_IGNORE_OUTPUT\n1"), "nbval comment"),
    "clear_output": (code("from IPython.display import clear_output\nclear_output()"), "clear_output"),
    "interact": (code("interact(lambda x: x, x=3)"), "interact"),
    "tqdm": (code("for i in tqdm(range(3)): pass"), "tqdm"),
    "Keras bar": (code("model.fit(x, y)"), "fit without verbose=0"),
    "Keras bar in a chapter with scikit-learn": (
        code("from sklearn.svm import SVC\nmodel.fit(x, y)", [printed("1/1 ━━━━ 0s 60ms/step\n")]),
        "a progress bar in the output",
    ),
    "live curves": (code("LiveCurves()"), "LiveCurves"),
    "semicolon": (code("x = 1;"), "semicolon"),
    "two figures": (code("1", [picture(), picture()], alt=ALT), "2 pictures"),
    "picture that was not stored": (code("1", [shown("<Figure>")], alt=ALT), "without a picture"),
    "claim not compared": (code("expect('a', 1, at_least=0)", tags=["nbval-ignore-output"]), "expect in a cell"),
    "guess not compared": (
        code("compare_guess(my_guess, 'a')", tags=["nbval-ignore-output"]),
        "compare_guess in a cell",
    ),
    "exercise not compared": (code("check_sum.check(sum)", tags=["nbval-ignore-output"]), "check in a cell"),
    "nothing to ignore": (code("x = 1", tags=["nbval-ignore-output"]), "measures and trains nothing"),
    "the same output everywhere, ignored": (
        code("print(x.shape)", [printed("(1000, 32, 3)\n")], tags=["nbval-ignore-output"]),
        "measures and trains nothing",
    ),
    "memory address": (code("print(f)", [printed("<f at 0x7f01deadbeef>\n")]), "memory address"),
    "stored error": (code("1 / 0", [v4.new_output("error", ename="ZeroDivisionError")]), "a stored error"),
    "start-up noise": (code("1", [printed("cpu_feature_guard", "stderr")]), "standard-error text"),
    "slow oneDNN": (code("import os\nos.environ['TF_ENABLE_ONEDNN_OPTS'] = '0'"), "slower"),
    "machine path": (code("1", [printed("/home/ada/course\n")]), "a path of one machine"),
    "empty cell": (code(""), "an empty cell"),
    "no Python": (code("x = = 1"), "no valid Python"),
    "widget": (
        code("1", [v4.new_output("display_data", data={"application/vnd.jupyter.widget-view+json": {}})]),
        "a widget",
    ),
    "too large": (code("1", [printed("x" * 1_000_001)]), "at most 1 MB"),
}
# What starts programs, or runs or loads code that the rules cannot read, and what each is told.
UNSEEN = {
    "the import of": [
        "import os",
        "import numpy as np, subprocess",
        "import os.path as path",
        "import ctypes.util",
        "from asyncio import create_subprocess_shell",
        "from multiprocessing import Process",
        "from concurrent.futures import ProcessPoolExecutor",
        "from importlib import import_module",
        "from IPython import get_ipython",
        "from IPython.core.interactiveshell import InteractiveShell",
        "from psutil import Popen",
        "from urllib.request import urlopen",
        "from . import anything",
        "import kerasy",
        "if True:\n    import pty",
    ],
    "no rule sees what it reaches or runs": [
        "get_ipython().system('ls')",
        "run = get_ipython",
        "eval('__imp' + 'ort__')('os').system('ls')",
        "exec(text)",
        "__builtins__['__import__']('os')",
        "pathlib.os.system('ls')",
        "tempfile._os.system('ls')",
        "from inspect import sys",
        "getattr(tempfile, '_os').system('ls')",
        "np.ctypeslib.load_library('libc', '.')",
    ],
    "a file that it loads can run any code": [
        "import pickle",
        "from joblib import load",
        "import numpy, dill.source",
        "import cloudpickle",
        "import marshal",
        "import shelve",
        "pd.read_pickle('table.pkl')",
        "from pandas import read_pickle",
    ],
    "a model that is loaded could run any code": ["keras.config.enable_unsafe_deserialization()"],
    "an import by a computed name": [
        "__import__('subprocess')",
        "load = __import__",
        "inspect.importlib.import_module('subprocess')",
        "getattr(builtins, '__import__')('subprocess')",
    ],
    "a file that is loaded so can run any code": [
        "keras.saving.load_model('m.keras', safe_mode=False)",
        "keras.saving.load_model('m.keras', safe_mode=flag)",
        "keras.saving.load_model('m.keras', safe_mode=0)",
        "load = partial(keras.saving.load_model, safe_mode=False)",
        "np.load('a.npy', allow_pickle=True)",
        "np.load('a.npy', allow_pickle=None)",
    ],
    "give all but the first argument by name": [
        "keras.saving.load_model('m.keras', None, True, False)",
        "load_model(*['m.keras', None, True, False])",
        "load_model('m.keras', **{'safe_mode': False})",
        "keras.saving.deserialize_keras_object(config, None, False)",
        "np.load('a.npy', None, True)",
    ],
}
TRAPS |= {source: (code(source), message) for message, sources in UNSEEN.items() for source in sources}
HARMLESS = {
    "imports": code("import keras.ops as ops, numpy as np\nfrom IPython.display import Audio\nfrom math import log"),
    "quiet training": code("model.fit(x, y, verbose=0)"),
    "scikit-learn": code("from sklearn.svm import SVC\nSVC().fit(x, y)"),
    "live curves, ignored": code("LiveCurves()", [printed("epoch 1\n")], tags=["nbval-ignore-output"]),
    "training that prints nothing, ignored": code("model.fit(x, y, verbose=0)", tags=["nbval-ignore-output"]),
    "safe loading": code("keras.saving.load_model('m.keras', compile=False, safe_mode=True)"),
    "safe arrays": code("np.load('a.npy', mmap_mode='r', allow_pickle=False)"),
    "code from a chapter's own source": code("exec(inspect.getsource(backward), names)"),
    "streams of random numbers": code("first, second = np.random.default_rng(0).spawn(2)"),
    "words, not calls": code("system = ['popen', 'magic']"),
    "one figure": code("figure", [picture()], alt=ALT),
    "claim": code("expect('a', 1, at_least=0)", [printed("✓ a: at least 0\n")]),
}


def planted(cell, tmp_path):
    path = tmp_path / "planted.ipynb"
    nbformat.write(v4.new_notebook(cells=[cell]), path)
    return path


@pytest.mark.parametrize("trap", TRAPS)
def test_trap_is_rejected(trap, tmp_path):
    cell, message = TRAPS[trap]
    found = problems(planted(cell, tmp_path))
    assert any(message in problem for problem in found), found


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_allowed_passes(name, tmp_path):
    assert problems(planted(HARMLESS[name], tmp_path)) == []


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapter_keeps_the_rules(path):
    found = problems(path)
    assert not found, "\n".join([f"edit notebooks/{path.name}:", *found])


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapter_is_stored_in_normal_form(path):
    before = path.read_text(encoding="utf-8")
    notebook = chapters.read(path)
    chapters.normalise(notebook)
    assert nbformat.writes(notebook) + "\n" == before, "run: make notebooks"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapter_states_what_it_needs(path):
    chapter = chapters.read(path)
    course, where = chapter.metadata["course"], f"edit notebooks/{path.name}: its metadata or the call of runtime.start"
    assert set(course) - {"exclusive"} == chapters.COURSE_KEYS, where  # which only a chapter that runs alone states
    starts = re.findall(r"needs_gb=([\d.]+)", "".join(cell.source for cell in chapter.cells))
    assert [float(needed) for needed in starts] == [course["memory_gb"]], f"{where}: it refuses by another number"
    assert course["seconds"] > 0 and course["memory_gb"] > 0 and course["title"] and course["result"], where
    assert all((chapters.ROOT / "data" / name / "SHA256SUMS").is_file() for name in course["data"]), where


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_each_exercise_is_tried_in_the_chapters_tests(path):
    file = f"tests/chapters/test_{path.stem}.py"
    tests = (chapters.ROOT / file).read_text(encoding="utf-8")
    names = re.findall(r"^check_(\w+) = Exercise", "\n".join(exercise_cells(path.stem)), flags=re.MULTILINE)
    untried = [name for name in names if f'"{name}"' not in tests]
    assert names and not untried, f"edit {file}: give wrong answers to {untried}"
