"""The site: built in a turn of its own, and put in the place of the old one when it is whole."""

import re

import pytest

import build_site
import chapters
import turns
from accessibility import page_problems


@pytest.fixture
def building(tmp_path, monkeypatch):
    """Stand in for Sphinx: a function that makes main build with this exit code; it returns main's."""
    monkeypatch.setattr(build_site, "BUILD", tmp_path)
    monkeypatch.setattr(build_site, "write_source", lambda folder: None)
    for name in ("UNFINISHED", "SITE"):
        monkeypatch.setattr(build_site, name, tmp_path / name.lower())

    def build(code):
        def sphinx(command):
            assert not (tmp_path / "unfinished").exists(), "left over from a build that failed"
            (tmp_path / "unfinished").mkdir()
            (tmp_path / "unfinished" / "index.html").write_text(f"a build that ends with {code}")
            with (tmp_path / "site.turn").open() as stream:
                assert not turns._taken(stream), "another command could build at the same time"
            return code

        monkeypatch.setattr(build_site.subprocess, "call", sphinx)
        return build_site.main()

    return build


def test_whole_site_takes_the_place_of_the_old_one_and_a_failed_one_does_not(building, tmp_path):
    for code in (0, 1, 0):
        assert building(code) == code
        assert (tmp_path / "site" / "index.html").read_text() == "a build that ends with 0"
    assert not (tmp_path / "unfinished").exists()


def test_first_page_shows_three_figures_as_chapters_store_them(tmp_path):
    text = build_site.pictures(tmp_path)
    assert list(page_problems(f"# Title\n\n{text}")) == []
    shown = re.findall(r"!\[.+\]\((.+)\.png\)", text)
    assert len(shown) == 3
    for stem in shown:
        assert (tmp_path / f"{stem}.png").read_bytes().startswith(b"\x89PNG")
        assert f"]({stem}.ipynb): " in text and (chapters.NOTEBOOKS / f"{stem}.ipynb").is_file()
