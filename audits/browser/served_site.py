"""The built site, served on this machine, and how a test opens one of its pages."""

import functools
import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

import chapters

SITE = chapters.ROOT / "build" / "site"
CHAPTERS = chapters.chapter_files()
PAGES = ["index", "instructors", "clusters", "terms", *(path.stem for path in CHAPTERS)]
MOST_MILLISECONDS = 30_000


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files and writes no line for each request."""

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[str]:
    """Serve the site as long as the context lasts; yield its address."""
    assert (SITE / "index.html").is_file(), "the site is not built; type: make site"
    handler = functools.partial(_QuietHandler, directory=str(SITE))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def open_page(page: Page, site: str, name: str, scheme: str = "light") -> None:
    """Open a page and wait until its formulas are set."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"{site}/{name}.html", wait_until="load")
    if page.locator(".math").count():
        page.wait_for_function("() => document.querySelectorAll('mjx-container').length > 0", timeout=MOST_MILLISECONDS)
        page.evaluate("() => MathJax.startup.promise")
