"""A saved model is whole or absent, errors are for people, and loading runs no code from the file."""

import errno
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

from course_lib.saving import save_model
from full_disk import full_disk

FOLDER = tempfile.TemporaryDirectory()  # removed when the tests end
GOOD_CALLS = {
    save_model: {
        "model": keras.Sequential([keras.Input((4, 4, 1)), layers.Conv2D(2, 3)]),
        "path": Path(FOLDER.name) / "model.keras",
    }
}

INPUTS = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)
# Saves whole weights of 1, then is killed in the middle of saving weights of 2.
SAVES_AND_IS_KILLED = """
import os, pathlib, signal, sys, zipfile
import keras
from course_lib.saving import save_model
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(300)])
def save(value):
    model.set_weights([weights * 0 + value for weights in model.get_weights()])
    save_model(model, sys.argv[1])
def kill(*arguments, **options):
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] == "after another":
    save(1)
{moment} = kill
save(2)
"""
MOMENTS = {
    "the file has no end yet": "zipfile.ZipFile.close",
    "it is not on the disk yet": "os.fsync",
    "it has not its name yet": "pathlib.Path.replace",
}


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
def test_killed_while_saving_the_file_is_whole_or_absent_and_the_next_call_clears_up(model, tmp_path):
    def run(case):
        moment, before = case
        path = tmp_path / f"{moment} {before}" / "killed.keras"
        path.parent.mkdir()
        code = SAVES_AND_IS_KILLED.replace("{moment}", MOMENTS[moment])
        result = subprocess.run([sys.executable, "-c", code, path, before], stderr=subprocess.DEVNULL)
        assert result.returncode == -signal.SIGKILL, moment
        return path

    with ThreadPoolExecutor(2) as two_at_once:
        absent, *whole = two_at_once.map(
            run, [(next(iter(MOMENTS)), "as the first"), *((moment, "after another") for moment in MOMENTS)]
        )
    assert not absent.exists()
    for path in whole:
        assert all((weights == 1).all() for weights in keras.saving.load_model(path).get_weights()), path.parent.name
    for path in (absent, *whole):
        assert len(list(path.parent.glob(".unfinished-*"))) == 1, "it was killed too early or too late"
        save_model(model, path)
        assert [name.name for name in path.parent.iterdir()] == ["killed.keras"]


# Loads a model and saves it, and waits in the middle until its input ends.
WAITS = """
import os, sys
import keras
from course_lib.saving import save_model
fsync = os.fsync
os.fsync = lambda file: (print("half way", flush=True), sys.stdin.read(), fsync(file))
save_model(keras.saving.load_model(sys.argv[1]), sys.argv[2])
"""
# An encoding without most letters of these words, as Windows' CP1252 has no Chinese and Polish ones.
OTHER_ENCODING = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
WORDS = ["żółta łódź 电影", "naïve café \x1cabc on\u2028line 电影", "café 电影 film"]


def test_another_container_of_another_encoding_reads_the_words_and_writes_them_undisturbed(model, tmp_path):
    # In a container another process, or none, has the number of the one that writes.
    alone = [shutil.which("unshare"), "--user", "--map-root-user", "--pid", "--fork"]
    if not alone[0] or subprocess.run([*alone, "true"], capture_output=True).returncode:
        alone = []  # not Linux, or no rights
    sentences, vectorizer = sentence_classifier("int")
    save_model(sentences, tmp_path / "sentences.keras")
    command = [*alone, sys.executable, "-c", WAITS, tmp_path / "sentences.keras", tmp_path / "other.keras"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, env={**os.environ, **OTHER_ENCODING}, **pipes) as process:
        assert process.stdout.readline() == "half way\n"
        save_model(model, tmp_path / "mine.keras")
        process.communicate("")
    assert process.returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.keras", "other.keras", "sentences.keras"]
    loaded = keras.saving.load_model(tmp_path / "other.keras")
    assert loaded.layers[1].get_vocabulary() == vectorizer.get_vocabulary()


def test_two_threads_save_to_one_path(model, tmp_path):
    with ThreadPoolExecutor(4) as at_once:
        list(at_once.map(lambda _: save_model(model, tmp_path / "small.keras"), range(12)))
    assert np.array_equal(keras.saving.load_model(tmp_path / "small.keras")(INPUTS), model(INPUTS))
    assert [path.name for path in tmp_path.iterdir()] == ["small.keras"]


def test_where_a_folder_has_no_locks_a_model_is_saved_and_what_others_left_stays(model, tmp_path, monkeypatch):
    def no_locks(*arguments):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(pytest.importorskip("fcntl"), "flock", no_locks)
    (tmp_path / ".unfinished-1.keras").touch()
    save_model(model, tmp_path / "small.keras")
    assert (tmp_path / "small.keras").exists() and (tmp_path / ".unfinished-1.keras").exists()


def test_a_link_stays_a_link(model, tmp_path):
    (tmp_path / "shared folder").mkdir()
    link, target = tmp_path / "link.keras", tmp_path / "shared folder" / "żółw 模型.keras"
    try:
        link.symlink_to(target)
    except OSError as error:
        pytest.skip(f"this system makes no links ({error.strerror})")
    save_model(model, link)
    save_model(model, link)
    assert link.is_symlink() and [path.name for path in target.parent.iterdir()] == [target.name]
    assert keras.saving.load_model(link).count_params() == model.count_params()


