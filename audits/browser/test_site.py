"""The course as a site, as `make site` builds it: formulas, figures, search, folded solutions, downloads."""

import json

import pytest
from served_site import CHAPTERS, MOST_MILLISECONDS, PAGES, open_page

import chapters
import glossary

EACH_PAGE = pytest.mark.parametrize("name", PAGES)
EACH_CHAPTER = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
READABLE = 14  # pixels
CUT_OFF = """
() => [...document.querySelectorAll("article *")].filter(element => {
  if (element.getBoundingClientRect().right <= innerWidth + 1 || !element.checkVisibility()) return false;
  for (let outer = element; outer.tagName != "ARTICLE"; outer = outer.parentElement)
    if (["auto", "scroll"].includes(getComputedStyle(outer).overflowX) || outer.matches("mjx-assistive-mml"))
      return false;
  return true;
}).map(element => element.outerHTML.slice(0, 100))
"""
FONT_SIZES = """
texts => texts.filter(text => text.textContent.trim()).map(text => parseFloat(getComputedStyle(text).fontSize))
"""
TEXT = """
() => {
  const copy = document.querySelector("article").cloneNode(true);
  copy.querySelectorAll("pre, code, mjx-container, script").forEach(element => element.remove());
  return copy.textContent;
}
"""


@EACH_PAGE
def test_formulas_and_figures_are_drawn(name, site, page):
    open_page(page, site, name)
    assert page.locator("mjx-container").count() == page.locator(".math").count()
    assert page.locator("mjx-merror, [data-mjx-error]").count() == 0
    text = page.evaluate(TEXT)
    assert "$" not in text and "\\(" not in text, "a formula that was not recognised"
    images = page.locator("article img")
    images.evaluate_all("images => images.forEach(image => {image.loading = 'eager'})")
    page.wait_for_function("() => [...document.querySelectorAll('article img')].every(image => image.complete)")
    assert images.evaluate_all("images => images.every(image => image.naturalWidth > 0 && image.alt.length >= 20)")


@EACH_CHAPTER
def test_each_figure_of_a_chapter_has_its_text(path, site, page):
    open_page(page, site, path.stem)
    stored = [cell.metadata["alt"] for cell in chapters.read(path).cells if "alt" in cell.metadata]
    assert page.locator(".cell_output img").evaluate_all("images => images.map(image => image.alt)") == stored


@EACH_PAGE
def test_page_fits_a_phone(name, site, page, screenshots):
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, site, name)
    page.screenshot(path=screenshots / f"phone_{name}.png")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert page.evaluate(CUT_OFF) == []
    assert min(page.locator("article :is(p, li, td, th, pre, summary)").evaluate_all(FONT_SIZES)) >= READABLE


@EACH_CHAPTER
def test_solutions_are_folded_until_opened_by_mouse_or_key(path, site, page):
    open_page(page, site, path.stem)
    solutions = page.locator("details.hide")
    written = [cell for cell in chapters.read(path).cells if "solution" in cell.metadata.get("tags", [])]
    assert solutions.count() == len(written)
    for number in range(len(written)):
        code, summary = solutions.nth(number).locator("pre").first, solutions.nth(number).locator("summary")
        assert not code.is_visible()
        summary.click() if number else summary.press("Enter")
        assert code.is_visible()


@EACH_CHAPTER
def test_notebook_can_be_downloaded(path, site, page):
    open_page(page, site, path.stem)
    page.get_by_role("button", name="Download this page").click()
    link = page.get_by_role("link", name=".ipynb")
    assert link.is_visible()
    notebook = page.request.get(link.evaluate("link => link.href")).json()
    assert [cell["source"] for cell in notebook["cells"]] == [
        cell["source"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
    ]


@EACH_CHAPTER
def test_search_finds_a_term(path, site, page):
    term = next((term.english for term in glossary.terms() if term.chapter == path.stem), "notebook")
    open_page(page, site, "index")
    page.keyboard.press("Control+k")
    page.keyboard.type(term)
    page.keyboard.press("Enter")
    page.locator(f'#search-results a[href*="{path.stem}"]').first.wait_for(timeout=MOST_MILLISECONDS)


def test_first_page_says_in_one_screen_what_the_course_gives(site, page, screenshots):
    page.set_viewport_size({"width": 1280, "height": 800})
    for scheme in ("dark", "light"):
        open_page(page, site, "index", scheme)
        page.screenshot(path=screenshots / f"first_page_{scheme}.png")
    lowest = "items => Math.max(...items.map(item => item.getBoundingClientRect().bottom))"
    promises = page.locator("article li", has=page.locator("strong"))
    assert promises.count() >= 4 and promises.evaluate_all(lowest) <= 800
    chapters_listed = page.locator("article table a").evaluate_all("links => links.map(link => link.pathname)")
    assert chapters_listed == [f"/{path.stem}.html" for path in CHAPTERS]


def test_next_leads_through_all_chapters_and_previous_back(site, page):
    open_page(page, site, "index")
    for path in CHAPTERS:
        page.locator("a.right-next").click()
        page.wait_for_url(f"**/{path.stem}.html")
    for path in [*reversed(CHAPTERS[:-1])]:
        page.locator("a.left-prev").click()
        page.wait_for_url(f"**/{path.stem}.html")


def test_keys_reach_the_text_the_search_and_the_dark_mode(site, page):
    open_page(page, site, CHAPTERS[0].stem)
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main-content")
    page.keyboard.press("Control+k")
    assert page.locator(":focus").get_attribute("type") == "search"
    page.keyboard.press("Escape")
    switch = page.locator(".theme-switch-button:visible").first
    for mode in ("dark", "light", "auto"):
        switch.press("Enter")
        page.locator(f".theme-change-button[data-mode={mode}]:visible").press("Enter")
        assert page.evaluate("() => document.documentElement.dataset.mode") == mode
