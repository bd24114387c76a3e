"""The page for instructors says what is so: its ways through the chapters are complete, its commands exist."""

import re
import shlex
import shutil
import subprocess
import sys

import nbformat
import pytest
from nbformat import v4

import chapters
import new_chapter
import notebooks
import readme

PAGE = (chapters.ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")


def test_each_shorter_way_has_what_its_chapters_build_on():
    ways = re.findall(r"^\|[^|]+\| (\d\d\w?(?:, \d\d\w?)+) \|$", PAGE, flags=re.MULTILINE)
    assert len(ways) >= 3
    for way in ways:
        numbers = way.split(", ")
        for position, number in enumerate(numbers):
            (path,) = chapters.chapter_files(number)
            needed = chapters.read(path).metadata["course"]["prerequisites"]
            assert set(needed) <= set(numbers[:position]), f"{way}: {number} needs {needed}"


def test_each_part_has_a_way_with_all_its_chapters():
    for part, those in readme.parts():
        way = re.search(rf"^\| {part} \| (.+) \|$", PAGE, flags=re.MULTILINE)[1].split(", ")
        assert {path.stem.split("_")[0] for path, _ in those} <= set(way), part
    assert f"The whole course has {len(chapters.chapter_files())} chapters" in PAGE


def test_commands_and_files_of_the_page_exist():
    targets = set(
        re.findall(r"^([a-z-]+):", (chapters.ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", PAGE, flags=re.MULTILINE))
    assert named and named <= targets, named - targets
    for name in re.findall(r"(?:tools\\|notebooks/|data/)\w+\.\w+", PAGE):
        assert (chapters.ROOT / name.replace("\\", "/")).exists(), name


@pytest.mark.skipif(sys.platform == "win32", reason="the page's commands are those of bash")
def test_what_is_handed_in_is_run_again_whatever_is_wrong_with_the_first_file(tmp_path):
    commands = re.search(r"```bash\n(for file in submissions.+?)git diff", PAGE, flags=re.DOTALL).group(1)
    commands = commands.replace(".venv/bin/python", shlex.quote(sys.executable)).replace("timeout=600", "timeout=2")
    folder = tmp_path / "submissions"
    folder.mkdir()
    reply = v4.new_code_cell("print('✓ right')")
    submissions = {
        "a no notebook": None,
        "b dies": [v4.new_code_cell("import os; os._exit(1)"), reply],
        "c another kernel": [v4.new_code_cell("1 / 0"), v4.new_code_cell("while True: pass"), reply],
    }
    for name, cells in submissions.items():
        notebook = cells and v4.new_notebook(
            cells=cells, metadata={"kernelspec": {"name": "my-own", "display_name": ""}}
        )
        (folder / f"{name}.ipynb").write_text(nbformat.writes(notebook) if cells else "{", encoding="utf-8")
    result = subprocess.run(["bash", "-c", commands], cwd=tmp_path, capture_output=True, encoding="utf-8", timeout=120)
    replies = re.findall(r'regraded/(.+)\.ipynb:(.+?)\\n"', result.stdout)
    assert replies == [("c another kernel", "✓ right")], result.stderr


CHECKER = """
from course_lib.checks import Case, Exercise
check_double = Exercise(hint="Multiply.", cases=[Case((2,), 4, "Twice."), Case((-1,), -2, "Sign.")])
"""


@pytest.mark.skipif(shutil.which("grep") is None, reason="the page's commands are those of bash")
def test_the_replies_are_found_whatever_a_learner_prints(tmp_path):
    """Other lines that hold the signs are not: the task's text, code, and what is printed to look like them."""
    answers = {
        "def double(n): ...": "○ open - Multiply.",
        "def double(n): return 2 * n": "✓ right",
        "def double(n): print(n, end=''); return 2 * n": "✓ right",
        "import os\ndef double(n): os.write(1, b'no line ends here'); return 2 * n": "✓ right",
        "print('no line ends here', end='')\ndef double(n): return n": "✗ not yet - with the arguments (2)",
        "def double(n): print('100 %', end='\\r')": "✗ not yet - with the arguments (2) your function prints but",
        "def double(n):\n    print('✓ right?')\n    if n > 0: return 2 * n": "✗ not yet - with the arguments (-1)",
        "def double(n): import sys; sys.exit()": "✗ not yet - with the arguments (2) your function stops with Sys",
    }
    cells = [v4.new_markdown_cell(new_chapter.EXERCISES_BEGIN)]
    cells += [v4.new_code_cell(f"{CHECKER}{answer}\ncheck_double.check(double)") for answer in answers]
    (tmp_path / "regraded").mkdir()
    notebook = v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": ""}})
    notebooks.run(notebook, tmp_path)
    (tmp_path / "regraded" / "02.ipynb").write_text(nbformat.writes(notebook), encoding="utf-8")
    command = re.search(r"^grep .+$", PAGE, flags=re.MULTILINE).group()
    found = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True)
    replies = [line.removeprefix("regraded/02.ipynb:") for line in found.stdout.splitlines()]
    assert len(replies) == len(answers), replies
    for reply, expected in zip(replies, answers.values(), strict=True):
        assert reply.startswith(expected), replies
