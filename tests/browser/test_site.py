"""The course as a site, as `make site` builds it: formulas, figures, search, folded solutions, accessibility."""

import functools
import http.server
import re
import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

import chapters
import glossary

SITE = chapters.ROOT / "build" / "site"
PAGES = ["index", "instructors", "terms", *(path.stem for path in chapters.chapter_files())]
EACH_PAGE = pytest.mark.parametrize("name", PAGES)
EACH_CHAPTER = pytest.mark.parametrize("path", chapters.chapter_files(), ids=lambda path: path.stem)
MOST_SECONDS = 30_000  # milliseconds


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files and writes no line for each request."""

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Serve the built site on this machine; yield its address."""
    assert (SITE / "index.html").is_file(), "the site is not built; type: make site"
    handler = functools.partial(QuietHandler, directory=str(SITE))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def open_page(page: Page, site: str, name: str, scheme: str = "light") -> None:
    """Open a page and wait until its formulas are set."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"{site}/{name}.html", wait_until="load")
    if page.locator(".math").count():
        page.wait_for_function("() => document.querySelectorAll('mjx-container').length > 0", timeout=MOST_SECONDS)
        page.evaluate("() => MathJax.startup.promise")


@EACH_PAGE
def test_formulas_and_figures_are_drawn(name, site, page):
    open_page(page, site, name)
    assert page.locator("mjx-container").count() == page.locator(".math").count()
    assert page.locator("mjx-merror, [data-mjx-error]").count() == 0
    images = page.locator("article img").evaluate_all(
        "images => images.map(image => {image.loading = 'eager'; return [image.src, image.alt]})"
    )
    page.wait_for_function("() => [...document.querySelectorAll('article img')].every(image => image.complete)")
    drawn = page.locator("article img").evaluate_all("images => images.every(image => image.naturalWidth > 0)")
    assert drawn and all(alternative for _, alternative in images), images


@EACH_CHAPTER
def test_page_has_every_figure_of_the_chapter(path, site, page):
    open_page(page, site, path.stem)
    figures = str(path.read_text(encoding="utf-8")).count('"image/png"')
    assert page.locator("article .cell_output img").count() == figures


@pytest.mark.parametrize("scheme", ["light", "dark"])
@EACH_PAGE
def test_axe_finds_no_serious_fault(name, scheme, site, page):
    open_page(page, site, name, scheme)
    found = Axe().run(page).response["violations"]
    serious = [fault for fault in found if fault["impact"] in ("serious", "critical")]
    assert not serious, "\n".join(
        f"{fault['id']}: {node['html'][:200]}" for fault in serious for node in fault["nodes"]
    )


@EACH_PAGE
def test_page_fits_a_phone(name, site, page, screenshots):
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(page, site, name)
    page.screenshot(path=screenshots / f"phone_{name}.png")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    small = "texts => texts.some(text => parseFloat(getComputedStyle(text).fontSize) < 14)"
    assert not page.locator("article p, article li").evaluate_all(small)


@EACH_CHAPTER
def test_solutions_are_folded_until_opened(path, site, page):
    open_page(page, site, path.stem)
    solutions = page.locator("details.hide")
    written = [cell for cell in chapters.read(path).cells if "solution" in cell.metadata.get("tags", [])]
    assert solutions.count() == len(written)
    code = solutions.first.locator("pre").first
    assert not code.is_visible()
    solutions.first.locator("summary").click()
    assert code.is_visible()


@EACH_CHAPTER
def test_notebook_can_be_downloaded(path, site, page):
    open_page(page, site, path.stem)
    link = page.locator(f'a[href$="{path.name}"]').first.evaluate("link => link.href")
    notebook = page.request.get(link).json()
    assert len(notebook["cells"]) == len(chapters.read(path).cells)


@EACH_CHAPTER
def test_search_finds_a_term(path, site, page):
    term = next(term.english for term in glossary.terms() if term.chapter == path.stem)
    page.goto(f"{site}/search.html?q={term}")
    result = page.locator(f'#search-results a[href*="{path.stem}"]').first
    result.wait_for(timeout=MOST_SECONDS)


def test_first_page_says_in_one_screen_what_the_course_gives(site, page, screenshots):
    page.set_viewport_size({"width": 1280, "height": 800})
    for scheme in ("dark", "light"):
        open_page(page, site, "index", scheme)
        page.screenshot(path=screenshots / f"first_page_{scheme}.png")
    promises = page.locator("article li", has=page.locator("strong"))
    lowest = promises.evaluate_all("items => Math.max(...items.map(item => item.getBoundingClientRect().bottom))")
    assert promises.count() >= 4 and lowest <= 800
    page.locator(".prev-next-area a").first.click()
    assert re.search(r"00_start_here\.html", page.url)
