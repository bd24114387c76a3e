"""Runs a Python script that is ended when standard input ends: with whoever started it, however that ends.

python -m course_lib.leash SCRIPT. It is a process beside the script's, as a script that waits inside TensorFlow for
the others of a cluster lets no second thread run.
"""

import os
import subprocess
import sys
import threading


def _main(script: str) -> int:
    pipe = sys.stdin.buffer.raw  # unbuffered: no lock is held at the end
    process = subprocess.Popen([sys.executable, script], stdin=subprocess.DEVNULL)

    def follow_the_starter() -> None:
        pipe.read(1)
        process.kill()

    threading.Thread(target=follow_the_starter, daemon=True).start()
    code = process.wait()
    return code if code >= 0 else 128 - code  # ended by a signal: as shells count it


if __name__ == "__main__":
    os._exit(_main(sys.argv[1]))
