"""Each chapter and page can be used without seeing its figures or their colours; each rule rejects its trap."""

from pathlib import Path

import pytest
from nbformat import v4

import chapters
import glossary
from accessibility import colour_problems, contrast, notebook_problems, page_problems
from test_hygiene import code, picture

ALT = "The loss falls in each of three epochs, and then stays level."
FINDING = "The loss falls three times and then stays where it is."
PAGES = [
    *chapters.ROOT.glob("*.md"),
    *(chapters.ROOT / "docs").glob("*.md"),
    chapters.ROOT / "data" / "README.md",
]
PAGE_TRAPS = {
    "no title": ("## Part", "0 headings of the first level"),
    "title that comes late": ("## Part\n\n# Title", "a page begins with its title"),
    "two titles": ("# Title\n\n# Title", "2 headings of the first level"),
    "skipped level": ("# Title\n\n## Part\n\n#### Detail", "'Detail' skips a level"),
    "link that says nothing": ("# Title\n\nThe data are [here](data.md).", "the link 'here'"),
    "link without text": ("# Title\n\n[](data.md)", "the link ''"),
    "picture without text": ("# Title\n\n![](a.png)", "a picture without text"),
    "picture with a word": ("# Title\n\n![curves](a.png)", "with little: 'curves'"),
    "table without headings": ("# Title\n\n| | |\n|---|---|\n| a | b |", "a column that has no heading"),
    "table with one empty heading": ("# Title\n\n| a | |\n|:--|--:|\n| a | b |", "a column that has no heading"),
}
FIGURE_TRAPS = {
    "no text": (None, FINDING, "without `alt`"),
    "a title for a text": ("Learning curves", FINDING, "without `alt`"),
    "words without an end": (ALT.rstrip("."), FINDING, "without `alt`"),
    "a page for a text": (ALT * 6, FINDING, "without `alt`"),
    "what every reader knows": (f"A picture of a curve. {ALT}", FINDING, "what every reader knows"),
    "no finding": (ALT, "", "without a sentence below"),
    "a heading for a finding": (ALT, "## What goes wrong, and how to mend it", "without a sentence below"),
    "a table for a finding": (
        ALT,
        "| English | Meaning |\n|---|---|\n| loss | what falls |",
        "without a sentence below",
    ),
    "two words for a finding": (ALT, "See above.", "without a sentence below"),
}
COLOUR_TRAPS = {
    "pale grey": "axes.plot(x, y, color='0.7')",
    "yellow": "axes.contour(x, y, z, colors='yellow')",
    "pale text": "axes.text(0, 0, 'slope', color=plots.COLOURS[1])",
}


def with_figure(alternative, *following):
    metadata = {} if alternative is None else {"alt": alternative}
    return v4.new_notebook(cells=[v4.new_markdown_cell("# Title"), code("figure", [picture()], **metadata), *following])


@pytest.mark.parametrize("trap", PAGE_TRAPS)
def test_trap_in_a_page_is_rejected(trap):
    text, message = PAGE_TRAPS[trap]
    assert any(message in problem for problem in page_problems(text)), list(page_problems(text))


@pytest.mark.parametrize("trap", FIGURE_TRAPS)
def test_trap_at_a_figure_is_rejected(trap):
    alternative, finding, message = FIGURE_TRAPS[trap]
    (problem,) = notebook_problems(with_figure(alternative, v4.new_markdown_cell(finding)))
    assert message in problem


def test_finding_must_stand_close():
    claim, finding = code("expect('falls', True)"), v4.new_markdown_cell(FINDING)
    assert not list(notebook_problems(with_figure(ALT, claim, finding)))
    (problem,) = notebook_problems(with_figure(ALT, claim, code("expect('is level', True)"), finding))
    assert "without a sentence below" in problem


@pytest.mark.parametrize("trap", COLOUR_TRAPS)
def test_trap_of_colour_is_rejected(trap):
    (problem,) = colour_problems(COLOUR_TRAPS[trap])
    assert "has contrast" in problem


def test_what_is_allowed_passes():
    page = "# Title\n\nSee [the data](data.md).\n\n```bash\n# a comment\n```\n\n## Part\n\n### Detail\n\n## Part"
    assert not list(page_problems(page))
    assert not list(
        page_problems("# Title\n\n| a | b |\n|---|:-:|\n| | c |\n\n![The first page, with its menu](a.png)")
    )
    assert not list(
        colour_problems("%matplotlib inline\naxes.plot(x, y, color=plots.COLOURS[1])\naxes.text(0, 0, 'a')")
    )


def test_contrast_is_that_of_wcag():
    assert contrast("black") == pytest.approx(21) and contrast("white") == 1
    assert contrast("#767676") == contrast("white", "#767676") == pytest.approx(4.54, abs=0.005)
    assert contrast("#0000ff") == pytest.approx(8.59, abs=0.005)


@pytest.mark.parametrize("path", chapters.chapter_files(), ids=lambda path: path.stem)
def test_chapter_can_be_read_by_all(path):
    found = list(notebook_problems(chapters.read(path)))
    assert not found, "\n".join([f"edit notebooks/{path.name}:", *found])


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(chapters.ROOT)))
def test_page_can_be_read_by_all(path):
    assert list(page_problems(path.read_text(encoding="utf-8"))) == []


def test_glossary_can_be_read_by_all():
    assert list(page_problems(glossary.page())) == []


@pytest.mark.parametrize("path", sorted(Path(chapters.ROOT, "course_lib", "plots").glob("*.py")), ids=lambda p: p.stem)
def test_library_draws_in_colours_that_stand_out(path):
    assert list(colour_problems(path.read_text(encoding="utf-8"))) == []
