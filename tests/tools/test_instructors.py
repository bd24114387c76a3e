"""The page for instructors says what is so: its ways through the chapters are complete, its commands exist."""

import re

import chapters

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


def test_commands_and_files_of_the_page_exist():
    targets = set(
        re.findall(r"^([a-z-]+):", (chapters.ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", PAGE, flags=re.MULTILINE))
    assert named and named <= targets, named - targets
    for name in re.findall(r"(?:tools\\|notebooks/|data/)\w+\.\w+", PAGE):
        assert (chapters.ROOT / name.replace("\\", "/")).exists(), name
