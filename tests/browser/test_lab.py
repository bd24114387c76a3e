"""Each chapter in JupyterLab as a learner sees it: started as `make lab` starts it, run, exercises answered."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page

import chapters

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST_CHAPTER = 900_000  # milliseconds
IDLE = ".jp-Notebook-ExecutionIndicator[data-status=idle]"
NOTHING_RUNS = "() => ![...document.querySelectorAll('.jp-InputPrompt')].some(prompt => prompt.textContent == '[*]:')"
CHAPTERS = pytest.mark.parametrize("path", chapters.chapter_files(), ids=lambda path: path.stem)


@pytest.fixture(scope="session")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clone the course as committed: nobody's workbook/ is touched."""
    folder = tmp_path_factory.mktemp("lab") / "course"
    subprocess.run(["git", "clone", "--quiet", "--local", ROOT, folder], check=True)
    return folder


@pytest.fixture(scope="session")
def lab(course: Path) -> Iterator[str]:
    """Start JupyterLab as `make lab` does; yield its address with `{}` where a chapter's name belongs."""
    settings = course.parent / "settings"
    tracker = settings / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings"
    tracker.parent.mkdir(parents=True)
    tracker.write_text(json.dumps({"windowingMode": "none"}))  # all cells are in the page, not only those in view
    environment = {
        **os.environ,
        "BROWSER": "true",  # the command that does nothing: the only browser is that of the test
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(course.parent / "workspaces"),
        "PYTHONPATH": str(course),
    }
    command = [ROOT / ".venv" / "bin" / "python", course / "tools" / "lab.py"]
    log = course.parent / "lab.log"
    with log.open("w") as output:
        server = subprocess.Popen(
            command, cwd=course, env=environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    address = r"(http://127\.0\.0\.1:\d+/lab)\S*\?(token=\w+)"
    for _ in range(120):
        if found := re.search(address, log.read_text()):
            break
        assert server.poll() is None, log.read_text()
        time.sleep(0.5)
    yield f"{found[1]}/workspaces/{{}}/tree/{{}}.ipynb?{found[2]}"
    os.killpg(server.pid, signal.SIGTERM)
    server.wait(timeout=30)


def open_chapter(page: Page, lab: str, stem: str) -> None:
    """Open a chapter's copy and wait for its kernel: what is run before it is ready is dropped."""
    page.goto(lab.format(stem, stem))
    page.wait_for_selector(IDLE, timeout=90_000)


def choose(page: Page, item: str) -> None:
    """Choose an entry of the menu Run, and wait until nothing runs any more."""
    page.locator(".lm-MenuBar-item", has_text=re.compile("^Run$")).click()
    page.locator(".lm-Menu-item", has_text=re.compile(f"^{item}")).click()
    page.wait_for_timeout(500)


def wait_for_the_end(page: Page) -> None:
    page.wait_for_function(NOTHING_RUNS, timeout=LONGEST_CHAPTER)
    page.wait_for_selector(IDLE)


def saved(page: Page, course: Path, stem: str):
    """Save the chapter in the page; return the notebook and its code cells as the file then has them."""
    path = course / "workbook" / f"{stem}.ipynb"
    before = path.stat().st_mtime_ns
    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    for _ in range(100):
        if path.stat().st_mtime_ns != before:
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(500)
    return [cell for cell in chapters.read(path).cells if cell.cell_type == "code"]


def has_figure(cell) -> bool:
    return any("image/png" in output.get("data", {}) for output in cell.outputs)


def assert_all_ran_without_complaint(cells) -> None:
    assert all(cell.execution_count for cell in cells)
    for cell in cells:
        for output in cell.outputs:
            assert output.output_type != "error", f"{cell.source}\n{output.get('evalue')}"
            assert output.get("name") != "stderr", f"{cell.source}\n{output.text}"


def tagged(cells, tag: str) -> list:
    return [cell for cell in cells if tag in cell.metadata.get("tags", [])]


def cell_in_page(page: Page, source: str) -> Locator:
    """Return the code cell whose text holds a line of this source."""
    return page.locator(".jp-CodeCell", has=page.locator(".cm-line", has_text=source)).first


def answer(page: Page, name: str, source: str) -> str:
    """Type a new text into the exercise of this name, run it and all below it; return what the exercise says."""
    cell = cell_in_page(page, f"check_{name} = Exercise(")
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(source)
    choose(page, "Run Selected Cell and All Below")
    wait_for_the_end(page)
    return cell.locator(".jp-OutputArea-output").first.inner_text()


@CHAPTERS
def test_chapter_runs_and_its_exercises_answer(path, lab, course, page, screenshots):
    stored = [cell for cell in chapters.read(path).cells if cell.cell_type == "code"]
    open_chapter(page, lab, path.stem)
    choose(page, "Run All Cells")
    wait_for_the_end(page)
    cells = saved(page, course, path.stem)
    assert_all_ran_without_complaint(cells)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    assert [has_figure(cell) for cell in cells] == [has_figure(cell) for cell in stored]
    exercises, solutions = tagged(cells, "exercise"), tagged(cells, "solution")
    assert all(exercise.outputs[0].text.startswith("○ open") for exercise in exercises)

    folded = page.locator(".jp-InputPlaceholder")
    assert folded.count() == len(solutions)
    folded.first.click()
    assert folded.count() == len(solutions) - 1, "a click opens a solution"

    name = re.search(r"check_(\w+) = Exercise\(", exercises[0].source)[1]
    check = exercises[0].source[exercises[0].source.index(f"check_{name} = ") :]
    wrong = f'def {name}(*arguments):\n    return "something else"\n\n\n{check}'
    reply = answer(page, name, wrong)
    assert reply.startswith("✗ not yet") and len(reply) > 30, reply
    cell_in_page(page, f"check_{name} = Exercise(").scroll_into_view_if_needed()
    page.screenshot(path=screenshots / f"{path.stem}_wrong.png")
    assert_all_ran_without_complaint(saved(page, course, path.stem))
    solution = solutions[0].source.replace(f"{name}_solution", name)
    right = solution[: solution.index(f"check_{name}.")] + check
    assert answer(page, name, right).startswith("✓ right")
    page.locator(".jp-OutputArea-output img").first.scroll_into_view_if_needed()
    page.screenshot(path=screenshots / f"{path.stem}_figure.png")

    changed = subprocess.run(["git", "status", "--porcelain"], cwd=course, capture_output=True, text=True).stdout
    assert changed == "", "a learner's work changed files that are committed"


def test_stopped_training_says_so_and_can_be_run_again(lab, course, page):
    open_chapter(page, lab, chapters.START_PAGE.stem)
    choose(page, "Run All Cells")
    curves = cell_in_page(page, "model = train(splits.train, [callbacks.LiveCurves()])")
    curves.locator(".jp-OutputArea-output img").wait_for(timeout=120_000)
    page.locator("[data-command='notebook:interrupt-kernel']").first.click()
    wait_for_the_end(page)
    assert "KeyboardInterrupt" in curves.inner_text()
    choose(page, "Run All Cells")
    wait_for_the_end(page)
    assert_all_ran_without_complaint(saved(page, course, chapters.START_PAGE.stem))
