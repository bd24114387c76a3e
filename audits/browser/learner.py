"""What a learner does: start JupyterLab as `make lab` does, open a chapter, run cells, write an answer, save."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbformat import NotebookNode
from playwright.sync_api import Locator, Page, expect

import chapters

PYTHON = chapters.ROOT / ".venv" / "bin" / "python"
SECONDS_BETWEEN_LOOKS = 2


@contextmanager
def started_lab(folder: Path) -> Iterator[str]:
    """Start JupyterLab in a copy of what it needs, as a person who has never used it; yield its address with {}.

    `folder/workbook` then holds the learner's chapters; this checkout's own workbook stays as it is.
    """
    for name in ("tools", "notebooks"):
        shutil.copytree(chapters.ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    environment = {
        **os.environ,
        "BROWSER": "true",  # the program that does nothing: the page is opened by the test
        "HOME": str(folder / "home"),
        "PYTHONPATH": str(chapters.ROOT / "tests" / "offline"),  # refuses connections, in the kernels, too
    }
    log = folder / "lab.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [PYTHON, folder / "tools" / "lab.py"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield _address(server, log)
    finally:
        _stop(server)


def _address(server: subprocess.Popen, log: Path) -> str:
    for _ in range(300):
        if found := re.search(r"(http://127\.0\.0\.1:\d+/lab)\S*(\?token=\w+)", log.read_text()):
            return f"{found[1]}/tree/{{}}{found[2]}"
        assert server.poll() is None, log.read_text()
        time.sleep(0.2)
    raise AssertionError(f"JupyterLab printed no address in a minute:\n{log.read_text()}")


def _stop(server: subprocess.Popen) -> None:
    """End the server, which ends its kernels first; the group has two processes, and we wait for both."""
    try:
        os.killpg(server.pid, signal.SIGTERM)
        for _ in range(300):
            server.poll()
            os.killpg(server.pid, 0)
            time.sleep(0.1)
        os.killpg(server.pid, signal.SIGKILL)
    except ProcessLookupError:
        return


class OpenChapter:
    """A chapter in JupyterLab.

    What cells printed is read from the saved file: the page does not hold everything at all times.

    Args:
        page: an empty page.
        address: of the lab, with {} for the file's name.
        file: the learner's copy.
    """

    def __init__(self, page: Page, address: str, file: Path):
        self.page, self.file = page, file
        page.goto(address.format(file.name))
        # What is run before the kernel is ready is dropped, and the notebook's own sign of it is early.
        expect(page.locator("#jp-main-statusbar")).to_contain_text("(ipykernel) | Idle", timeout=90_000)

    def cell(self, index: int) -> Locator:
        """Return a cell of the page, scrolled into view."""
        cell = self.page.locator(f'.jp-Notebook .jp-Cell[data-windowed-list-index="{index}"]')
        cell.scroll_into_view_if_needed()
        return cell

    def choose(self, menu: str, item: str) -> None:
        """Choose an entry of the menus."""
        self.page.get_by_role("menuitem", name=menu, exact=True).click()
        self.page.get_by_role("menuitem", name=re.compile(f"^{item}")).click()

    def save(self) -> list[NotebookNode]:
        """Save the chapter and return its cells."""
        self.page.keyboard.press("ControlOrMeta+s")
        self.page.wait_for_timeout(1000 * SECONDS_BETWEEN_LOOKS)
        return chapters.read(self.file).cells

    def start_all(self) -> None:
        """Clear what earlier runs left, then run all cells."""
        self._clear()
        self.choose("Run", "Run All Cells")

    def start_from(self, index: int) -> None:
        """Clear what earlier runs left, then run a cell and all below."""
        self._clear()
        self.cell(index).locator(".jp-InputPrompt").first.click()
        self.choose("Run", "Run Selected Cell and All Below")

    def wait_for_the_end(self, index: int = 0) -> list[NotebookNode]:
        """Wait until all code cells from `index` on have run, or one has failed; return the saved cells."""
        limit = time.monotonic() + 120 + 5 * chapters.read(self.file).metadata.course["seconds"]
        while time.monotonic() < limit:
            cells = self.save()
            code = [cell for cell in cells[index:] if cell.cell_type == "code"]
            if all(cell.execution_count for cell in code) or errors(code):
                return cells
        raise AssertionError(
            f"{self.file.name} did not end; {sum(not cell.execution_count for cell in code)} cells left"
        )

    def write(self, index: int, source: str) -> None:
        """Put a new text in the place of a cell's text, as pasting does."""
        self.cell(index).locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(source)

    def _clear(self) -> None:
        self.choose("Edit", "Clear Outputs of All Cells")
        while any(cell.get("outputs") or cell.get("execution_count") for cell in self.save()):
            pass


def errors(cells: list[NotebookNode]) -> list[str]:
    """Return what failed or was written to standard error, a text for each."""
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return [
        output.get("text", output.get("evalue", "")) or output.ename
        for output in outputs
        if output.output_type == "error" or output.get("name") == "stderr"
    ]
