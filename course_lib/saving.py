"""Saving a model so that its file is whole or absent, whatever happens meanwhile, and the same on every system."""

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import keras
from keras import layers

from course_lib.arguments import Kind, shown, takes

UNFINISHED = ".unfinished-{}.keras"  # with a number of its own for each call
OTHERWISE = "free some disk space or choose another folder"
REMEDIES = {
    errno.ENOENT: "make that folder first",
    errno.EISDIR: "choose another name, as that is a folder",
    errno.ENAMETOOLONG: "choose a shorter name",
}
MODEL = Kind(
    "a Keras model that is built: call it on a batch", lambda model: isinstance(model, keras.Model) and model.built
)
PATH = Kind('a path that ends in ".keras"', lambda path: Path(path).suffix == ".keras", wrong=(3, "model.h5", "."))


@takes(model=MODEL, path=PATH)
def save_model(model: keras.Model, path: str | Path) -> None:
    """Save a model as Keras does, but in one step: a reader of `path` finds the new file whole, or the old one.

    The file is written beside `path` under another name and then renamed, which the operating system does at once or
    not at all (POSIX.1-2017, `rename`). A process that is killed meanwhile leaves the other name behind, and the next
    call in that folder removes it. `keras.saving.load_model` reads the file, on any system; it runs no code from it.
    Classes that are not Keras's own must be known before: `runtime.start` knows those of course_lib.

    Args:
        model: a built model.
        path: where the model is saved; the name ends in ".keras".

    Raises:
        ValueError: if `model` is not a built model, or `path` does not end in ".keras".
        OSError: if the disk is full, or the folder does not exist or may not be written; what stood at `path` before
            is unchanged.
    """
    target = Path(os.path.realpath(path))  # a link stays a link
    unfinished = target.with_name(UNFINISHED.format(secrets.token_hex(4)))
    try:
        _remove_leftovers(target.parent)
        with _held(unfinished):
            with _words_in_config(model):
                model.save(unfinished)
            with unfinished.open("rb+") as written:
                os.fsync(written.fileno())  # on the disk before the name is: a power cut, too, leaves a whole file
            unfinished.replace(target)
    except OSError as error:
        raise OSError(
            error.errno,
            f"the model was not saved to path={shown(str(path))}, and what stood there before is unchanged "
            f"({error.strerror or error}): {REMEDIES.get(error.errno, OTHERWISE)}, then save again",
        ) from error
    finally:
        _remove(unfinished)


@contextmanager
def _words_in_config(model: keras.Model) -> Iterator[None]:
    """Let Keras write vocabularies where it writes sizes, in ASCII.

    A vocabulary that was adapted goes into a file of its own, in this system's encoding. Another system reads it in
    its own, and a word with a character that ends a line for Python comes back as two.
    """
    adapted = [lookup for lookup in _lookups(model) if lookup.get_vocabulary(include_special_tokens=False)]
    before = [(layer.input_vocabulary, layer.input_idf_weights) for layer in adapted]
    for layer in adapted:
        layer.input_vocabulary = layer.get_vocabulary()
        if layer.output_mode == "tf_idf":  # behind the words' weights stand zeros, where it fills up to a length
            layer.input_idf_weights = layer.idf_weights.numpy()[: layer.vocabulary_size()].tolist()
    try:
        yield
    finally:
        for layer, given in zip(adapted, before, strict=True):
            layer.input_vocabulary, layer.input_idf_weights = given


def _lookups(model: keras.Model) -> Iterator[layers.StringLookup]:
    """Yield the tables of words in a model's own config; that of a class of the user's own does not hold its layers."""
    if isinstance(model, keras.Sequential) or hasattr(model, "operations"):  # the latter: made of inputs and outputs
        for layer in model.layers:
            if isinstance(layer, keras.Model):
                yield from _lookups(layer)
            elif isinstance(layer, layers.TextVectorization):
                yield layer._lookup_layer
            elif isinstance(layer, layers.StringLookup):
                yield layer


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Make a file and hold it: the operating system ends that with this process, also in another container."""
    if os.name == "nt":  # Windows lets nobody delete a file that is open
        yield
        return
    import fcntl

    while True:
        with path.open("xb") as file:
            with suppress(OSError):  # a network folder without locks
                fcntl.flock(file, fcntl.LOCK_EX)
            if path.exists():  # else another call took it for a leftover before it was held
                yield
                return


def _remove_leftovers(folder: Path) -> None:
    """Remove what processes left half written when they ended: files that nobody holds."""
    for path in folder.glob(UNFINISHED.format("*")):
        with suppress(OSError):  # held, or another user's, which is in nobody's way
            _unlink_unheld(path)


def _unlink_unheld(path: Path) -> None:
    """Remove a file; raise OSError where a process holds it."""
    if os.name == "nt":
        path.unlink()
        return
    import fcntl

    with path.open("rb+") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()  # while it is held: nobody else can begin to hold it before it is gone


def _remove(path: Path) -> None:
    """Remove a file, if there is one and it may be removed."""
    with suppress(OSError):
        path.unlink()