def sentence_classifier(mode, **options):
    """Build a network that takes sentences; it has been adapted to more words than one encoding has letters for."""
    vectorizer = layers.TextVectorization(output_mode=mode, **options)
    vectorizer.adapt(WORDS)
    sentences = keras.Input((), dtype="string")
    if mode == "int":
        words = layers.GlobalAveragePooling1D()(layers.Embedding(20, 3)(vectorizer(sentences)))
    else:
        words = vectorizer(sentences)
    return keras.Model(sentences, layers.Dense(3)(words)), vectorizer


@pytest.mark.parametrize(
    ("mode", "options"),
    [("int", {}), ("multi_hot", {}), ("tf_idf", {}), ("tf_idf", {"max_tokens": 20, "pad_to_max_tokens": True})],
)
def test_words_of_all_languages_come_back_from_the_file(mode, options, tmp_path):
    model, vectorizer = sentence_classifier(mode, **options)
    before = model.to_json()
    save_model(model, tmp_path / "sentences.keras")
    assert model.to_json() == before, "saving has changed the model"
    loaded = keras.saving.load_model(tmp_path / "sentences.keras")
    assert loaded.layers[1].get_vocabulary() == vectorizer.get_vocabulary()
    texts = keras.ops.convert_to_tensor([*WORDS, "unknown film"], dtype="string")
    np.testing.assert_array_equal(model(texts), loaded(texts))


def test_a_vocabulary_that_was_replaced_is_saved_as_it_is(tmp_path):
    model, vectorizer = sentence_classifier("int")
    vectorizer.set_vocabulary(["another", "word"])
    save_model(model, tmp_path / "replaced.keras")
    assert keras.saving.load_model(tmp_path / "replaced.keras").layers[1].get_vocabulary()[2:] == ["another", "word"]
    sentences = keras.Input((), dtype="string")
    given = keras.Sequential([sentences, layers.TextVectorization(vocabulary=["old"])])
    given.layers[0].set_vocabulary(["new"])
    save_model(given, tmp_path / "given.keras")
    assert keras.saving.load_model(tmp_path / "given.keras").layers[0].get_vocabulary()[2:] == ["new"]


@keras.saving.register_keras_serializable("tests")
class Holder(layers.Layer):
    """A layer whose config does not hold the one inside."""

    def __init__(self, **options):
        super().__init__(**options)
        self.inner = layers.TextVectorization(output_sequence_length=4)

    def call(self, texts):
        return self.inner(texts)


@keras.saving.register_keras_serializable("tests")
class Reader(keras.Model):
    """A network of the user's own."""

    def __init__(self, **options):
        super().__init__(**options)
        self.words, self.last = Holder(), layers.Embedding(20, 2)

    def call(self, texts):
        return self.last(self.words(texts))


def test_words_inside_layers_and_models_of_the_users_own_come_back(tmp_path):
    texts = keras.ops.convert_to_tensor(["a good film", "a bad film"], dtype="string")
    model = Reader()
    model.words.inner.adapt(texts)
    sentences = keras.Input((), dtype="string")
    for name, one in {"class": model, "functional": keras.Model(sentences, model.words(sentences))}.items():
        before = one(texts)
        save_model(one, tmp_path / f"{name}.keras")
        np.testing.assert_array_equal(keras.saving.load_model(tmp_path / f"{name}.keras")(texts), before)


def test_layers_of_the_course_are_known_in_a_new_session(tmp_path):
    from course_lib.models.gpt import gpt

    save_model(gpt(20, 8, 12, 1, 2), tmp_path / "gpt.keras")
    program = (
        "import sys; from course_lib import runtime; runtime.start(seed=0, needs_gb=0.1)\n"
        "import keras; print(keras.saving.load_model(sys.argv[1]).name)"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path / "gpt.keras")], check=True)


def test_a_full_disk_is_named_and_the_old_file_is_kept(model, tmp_path):
    save_model(model, tmp_path / "kept.keras")
    before = (tmp_path / "kept.keras").read_bytes()
    message = "was not saved to path=.*, and what stood there before is unchanged .*free some disk"
    with full_disk(), pytest.raises(OSError, match=message):
        save_model(model, tmp_path / "kept.keras")
    assert [path.name for path in tmp_path.iterdir()] == ["kept.keras"]
    assert (tmp_path / "kept.keras").read_bytes() == before


def test_a_folder_that_may_not_be_written_is_named(model, tmp_path, monkeypatch):
    def refuse(path, *_, **__):  # as a read-only file system does, even where there is nothing to remove
        raise OSError(errno.EROFS, "Read-only file system", str(path))

    monkeypatch.setattr(keras.Model, "save", lambda self, path: refuse(path))
    monkeypatch.setattr(Path, "unlink", refuse)
    (tmp_path / ".unfinished-4194305.keras").touch()  # left by a process that is no more, and cannot be removed
    with pytest.raises(OSError, match=r"was not saved.*Read-only file system.*choose another folder"):
        save_model(model, tmp_path / "model.keras")


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("model.h5", ValueError, r'path=.* give a path that ends in ".keras"'),
        ("no_folder/model.keras", FileNotFoundError, "path=.*make that folder first"),
        (".", ValueError, r'give a path that ends in ".keras"'),
        ("folder.keras", OSError, "path=.*that is a folder"),
        (f"{'x' * 300}.keras", OSError, "path=.*choose a shorter name"),
        (f"{'x' * 300}/model.keras", OSError, "path=.*choose a shorter name"),
    ],
)
def test_a_wrong_path_is_named(name, error, message, model, tmp_path):
    (tmp_path / "folder.keras").mkdir()
    with pytest.raises(error, match=message):
        save_model(model, tmp_path / name)


def test_a_model_that_is_not_built_is_refused(tmp_path):
    with pytest.raises(ValueError, match="give a Keras model that is built: call it on a batch"):
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
