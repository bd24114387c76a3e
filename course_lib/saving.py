"""Saving a model so that its file is whole or absent, whatever happens meanwhile."""

import errno
import os
import re
from contextlib import suppress
from pathlib import Path

import keras
import psutil

from course_lib.arguments import Kind, shown, takes

UNFINISHED = ".unfinished-{process}.keras"  # with the number of the process that writes it
OTHERWISE = "free some disk space or choose another folder"
REMEDIES = {
    errno.ENOENT: "make that folder first",
    errno.EISDIR: "choose another name, as that is a folder",
    errno.ENAMETOOLONG: "choose a shorter name",
}
MODEL = Kind(
    "a Keras model that is built: call it on a batch first, or begin it with keras.Input",
    lambda model: isinstance(model, keras.Model) and model.built,
)
PATH = Kind('a path that ends in ".keras"', lambda path: Path(path).suffix == ".keras", (3, "model.h5", "."))


@takes(model=MODEL, path=PATH)
def save_model(model: keras.Model, path: str | Path) -> None:
    """Save a model as Keras does, but in one step: a reader of `path` finds the new file whole, or the old one.

    The file is written beside `path` under another name and then renamed, which the operating system does at once or
    not at all (POSIX.1-2017, `rename`). A process that is killed meanwhile leaves the other name behind, and the next
    call in that folder removes it. `keras.saving.load_model` reads the file; it runs no code from it.

    Args:
        model: a built model.
        path: where the model is saved; the name ends in ".keras".

    Raises:
        ValueError: if `model` is not a built model, or `path` does not end in ".keras".
        OSError: if the disk is full, or the folder does not exist or may not be written; what stood at `path` before
            is unchanged.
    """
    path = Path(path)
    unfinished = path.with_name(UNFINISHED.format(process=os.getpid()))
    try:
        _remove_leftovers(path.parent)
        model.save(unfinished)
        with unfinished.open("rb+") as written:
            os.fsync(written.fileno())  # on the disk before the name is: a power cut, too, leaves a whole file
        unfinished.replace(path)
    except OSError as error:
        raise OSError(
            error.errno,
            f"the model was not saved to path={shown(str(path))}, and what stood there before is unchanged "
            f"({error.strerror or error}): {REMEDIES.get(error.errno, OTHERWISE)}, then save again",
        ) from error
    finally:
        _remove(unfinished)


def _remove_leftovers(folder: Path) -> None:
    """Remove what processes left half written when they ended."""
    for path in folder.glob(UNFINISHED.format(process="*")):
        process = re.fullmatch(UNFINISHED.format(process=r"(\d+)"), path.name)
        if process and not psutil.pid_exists(int(process[1])):
            _remove(path)


def _remove(path: Path) -> None:
    """Remove a file, if there is one and it may be removed: another user's leftovers are in nobody's way."""
    with suppress(OSError):
        path.unlink()
