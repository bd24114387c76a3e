"""Saving a model so that its file is whole or absent, whatever happens meanwhile."""

import errno
import os
import re
from contextlib import suppress
from pathlib import Path

import keras
import psutil

from course_lib._arguments import check_type, shown

UNFINISHED = ".unfinished-{process}.keras"  # with the number of the process that writes it


def save_model(model: keras.Model, path: str | Path) -> None:
    """Save a model as Keras does, but in one step: a reader of `path` finds the new file whole, or the old one.

    The file is written beside `path` under another name and then renamed, which the operating system does at once or
    not at all (POSIX.1-2017, `rename`). A process that is killed meanwhile leaves the other name behind, and the next
    call in that folder removes it. `keras.saving.load_model` reads the file; it runs no code from it.

    Args:
        model: a built model.
        path: where the model is saved; the name ends in ".keras".

    Raises:
        ValueError: if `model` is no built model, or `path` does not end in ".keras", is a folder or is too long.
        FileNotFoundError: if the folder of `path` does not exist.
        OSError: if the disk is full or the folder may not be written; what stood at `path` before is unchanged.
    """
    check_type("model", model, keras.Model, "a keras.Model")
    check_type("path", path, (str, Path), 'a path, such as "model.keras"')
    if not model.built:
        raise ValueError("model was given before it was built: call it on a batch, or give it a keras.Input first")
    path = Path(path)
    if path.suffix != ".keras" or "\0" in path.name:
        raise ValueError(f'path={shown(str(path))} was given; its name has to end in ".keras"')
    # `Path.is_dir` raises where a name is too long.
    if not os.path.isdir(path.parent):  # noqa: PTH112
        raise FileNotFoundError(f"path={shown(str(path))} was given; there is no folder {path.parent}: make it first")
    if os.path.isdir(path):  # noqa: PTH112
        raise ValueError(f"path={shown(str(path))} was given; that is a folder: give the name of a file")
    unfinished = path.with_name(UNFINISHED.format(process=os.getpid()))
    try:
        _remove_leftovers(path.parent)
        model.save(unfinished)
        with unfinished.open("rb+") as written:
            os.fsync(written.fileno())  # on the disk before the name is: a power cut, too, leaves a whole file
        unfinished.replace(path)
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise ValueError(f"path={shown(str(path))} was given; that name is too long for this disk") from error
        raise OSError(
            error.errno,
            f"the model was not saved, and what stood there before is unchanged ({error.strerror or error}); "
            "free some disk space or choose another folder, then save again",
            str(path),
        ) from error
    finally:
        _remove(unfinished)


def _remove_leftovers(folder: Path) -> None:
    """Remove what processes that are no more began to write."""
    for path in folder.glob(UNFINISHED.format(process="*")):
        process = re.fullmatch(UNFINISHED.format(process=r"(\d+)"), path.name)
        if process and not psutil.pid_exists(int(process[1])):
            _remove(path)


def _remove(path: Path) -> None:
    """Remove a file, if there is one and it may be removed: another user's leftovers are in nobody's way."""
    with suppress(OSError):
        path.unlink()
