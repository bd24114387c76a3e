"""Lets commands that make the same folder take turns.

The operating system holds a turn and ends it with its process, even a killed one: none can be left behind. Standard
library only, and syntax that any Python 3 reads, as tools/environment.py runs with the system's Python.
"""

import contextlib
import errno
import os
import time

if os.name == "nt":
    import msvcrt
else:
    import fcntl

SECONDS_BETWEEN_TRIES = 0.2
# What some network folders answer; a computing centre's Lustre, for one.
WITHOUT_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)


@contextlib.contextmanager
def own_turn(folder):
    """Wait until no other process has its turn with a folder, and have it until the context ends.

    Where the file system has no locks, nobody waits.

    Args:
        folder: the path to make; it need not exist. Beside it stays an empty file, NAME.turn.

    Raises:
        OSError: if that file cannot be written.
    """
    with folder.with_name(folder.name + ".turn").open("a") as stream:
        if not _taken(stream):
            print("{} is being made by another command; waiting for it ...".format(folder.name), flush=True)
            while not _taken(stream):
                time.sleep(SECONDS_BETWEEN_TRIES)
        yield  # closing the file ends the turn


def _taken(stream):
    """Take the turn and return True, or return False where another process has it."""
    try:
        if os.name == "nt":
            stream.seek(0)
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # on Linux and macOS; on Windows
        return False
    except OSError as error:
        if error.errno not in WITHOUT_LOCKS:
            raise
    return True
