"""What all tests and chapters share: no network, a quiet TensorFlow, who runs when, and each chapter's time and memory.

It stands here and not in tests/, as pytest calls its hooks only for what lies beside or below it.
"""

import os
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import psutil
import pytest
from hypothesis import settings
from nbformat import NotebookNode
from nbval.plugin import IPyNbCell
from xdist import is_xdist_controller, is_xdist_worker

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

ROOT = Path(__file__).resolve().parent
OFFLINE = ROOT / "tests" / "offline"
sys.path[:0] = [str(ROOT / folder) for folder in ("tests/house", "tools", "audits", "tests/chapters", "tests/offline")]
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(OFFLINE), os.environ.get("PYTHONPATH")]))
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
# What a person has set for other work reaches neither the tests nor the kernels and programs that they start: not the
# settings of IPython, Keras and matplotlib, and not the repository in which a hook of git runs.
for name in [name for name in os.environ if name.startswith(("GIT_", "KERAS_", "PYTEST_ADD", "MATPLOTLIBRC"))]:
    del os.environ[name]
for name, program in (("IPYTHONDIR", "ipython"), ("KERAS_HOME", "keras"), ("MPLCONFIGDIR", "matplotlib")):
    os.environ[name] = str(ROOT / "build" / "settings" / program)
if not list(Path(os.environ["MPLCONFIGDIR"]).glob("fontlist-*")):  # a chapter that had to make it would say so
    import matplotlib.font_manager  # noqa: F401

import chapters  # noqa: E402
import claims  # noqa: E402
import environment  # noqa: E402
import refuse_connections  # noqa: E402, F401
from course_lib.machine import available_memory_gb, usable_cores  # noqa: E402
from notebooks import misstated, peak_memory_gb  # noqa: E402
from seeds import ONE_THREAD  # noqa: E402

# The same cases each time, as long as the library's code stays the same. `--hypothesis-profile` names another profile.
settings.register_profile("fixed", derandomize=True, max_examples=50, deadline=None, database=None)
settings.register_profile("thorough", settings.get_profile("fixed"), max_examples=1000)
settings.load_profile("fixed")

