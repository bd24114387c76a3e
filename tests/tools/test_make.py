"""`make` alone says what there is to type, and no page or message names a command that is not there."""

import os
import re
import shutil
import subprocess

import pytest

import chapters
from audits.__main__ import AUDITS

TARGETS = re.findall(r"^([a-z-]+):", (chapters.ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.skipif(shutil.which("make") is None, reason="Windows has no make")
def test_make_alone_prints_every_target_with_what_it_does():
    printed = subprocess.run(["make"], cwd=chapters.ROOT, capture_output=True, text=True, check=True).stdout
    listed = re.findall(r"^  make ([a-z-]+) +\S.{20,}$", printed, re.MULTILINE)
    assert len(TARGETS) > 10 and listed == TARGETS
    assert re.findall(r"^For (\w+):$", printed, re.MULTILINE) == ["learners", "instructors", "maintainers"]


@pytest.mark.skipif(shutil.which("make") is None, reason="Windows has no make")
def test_what_is_set_for_other_work_reaches_no_command(tmp_path):
    """WSL2 sets NAME; hooks of git, and people, the others. Output is not held back: JupyterLab prints its address."""
    words = ("AGAINST", "CH", "DATA", "FOLDER", "JOB", "NAME", "PART", "PYTHON", "TITLE")
    others = (
        "GIT_DIR",
        "JUPYTER_PATH",
        "PYTEST_ADDOPTS",
        "PYTHONHOME",
        "PYTHONOPTIMIZE",
        "PYTHONPATH",
        "PYTHONSAFEPATH",
    )
    makefile = (chapters.ROOT / "Makefile").read_text(encoding="utf-8")
    used = set(re.findall(r"\$\((?:or \$\()?([A-Z]+)", makefile)) - {"COURSE", "MAKEFLAGS"}
    assert used == set(words)
    shown = "".join(f"\t@echo '{name}=$({name})'\n" for name in words) + "\t@env\n\t@sleep 1\n"
    (tmp_path / "Makefile").write_text(f"{makefile}\nshow:\n{shown}")
    environment = {**os.environ, **dict.fromkeys([*words, *others], "for other work"), "MAKEFLAGS": "-j4 -O"}
    command = ["make", "show", "CH=02"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as process:
        printed = process.stdout.readline()
        assert process.poll() is None, "it prints at its end alone"
        printed += process.stdout.read()
    assert "for other work" not in printed and "PYTHON=python3\n" in printed and "\nCH=02\n" in printed


def test_every_command_that_pages_and_messages_name_exists():
    folders = ("audits", "benchmarks", "course_lib", "data", "docs", "notebooks", "tests", "tools")
    files = [path for folder in folders for path in (chapters.ROOT / folder).rglob("*.*")]
    text = "\n".join(
        path.read_text(encoding="utf-8")
        for path in [*chapters.ROOT.glob("*.md"), *files]
        if path.suffix in {".ipynb", ".md", ".py"}
    )
    named = set(re.findall(r"(?:`|^|type:? |run: |example: )make ([a-z-]+)", text, re.MULTILINE))
    assert len(named) > 10 and named <= set(TARGETS), named - set(TARGETS)
    audited = set(re.findall(r"make audit NAME=([a-z-]+)", text))
    assert audited and audited <= set(AUDITS), audited - set(AUDITS)
