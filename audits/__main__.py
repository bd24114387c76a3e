"""Audits: what takes too long for `make test`.

make audit                        lists them
make audit NAME=seeds             runs one on all chapters
make audit NAME=seeds CH="02 06"  runs it on some
"""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))

import environment  # noqa: E402
import lock  # noqa: E402


def seeds(words: list[str]) -> int:
    return call(python(), "audits/seeds.py", *words)


def same_seed(words: list[str]) -> int:
    return call(python(), "audits/same_seed.py", *words)


def again(words: list[str]) -> int:
    return call(python(), "audits/again.py", *words)


def mutants(words: list[str]) -> int:
    return call(python(), "audits/mutants", *words)


def faults(words: list[str]) -> int:
    return call(python(), "-m", "pytest", "-n", "0", *chosen(words), "audits/faults")  # one after the other


def browser(words: list[str]) -> int:
    python()  # JupyterLab runs in the course's own environment
    not_built = call(python(".venv-site", "docs/requirements.lock"), "tools/build_site.py")
    tests = ["-m", "pytest", "-c", "audits/browser/pytest.ini", *chosen(words), "audits/browser"]
    return not_built or call(python(".venv-browser", "audits/browser/requirements.lock"), *tests)


def offline(words: list[str]) -> int:
    unshare = shutil.which("unshare") or sys.exit("error: this audit needs Linux and its program unshare")
    return call(unshare, "-rn", python(), "audits/loopback_only.py", python(), "-m", "pytest", *chosen(words))


def inputs(words: list[str]) -> int:
    return call(python(), "-m", "pytest", "tests/library/test_arguments.py", "--hypothesis-profile=thorough")


def lowest(words: list[str]) -> int:
    name = "build/lowest.lock"
    (ROOT / name).parent.mkdir(exist_ok=True)
    lock.resolve({name: lock.LOWEST})
    return call(python(".venv-lowest", name), "-m", "pytest", *chosen(words))


def another_python(words: list[str]) -> int:
    return call(python(".venv-python{}.{}".format(*sys.version_info)), "-m", "pytest", *chosen(words))


class Audit(NamedTuple):
    """An audit: the function that runs it on the chapters named, its time on two CPU cores, and what it shows."""

    run: Callable[[list[str]], int]
    time: str
    shows: str


AUDITS = {
    "seeds": Audit(seeds, "5 hours", "no claim of a chapter holds with a lucky seed alone: ten seeds"),
    "same-seed": Audit(same_seed, "1.5 hours", "two runs of a chapter with one seed end with the same weights"),
    "again": Audit(again, "1.5 hours", "after the last cell, each guess and each claim can be run again alone"),
    "mutants": Audit(mutants, "2 hours", "the tests notice small faults that it plants; one PART=library"),
    "faults": Audit(faults, "3 hours", "chapters stopped, killed, with 3 GB, one core, a full disk (Linux, superuser)"),
    "browser": Audit(browser, "1.5 hours", "every chapter in JupyterLab and every page of the site, in Chromium"),
    "offline": Audit(offline, "as `make test`", "the same as `make test`, with no network but this machine's (Linux)"),
    "inputs": Audit(inputs, "11 minutes", "1,000 odd calls of each function of course_lib; `make test` makes 50"),
    "lowest": Audit(lowest, "as `make test`", "the same as `make test`, with the lowest versions allowed"),
    "python": Audit(another_python, "as `make test`", "the same as `make test`, with PYTHON=python3.13 or another"),
}


def python(folder: str = ".venv", of: str = environment.default_lock()) -> str:
    """Make an environment where it is missing or out of date; return its Python."""
    if call(sys.executable, "tools/environment.py", "--environment", folder, "--lock", of) != 0:
        sys.exit(1)
    return str(environment.python_in(ROOT / folder))


def chosen(numbers: list[str]) -> list[str]:
    """Return pytest's option for the tests of these chapters, which have "02_" in their names; all without numbers."""
    return ["-k", " or ".join(f"{number}_" for number in numbers)] if numbers else []


def call(*command: str) -> int:
    """Run a command in the course's folder; return its exit status."""
    return subprocess.call(command, cwd=ROOT)


def main() -> int:
    name, *words = sys.argv[1:] or [""]
    if name in AUDITS:
        return AUDITS[name].run(words)
    print(__doc__)
    for known, audit in AUDITS.items():
        print(f"{known:10} {audit.time:15} {audit.shows}")
    return f"error: there is no audit {name!r}" if name else 0


if __name__ == "__main__":
    sys.exit(main())
