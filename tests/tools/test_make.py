"""`make` alone says what there is to type, and no page or message names a command that is not there."""

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
