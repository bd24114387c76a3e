"""Each chapter in JupyterLab as a learner meets it: it runs, its figures are drawn, its exercises answer."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from learner import OpenChapter, errors, started_lab
from nbformat import NotebookNode
from playwright.sync_api import Browser, expect
from watch import watched_page

import chapters

LIVE = re.compile(r"epoch (\d+) of (\d+),")
TRAINS_LIVE = chapters.START_PAGE


class Chapter(OpenChapter):
    """A chapter that has been run from top to bottom, beside the stored one."""

    def __init__(self, *arguments, stored: Path):
        super().__init__(*arguments)
        self.stem, self.stored = stored.stem, chapters.read(stored).cells
        self.start_all()
        self.cells = self.wait_for_the_end()

    def tagged(self, tag: str) -> list[int]:
        """Return the places of the cells with a tag."""
        return [index for index, cell in enumerate(self.stored) if tag in cell.metadata.get("tags", [])]


@pytest.fixture(scope="module", params=chapters.chapter_files(), ids=lambda path: path.stem)
def chapter(request, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chapter]:
    """Run a chapter in a lab of its own: only one kernel lives at a time."""
    folder, faults = tmp_path_factory.mktemp("course"), []
    with started_lab(folder) as address, watched_page(browser, faults) as page:
        yield Chapter(page, address, folder / "workbook" / request.param.name, stored=request.param)
    assert not faults, "\n".join(faults)
    for path in chapters.chapter_files():
        assert (folder / "notebooks" / path.name).read_bytes() == path.read_bytes(), "a learner changed notebooks/"


def printed(cell: NotebookNode) -> str:
    """Return all text that a cell shows."""
    return "".join(output.get("text", "") + output.get("data", {}).get("text/plain", "") for output in cell.outputs)


def figures(cell: NotebookNode) -> int:
    return sum("image/png" in output.get("data", {}) for output in cell.get("outputs", []))


def test_every_cell_runs_in_order_and_without_complaint(chapter):
    code = [cell for cell in chapter.cells if cell.cell_type == "code"]
    assert errors(code) == []
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))


def test_figures_and_formulas_are_drawn(chapter, screenshots):
    assert [figures(cell) for cell in chapter.cells] == [figures(cell) for cell in chapter.stored]
    for index in [index for index, cell in enumerate(chapter.stored) if figures(cell)]:
        cell = chapter.cell(index)
        for image in cell.locator(".jp-OutputArea-output img").all():
            image.scroll_into_view_if_needed()
            assert image.evaluate("image => image.complete && image.naturalWidth > 0")
            assert image.bounding_box()["width"] <= cell.bounding_box()["width"]
        chapter.page.screenshot(path=screenshots / f"{chapter.stem}_{index:03d}_figure.png")
    assert chapter.page.locator("mjx-merror, [data-mjx-error]").count() == 0


def test_live_curves_reach_their_last_epoch(chapter):
    for stored, cell in zip(chapter.stored, chapter.cells, strict=True):
        if stored.cell_type == "code" and LIVE.search(printed(stored)):
            assert figures(cell)
            assert all(done == total for done, total in LIVE.findall(printed(cell)))
            assert len(LIVE.findall(printed(cell))) == len(LIVE.findall(printed(stored)))


def test_untouched_exercises_are_open_and_solutions_folded(chapter, screenshots):
    for index in chapter.tagged("exercise"):
        assert printed(chapter.cells[index]).startswith("○ open - ")
    for index in chapter.tagged("solution"):
        assert printed(chapter.cells[index]) == "solution verified\n"
        cell = chapter.cell(index)
        expect(cell.locator(".cm-content")).to_have_count(0)
        cell.locator(".jp-Placeholder-content").click()
        expect(cell.locator(".cm-content")).to_contain_text("verify_solution")
    if chapter.tagged("solution"):
        chapter.page.screenshot(path=screenshots / f"{chapter.stem}_opened.png")


def test_wrong_answers_get_their_hint_and_right_ones_a_tick(chapter, screenshots):
    exercises = chapter.tagged("exercise")
    for index in exercises:
        chapter.cell(index).locator(".cm-line", has_text=re.compile(r"^\s+\.\.\.$")).first.click()
        for key in ("End", *["Backspace"] * 3):
            chapter.page.keyboard.press(key)
        chapter.page.keyboard.type("return 0")
    answered = run_exercises(chapter, exercises)
    for index in exercises:
        reply = printed(answered[index])
        assert reply.startswith("✗ not yet - "), reply
        one_line = " ".join(reply.split())
        assert any(one_line.endswith(hint) for hint in hints(chapter.stored[index].source)), reply
    chapter.cell(exercises[0]).locator(".jp-OutputArea-output").scroll_into_view_if_needed()
    chapter.page.screenshot(path=screenshots / f"{chapter.stem}_wrong.png")

    for index, solution in zip(exercises, chapter.tagged("solution"), strict=True):
        chapter.write(index, answer(chapter.stored[index].source, chapter.stored[solution].source))
    answered = run_exercises(chapter, exercises)
    assert [printed(answered[index]) for index in exercises] == ["✓ right\n"] * len(exercises)


def run_exercises(chapter: Chapter, exercises: list[int]) -> list[NotebookNode]:
    """Run the exercises and all below; what stands there must run whatever the answers are."""
    chapter.start_from(exercises[0])
    cells = chapter.wait_for_the_end(exercises[0])
    assert errors(cells) == []
    assert all(printed(cells[index]) == "solution verified\n" for index in chapter.tagged("solution"))
    return cells


def hints(source: str) -> list[str]:
    """Return the hints of an exercise's cases."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    cases = [call for call in calls if getattr(call.func, "id", "") == "Case"]
    return [value.value for case in cases for value in case.args[2:3] if isinstance(value, ast.Constant)]


def answer(exercise: str, solution: str) -> str:
    """Return an exercise's cell with the solution in the place of its stub, under the learner's name."""
    name = re.search(r"check_(\w+)\.check\(", exercise)[1]
    stub = next(node for node in ast.parse(exercise).body if getattr(node, "name", "") == name)
    lines = exercise.splitlines()
    body = solution[: solution.index(f"check_{name}.verify_solution")].replace(f"{name}_solution", name)
    return "\n".join([*lines[: stub.lineno - 1], *body.rstrip().splitlines(), *lines[stub.end_lineno :]])


def test_stopped_training_says_so_and_can_be_run_again(browser, tmp_path, screenshots):
    faults = []
    with started_lab(tmp_path) as address, watched_page(browser, faults) as page:
        opened = OpenChapter(page, address, tmp_path / "workbook" / TRAINS_LIVE.name)
        opened.start_all()
        page.get_by_text(LIVE).first.wait_for(timeout=120_000)
        page.locator("[data-command='notebook:interrupt-kernel']").first.click()
        stopped = opened.wait_for_the_end()
        assert errors(stopped) == ["KeyboardInterrupt"]
        page.screenshot(path=screenshots / f"{TRAINS_LIVE.stem}_stopped.png")
        opened.start_all()
        assert errors(opened.wait_for_the_end()) == []
    assert not faults, "\n".join(faults)