# Chapters state what they need on two cores without a GPU. CUDA's libraries and many threads take more.
LIKE_STATED = usable_cores() <= 4 and environment.default_lock() == environment.CPU_LOCK
WORKERS_GB = 2.0  # what two workers hold beside their chapters: unit tests import TensorFlow
PEAK = "peak memory in GB"  # a property of the report of a chapter's last cell
SECONDS: dict[str, float] = defaultdict(float)
PEAKS: dict[str, float] = {}
# What the processes of a run share: where refused connections are noted, and whose turn it is.
REFUSALS, TURN = pytest.StashKey[Path](), pytest.StashKey[TextIO]()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return 2 where two chapters run side by side, or 0: everything in this process, one after the other."""
    places = [Path(argument.split("::")[0]) for argument in config.args]
    one_file = len(places) == 1 and places[0].is_file()
    if one_file or usable_cores() < 2 or fcntl is None:  # without fcntl no chapter could run alone
        return 0
    files = [path for place in places for path in (place.rglob("*.ipynb") if place.is_dir() else [place])]
    needed = [stated(chapters.read(path)).get("memory_gb", 0) for path in files if path.suffix == ".ipynb"]
    return 2 if available_memory_gb() >= sum(sorted(needed)[-2:]) + WORKERS_GB else 0


def pytest_sessionstart(session: pytest.Session) -> None:
    """Make the folder that the processes of this run share; workers, kernels and other children inherit its name."""
    if is_xdist_controller(session):
        os.environ.update(ONE_THREAD)  # a core for each worker
    if not is_xdist_worker(session):
        os.environ["REFUSED_CONNECTIONS"] = str(Path(tempfile.mkdtemp(prefix="tests-")) / "refused.txt")
    refusals = session.config.stash[REFUSALS] = Path(os.environ["REFUSED_CONNECTIONS"])
    session.config.stash[TURN] = (refusals.parent / "turn").open("a")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest chapters first, so that both workers are busy to the end; unit tests fill what is left.

    A chapter that runs alone comes last of the chapters: then the others that it waits for are short ones.
    """

    def place(item: pytest.Item) -> tuple[int, float]:
        if not isinstance(item, IPyNbCell):
            return 2, 0
        return int(is_exclusive(item)), -stated(item.parent.nb).get("seconds", 0)

    items.sort(key=place)  # it leaves the cells of a chapter in order


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Let each worker run a file beside the other's, but a chapter that states `exclusive` alone.

    A worker has its turn from a file's first test to its last. It never waits while it has one, and the operating
    system ends the turn of a process that dies: no worker waits for ever.
    """
    if fcntl is None:  # everything runs in this process
        return (yield)
    turn = item.config.stash[TURN]
    fcntl.flock(turn, fcntl.LOCK_EX if is_exclusive(item) else fcntl.LOCK_SH)  # from the second test on, it has it
    try:
        return (yield)
    finally:
        if nextitem is None or nextitem.path != item.path:
            fcntl.flock(turn, fcntl.LOCK_UN)


def pytest_configure(config: pytest.Config) -> None:
    """Let nbval compare outputs without the measured numbers; a path that is not absolute depends on where it runs.

    Raises:
        UsageError: if Python leaves out `assert`, by which tests and chapters fail.
    """
    if sys.flags.optimize:
        raise pytest.UsageError("without `assert` no test can fail: unset PYTHONOPTIMIZE, or leave out python's -O")
    config.option.nbval_sanitize_with = str(claims.SANITISING)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Read what a chapter took while its kernel still lives, and hold it to what the chapter states."""
    last_cell = isinstance(item, IPyNbCell) and (nextitem is None or nextitem.parent is not item.parent)
    measured = last_cell and item.parent.kernel.is_alive()
    if measured:
        kernel = item.parent.kernel.km.provisioner.pid
        peak, processor_s = peak_memory_gb(kernel), sum(psutil.Process(kernel).cpu_times()[:2])
        item.user_properties.append((PEAK, peak))
    yield  # the kernel ends here; a failure before would leave it to the next chapter
    for need in misstated(stated(item.parent.nb), processor_s, peak) if measured and LIKE_STATED else ():
        number = item.path.stem.split("_")[0]
        pytest.fail(f"{item.path.name} {need}; mend it with: make notebooks CH={number}", pytrace=False)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up the time of each chapter's cells, the kernel's start included, and note its memory, whoever ran it."""
    if ".ipynb::" in report.nodeid:
        name = Path(report.nodeid.split("::")[0]).name
        SECONDS[name] += report.duration
        PEAKS.update((name, value) for key, value in report.user_properties if key == PEAK)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run where a connection was refused, even where the code that tried it went on without."""
    if session.config.stash[REFUSALS].exists() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind."""
    if REFUSALS in config.stash:  # the session has begun
        config.stash[TURN].close()
        if not hasattr(config, "workerinput"):
            shutil.rmtree(config.stash[REFUSALS].parent, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print which connections were refused, and what each chapter took."""
    if config.stash[REFUSALS].exists():
        terminalreporter.section("refused connections", red=True)
        terminalreporter.write(config.stash[REFUSALS].read_text(encoding="utf-8"))
    if SECONDS:
        terminalreporter.section("chapters")
    for name, seconds in sorted(SECONDS.items()):
        peak = f"{PEAKS[name]:.2f} GB" if name in PEAKS else "no memory reading"
        terminalreporter.write_line(f"{seconds:6.1f} s  {peak}  {name}")


def stated(notebook: NotebookNode) -> dict[str, Any]:
    """Return what a chapter states of itself in its metadata."""
    return notebook.metadata.get("course", {})


def is_exclusive(item: pytest.Item) -> bool:
    """Tell whether a test is a cell of a chapter that measures latency, load or scaling: nothing may run beside it."""
    return isinstance(item, IPyNbCell) and stated(item.parent.nb).get("exclusive", False)
