"""What all tests and chapters share: no network, a quiet TensorFlow, and each chapter's time and memory at the end.

It stands here and not in tests/, as pytest calls its hooks only for what lies beside or below it.
"""

import os
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import settings
from nbval.plugin import IPyNbCell

ROOT = Path(__file__).resolve().parent
OFFLINE = ROOT / "tests" / "offline"
sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "audits"), str(ROOT / "tests" / "chapters"), str(OFFLINE)]
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(OFFLINE), os.environ.get("PYTHONPATH")]))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# Kernels and other children inherit it, so that a run sees what any of them tried.
REFUSALS = Path(tempfile.mkdtemp(prefix="refused-")) / "connections.txt"
os.environ["REFUSED_CONNECTIONS"] = str(REFUSALS)

import chapters  # noqa: E402
import claims  # noqa: E402
import environment  # noqa: E402
import refuse_connections  # noqa: E402, F401
from course_lib._resources import usable_cores  # noqa: E402
from notebooks import misstated, peak_memory_gb  # noqa: E402

# The same cases each time, as long as the library's code stays the same. `--hypothesis-profile` names another profile.
settings.register_profile("fixed", derandomize=True, max_examples=50, deadline=None, database=None)
settings.register_profile("thorough", settings.get_profile("fixed"), max_examples=1000)
settings.load_profile("fixed")

# Chapters state what they need on two cores without a GPU. CUDA's libraries and many threads take more.
LIKE_STATED = usable_cores() <= 4 and environment.default_lock() == environment.CPU_LOCK
SECONDS: dict[str, float] = defaultdict(float)
PEAKS: dict[str, float] = {}


def pytest_configure(config: pytest.Config) -> None:
    """Let nbval compare outputs without the measured numbers; a path that is not absolute depends on where it runs."""
    config.option.nbval_sanitize_with = str(claims.SANITISING)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Read what a chapter took while its kernel still lives, and hold it to what the chapter states."""
    last_cell = isinstance(item, IPyNbCell) and (nextitem is None or nextitem.parent is not item.parent)
    measured = last_cell and item.parent.kernel.is_alive()
    if measured:
        kernel = item.parent.kernel.km.provisioner.pid
        PEAKS[item.path.name] = peak_memory_gb(kernel)
        processor_s = sum(psutil.Process(kernel).cpu_times()[:2])
    yield  # the kernel ends here; a failure before would leave it to the next chapter
    course = chapters.read(item.path).metadata.get("course", {}) if measured and LIKE_STATED else {}
    for need in misstated(course, processor_s, PEAKS[item.path.name]) if course else ():
        number = item.path.stem.split("_")[0]
        pytest.fail(f"{item.path.name} {need}; mend it with: make notebooks CH={number}", pytrace=False)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up the time of each chapter's cells, the kernel's start included."""
    if ".ipynb::" in report.nodeid:
        SECONDS[Path(report.nodeid.split("::")[0]).name] += report.duration


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run where a connection was refused, even where the code that tried it went on without."""
    if REFUSALS.exists() and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    shutil.rmtree(REFUSALS.parent, ignore_errors=True)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print which connections were refused, and what each chapter took."""
    if REFUSALS.exists():
        terminalreporter.section("refused connections", red=True)
        terminalreporter.write(REFUSALS.read_text(encoding="utf-8"))
    if SECONDS:
        terminalreporter.section("chapters")
    for name, seconds in SECONDS.items():
        peak = f"{PEAKS[name]:.2f} GB" if name in PEAKS else "no memory reading"
        terminalreporter.write_line(f"{seconds:6.1f} s  {peak}  {name}")
