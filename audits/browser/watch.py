"""A page of the browser that notes its faults: console and script errors, and requests that leave this machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page


@contextmanager
def watched_page(browser: Browser, faults: list[str]) -> Iterator[Page]:
    """Open a new page, without cookies, and append to `faults` what goes wrong in it."""

    def note_address(address: str) -> None:
        parts = urlsplit(address)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname != "127.0.0.1":
            faults.append(f"a request that leaves this machine: {address}")

    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.on("request", lambda request: note_address(request.url))
    page.on("websocket", lambda socket: note_address(socket.url))
    page.on("console", lambda message: faults.append(f"console: {message.text}") if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    yield page
    context.close()
