"""`make` alone says what there is to type."""

import re
import shutil
import subprocess

import pytest

import chapters

MAKEFILE = (chapters.ROOT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.skipif(shutil.which("make") is None, reason="Windows has no make")
def test_make_alone_prints_every_target_with_what_it_does():
    printed = subprocess.run(["make"], cwd=chapters.ROOT, capture_output=True, text=True, check=True).stdout
    targets = re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)
    listed = re.findall(r"^  make ([a-z-]+) +\S.{20,}$", printed, re.MULTILINE)
    assert len(targets) > 10 and listed == targets
    assert re.findall(r"^For (\w+):$", printed, re.MULTILINE) == ["learners", "instructors", "maintainers"]
