"""The first call of a chapter, each time in a process of its own."""

import json
import logging
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import keras
import pytest

from course_lib import runtime
from course_lib.models.transfer import classifier_on_backbone
from course_lib.saving import save_model

GOOD_CALLS = {runtime.start: {"seed": 0, "needs_gb": 0.1}}


def run(code: str, *words: str, **variables: str) -> subprocess.CompletedProcess:
    # A learner's kernel has not the variable that conftest.py sets.
    environment = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"} | variables
    command = [sys.executable, "-c", code, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)


# What a person might have set for other work; each alone made `start` fail, or chapters go another way.
VARIABLES = {
    "KERAS_BACKEND": "jax",
    "KERAS_MAX_EPOCHS": "1",
    "KERAS_MAX_STEPS_PER_EPOCH": "1",
    "KERAS_NNX_ENABLED": "true",
    "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION": "cpp",
    "PYTHONWARNINGS": "error",
    "TF_CPP_MIN_LOG_LEVEL": "0",
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "TF_FUNCTION_JIT_COMPILE_DEFAULT": "1",
    "TF_USE_LEGACY_KERAS": "1",
    "TF_XLA_FLAGS": "--no_such_flag",
}
KERAS_JSON = {"backend": "torch", "floatx": "float64", "epsilon": 0.5, "image_data_format": "channels_first"}
MATPLOTLIBRC = "image.origin: lower\naxes.facecolor: black\nlines.antialiased: False\n"
AMONG_SETTINGS_FOR_OTHER_WORK = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(ast_node_interactivity="all")
from course_lib import runtime
runtime.available_memory_gb = lambda: 0.1
runtime.start(seed=3, needs_gb=0.1)
import os, sys
import keras, matplotlib, tensorflow
tensorflow.transpose([[True]])
next(iter(tensorflow.data.Dataset.range(3).cache()))  # brings a remark
tensorflow.get_logger().error("5 calls triggered tf.function retracing.")
found = [keras.backend.backend(), keras.config.floatx(), keras.config.epsilon(), keras.config.image_data_format()]
assert found == ["tensorflow", "float32", 1e-7, "channels_last"], found
assert matplotlib.rcParams["image.origin"] == "upper" and matplotlib.rcParams["axes.facecolor"] == "white"
assert matplotlib.rcParams["lines.antialiased"]
model = keras.saving.load_model(sys.argv[1])  # made of a class of course_lib that nothing here has named
assert model.name == "classifier"
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
model.compile("adam", loss)
assert "TF_ENABLE_ONEDNN_OPTS" not in os.environ
history = model.fit(keras.ops.ones((4, 4, 4, 1)), keras.ops.zeros(4), batch_size=2, epochs=2, verbose=0)
print(len(history.epoch), "epochs")
shell.run_cell("'not shown'; value = 7; 'shown'")
"""


def test_start_undoes_settings_for_other_work_says_what_there_is_and_nothing_on_standard_error(tmp_path):
    backbone = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Conv2D(2, 3)])
    save_model(classifier_on_backbone(backbone), tmp_path / "model.keras")
    (tmp_path / "keras.json").write_text(json.dumps(KERAS_JSON))
    (tmp_path / "matplotlibrc").write_text(MATPLOTLIBRC)
    places = dict.fromkeys(("KERAS_HOME", "MPLCONFIGDIR", "IPYTHONDIR"), str(tmp_path))
    result = run(AMONG_SETTINGS_FOR_OTHER_WORK, str(tmp_path / "model.keras"), **places, **VARIABLES)
    assert result.stderr == ""
    assert "TensorFlow 2." in result.stdout and "seed 3" in result.stdout and "CPU cores" in result.stdout
    assert "2 epochs" in result.stdout and "'shown'" in result.stdout and "not shown" not in result.stdout


def test_start_lets_real_errors_through():
    code = (
        "import os\nfrom course_lib.runtime import without_noise\n"
        "with without_noise():\n"
        "    os.write(2, b'I0000 00:00:1.2 7 port.cc:1] noise\\nE0000 00:00:1.2 7 cuda.cc:1] out of memory\\n')\n"
    )
    result = run(code)
    assert result.stderr == "E0000 00:00:1.2 7 cuda.cc:1] out of memory\n"


def test_start_up_leaves_no_file_open():
    code = (
        "import os\nfrom course_lib.runtime import without_noise\n"
        "free = [os.dup(0) for _ in range(9)]\nfor number in free:\n    os.close(number)\n"
        "with without_noise():\n    pass\n"
        "print([os.dup(0) for _ in range(9)] == free)\n"
    )
    assert run(code).stdout == "True\n"


def test_where_no_temporary_file_can_be_made_the_noise_is_shown():
    code = (
        "import errno, os, tempfile\nfrom course_lib.runtime import without_noise\n"
        "def full_disk():\n    raise OSError(errno.ENOSPC, 'No space left on device')\n"
        "tempfile.TemporaryFile = full_disk\n"
        "with without_noise():\n    os.write(2, b'I0000 00:00:1.2 7 port.cc:1] noise\\n')\n"
        "print('started')\n"
    )
    result = run(code)
    assert (result.stdout, result.stderr) == ("started\n", "I0000 00:00:1.2 7 port.cc:1] noise\n")


def test_same_seed_gives_the_same_weights_after_training_also_where_the_environment_shifted_it():
    code = (
        "import os; os.environ['COURSE_SEED_SHIFT'] = '{shift}'\n"
        "from course_lib import runtime; runtime.start(seed={seed}, needs_gb=0.1)\n"
        "import keras, numpy as np\n"
        "from course_lib.models.convolutional import convolutional_network\n"
        "from course_lib.datasets import batches\n"
        "images = np.random.randint(0, 256, (512, 28, 28, 1)); labels = np.random.randint(0, 10, 512)\n"
        "model = convolutional_network(); loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)\n"
        "model.compile('adam', loss); model.fit(batches(images, labels, batch_size=64, seed=0), verbose=0)\n"
        "print(sum(float(np.abs(weights).sum()) for weights in model.get_weights()).hex())\n"
    )
    with ThreadPoolExecutor() as both_at_once:
        given, shifted = both_at_once.map(run, [code.format(seed=45, shift=0), code.format(seed=3, shift=42)])
    assert given.stderr == "", "a warning of a training that goes well"
    assert "seed 45" in shifted.stdout
    assert given.stdout.splitlines()[-1] == shifted.stdout.splitlines()[-1]


def test_too_little_memory_is_refused_before_anything_is_loaded(monkeypatch):
    monkeypatch.setattr(runtime, "available_memory_gb", lambda: 1.04)
    with pytest.raises(MemoryError, match=r"needs 2.5 GB of memory and 1.0 GB are free.*Shut Down"):
        runtime.start(seed=0, needs_gb=2.5)


def test_a_notebook_draws_a_figure_that_ends_a_cell():
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "from course_lib import runtime; runtime._set_up_notebook()\n"
        "from course_lib import plots\n"
        "print(shell.display_formatter.formatters['image/png'](plots.new_figure()[0])[:6])\n"
    )
    assert run(code).stdout == "iVBORw\n", "so begins a PNG picture in base64"


def test_a_shift_beyond_the_largest_seed_is_refused_and_one_up_to_it_is_not(monkeypatch):
    monkeypatch.setenv("COURSE_SEED_SHIFT", "1")
    assert runtime._shifted(2**32 - 2) == 2**32 - 1
    with pytest.raises(ValueError, match="COURSE_SEED_SHIFT='1' is set in the environment; unset it, or set 0 to 0"):
        runtime._shifted(2**32 - 1)


@pytest.mark.parametrize(("message", "kept"), [("5 calls triggered tf.function retracing.", False), ("a loss", True)])
def test_remarks_on_retracing_alone_are_left_out(message, kept):
    assert runtime._says_more_than_retracing(logging.LogRecord("tf", 30, "", 1, message, (), None)) == kept


@pytest.mark.parametrize("shift", ["-1", "many", "4294967296"])
def test_a_shift_that_is_no_seed_is_named(shift, monkeypatch):
    monkeypatch.setenv("COURSE_SEED_SHIFT", shift)
    with pytest.raises(ValueError, match=f"COURSE_SEED_SHIFT='{shift}' is set in .*; unset it, or set 0 to 999999999"):
        runtime.start(seed=0, needs_gb=0.1)


@pytest.mark.parametrize(("seed", "needs_gb"), [(-1, 1), (0, -1)])
def test_bad_arguments_are_named(seed, needs_gb):
    with pytest.raises(ValueError, match="=-1 was given"):
        runtime.start(seed=seed, needs_gb=needs_gb)


def test_start_works_where_standard_error_or_output_is_closed():
    start = "runtime.start(seed=0, needs_gb=0.1)"
    first = f"import os, sys; from course_lib import runtime; sys.stderr.close(); {start}"
    without = "os.close(2); sys.stderr = None"  # as after `2>&-` in a shell
    last = f"sys.stdout.flush(); sys.stdout.close(); {start}; sys.stdout = None; {start}"
    result = run(f"{first}; {without}; {start}; {last}")
    assert result.returncode == 0 and result.stdout.count("seed 0") == 2
