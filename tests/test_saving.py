"""A saved model is whole or absent, errors are for people, and loading runs no code from the file."""

import os
import random
import signal
import subprocess
import sys
import time

import keras
import numpy as np
import pytest

from course_lib.saving import save_model
from full_disk import full_disk

INPUTS = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)
# Saves without end, each time other weights: what is killed here is killed while it saves, more often than not.
SAVES_FOR_EVER = """
import sys, keras
from course_lib.saving import save_model
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(300), keras.layers.Dense(300), keras.layers.Dense(2)])
print("ready", flush=True)
while True:
    model.set_weights([weights + 1 for weights in model.get_weights()])
    save_model(model, sys.argv[1])
"""


@pytest.fixture
def model():
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(5), keras.layers.Dense(2)])


def test_a_saved_model_is_loaded_again_and_leaves_nothing_beside_it(model, tmp_path):
    save_model(model, tmp_path / "small.keras")
    loaded = keras.saving.load_model(tmp_path / "small.keras")
    assert np.array_equal(loaded(INPUTS), model(INPUTS))
    assert [path.name for path in tmp_path.iterdir()] == ["small.keras"]


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_killed_while_saving_the_file_is_whole_or_absent(tmp_path):
    path, found = tmp_path / "killed.keras", []
    for seed in range(2):
        command = [sys.executable, "-c", SAVES_FOR_EVER, path]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
            process.stdout.readline()
            time.sleep(random.Random(seed).uniform(0, 0.3))
            process.send_signal(signal.SIGKILL)
        found.append(path.exists() and keras.saving.load_model(path).count_params() > 90_000)
        assert found[-1] or not path.exists()
    assert any(found), "no run saved anything: nothing was tested"


def test_a_full_disk_is_named_and_the_old_file_is_kept(model, tmp_path):
    save_model(model, tmp_path / "kept.keras")
    before = (tmp_path / "kept.keras").read_bytes()
    message = "was not saved, and what stood there before is unchanged .*free some disk"
    with full_disk(), pytest.raises(OSError, match=message):
        save_model(model, tmp_path / "kept.keras")
    assert [path.name for path in tmp_path.iterdir()] == ["kept.keras"]
    assert (tmp_path / "kept.keras").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("model.h5", ValueError, r'has to end in ".keras"'),
        ("no_folder/model.keras", FileNotFoundError, "there is no folder .*no_folder: make it first"),
    ],
)
def test_a_wrong_path_is_named(name, error, message, model, tmp_path):
    with pytest.raises(error, match=message):
        save_model(model, tmp_path / name)


def test_a_model_that_is_not_built_is_refused(tmp_path):
    with pytest.raises(ValueError, match="before it was built: call it on a batch"):
        save_model(keras.Sequential([keras.layers.Dense(2)]), tmp_path / "model.keras")
    assert not list(tmp_path.iterdir())


def test_loading_runs_no_code_from_the_file(tmp_path):
    planted = tmp_path / "planted"
    place = str(planted)
    layer = keras.layers.Lambda(lambda inputs: (open(place, "w"), inputs)[1])  # noqa: PTH123, SIM115
    keras.Sequential([keras.Input((3,)), layer]).save(tmp_path / "planted.keras")
    planted.unlink(missing_ok=True)
    with pytest.raises(ValueError, match="safe_mode"):
        keras.saving.load_model(tmp_path / "planted.keras")
    assert not planted.exists()
    loaded = keras.saving.load_model(tmp_path / "planted.keras", safe_mode=False)
    loaded(INPUTS)
    assert planted.exists(), "the trap does not work, and this test would prove nothing"
