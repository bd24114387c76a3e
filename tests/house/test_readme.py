"""README and environment.yml say what is so."""

import re

import chapters
import readme

TEXT = readme.README.read_text(encoding="utf-8")


def test_table_of_chapters_is_the_present_one():
    assert readme.with_table(TEXT) == TEXT, "run: .venv/bin/python tools/readme.py"


def test_start_page_holds_the_same_table():
    start_page = chapters.read(chapters.START_PAGE)
    before = [cell.source for cell in start_page.cells]
    readme.fill_map(start_page)
    assert [cell.source for cell in start_page.cells] == before, "run: .venv/bin/python tools/readme.py"
    assert all(f"]({path.name})" in "".join(before) for path in chapters.chapter_files())


def test_files_that_readme_and_contributing_name_exist():
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (chapters.ROOT / name).read_text(encoding="utf-8")
        links = re.findall(r"\]\(([^)#:]+)\)", text)
        assert links
        for link in links:
            assert (chapters.ROOT / link).exists(), f"{name} links to {link}"


def test_conda_installs_the_same_lock():
    text = (chapters.ROOT / "environment.yml").read_text(encoding="utf-8")
    assert "--requirement requirements.lock" in text
    assert re.search(r"python=3\.1[123]\b", text)
