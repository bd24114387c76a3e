"""The first call of every chapter: a quiet TensorFlow, fixed seeds, enough memory."""

import logging
import os
import re
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from course_lib.arguments import LARGEST_SEED, SEED, number, takes
from course_lib.console import say
from course_lib.machine import available_memory_gb, usable_cores

# What TensorFlow's C++ code prints at every start: information lines, the sentence before them, on Linux without an
# NVIDIA driver CUDA error 303 (no driver library), and on processors without AVX-512 that masks are computed otherwise;
# and what LiteRT's converter and engine print when they are used.
NOISE = re.compile(
    r"^(WARNING: All log messages before absl::InitializeLog|I\d{4} |To enable the following instructions|"
    r"E\d{4} .*failed call to cuInit: .*\(303\)|E\d{4} .*oneDNN supports DT_BOOL only on platforms with AVX-512|"
    r"fully_quantize: |INFO: Created TensorFlow Lite XNNPACK delegate)"
)
# Settings for other work: with most of them TensorFlow or Keras does not start, or the process ends. Without oneDNN,
# which people turn off for the remark that it makes, chapters take half as long again.
FOR_OTHER_WORK = (
    "KERAS_NNX_ENABLED",
    "PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION",
    "TF_ENABLE_ONEDNN_OPTS",
    "TF_FUNCTION_JIT_COMPILE_DEFAULT",
    "TF_XLA_FLAGS",
    "XLA_FLAGS",
)
SEED_SHIFT = "COURSE_SEED_SHIFT"  # environment variable; the audit `seeds` runs the chapters with other seeds by it


@takes(seed=SEED, needs_gb=number(0))
def start(seed: int, needs_gb: float) -> None:
    """Import TensorFlow quietly, fix all seeds, and print what this machine offers.

    The same seed gives the same numbers on the same machine: on a GPU, operations are made deterministic.

    Args:
        seed: seed of Python, NumPy and Keras, from 0 to 2^32 - 1. The whole number in the environment variable
            `COURSE_SEED_SHIFT`, where it is set, is added.
        needs_gb: memory in gigabytes that the chapter needs at its peak.

    Raises:
        ValueError: if `seed`, `needs_gb` or the shift is not such a number.
        MemoryError: if less memory than `needs_gb` is free; nothing has been loaded then.
    """
    seed = _shifted(seed)
    free_gb = available_memory_gb()
    if free_gb < needs_gb:
        raise MemoryError(
            f"this chapter needs {needs_gb:g} GB of memory and {free_gb:.1f} GB are free. Shut down other notebooks "
            "(menu Kernel > Shut Down All Kernels), close other programs, then run this cell again."
        )
    # Level 2 also hides TensorFlow's later remarks, such as the end of a data set that was not read whole.
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
    for name in FOR_OTHER_WORK:
        os.environ.pop(name, None)
    os.environ["KERAS_BACKEND"] = "tensorflow"
    with without_noise():
        import keras
        import matplotlib
        import tensorflow as tf

        # Their layers are known where a saved model is loaded.
        import course_lib.models.positions
        import course_lib.models.transfer  # noqa: F401

        devices = [device.device_type for device in tf.config.list_logical_devices()]
        tf.transpose([[True]])  # the first mask brings a remark about the processor, once in a process
    # A person's keras.json, KERAS_MAX_EPOCHS and matplotlibrc are for other work.
    keras.config.set_floatx("float32")
    keras.config.set_epsilon(1e-7)
    keras.config.set_image_data_format("channels_last")
    keras.config.set_max_epochs(None)
    keras.config.set_max_steps_per_epoch(None)
    matplotlib.rcdefaults()
    keras.utils.set_random_seed(seed)
    if "GPU" in devices:  # on a CPU, TensorFlow's operations give the same bits each time as they are
        tf.config.experimental.enable_op_determinism()
    # Keras says this of its own default at every `fit` on a `tf.data.Dataset`.
    warnings.filterwarnings("ignore", message="`shuffle=True` was passed, but will be ignored")
    # TensorFlow counts the one trace of each new model as retracing, and a chapter trains many models.
    tf.get_logger().addFilter(_says_more_than_retracing)  # the same function: it is added once
    _set_up_notebook()
    say(f"TensorFlow {tf.__version__}, Keras {keras.__version__}, seed {seed}")
    memory = f"{free_gb:.1f} GB of memory free, {needs_gb:g} GB needed"
    say(f"devices: {', '.join(devices)}; {usable_cores()} CPU cores; {memory}")


def _says_more_than_retracing(record: logging.LogRecord) -> bool:
    return "triggered tf.function retracing" not in record.getMessage()


def _shifted(seed: int) -> int:
    shift = os.environ.get(SEED_SHIFT, "0")
    if not re.fullmatch(r"\d{1,9}", shift) or seed + int(shift) > LARGEST_SEED:
        most = min(10**9 - 1, LARGEST_SEED - seed)
        raise ValueError(f"{SEED_SHIFT}={shift!r} is set in the environment; unset it, or set 0 to {most}")
    return seed + int(shift)


@contextmanager
def without_noise() -> Iterator[None]:
    """Hold back file descriptor 2, where C++ writes, and let through what is not known noise.

    Where it cannot be held, as standard error is closed or no temporary file can be made, all is let through.
    """
    closed = sys.stderr is None or sys.stderr.closed  # None where the program was started without it
    held = None if closed else _temporary_file()
    if held is None:  # better a chapter with noise than none
        yield
        return
    sys.stderr.flush()
    descriptor = os.dup(2)
    with held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(descriptor, 2)
            os.close(descriptor)
            held.seek(0)
            lines = held.read().decode(errors="replace").splitlines(keepends=True)
            sys.stderr.write("".join(line for line in lines if not NOISE.match(line)))


def _temporary_file() -> BinaryIO | None:
    """Open a file that vanishes when it is closed; return nothing where none can be made, as on a full disk."""
    try:
        return tempfile.TemporaryFile()
    except OSError:
        return None


def _set_up_notebook() -> None:
    """Let a notebook show what ends a cell and nothing else; a `matplotlib.figure.Figure` without pyplot, too."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        from IPython.core.pylabtools import select_figure_formats

        select_figure_formats(shell, {"png"}, bbox_inches=None)
        shell.ast_node_interactivity = "last_expr"  # IPython's configuration may ask for every expression
