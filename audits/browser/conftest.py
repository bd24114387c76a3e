"""What all browser tests share: the system's Chromium, a page that notices faults, a folder for screenshots."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from served_site import served
from watch import watched_page

import chapters

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # refuses what leaves this machine
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the system's Chromium, once, without a window; it reaches 127.0.0.1 and nothing else."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.exit("no Chromium was found; install it, on Debian or Ubuntu with: sudo apt install chromium", 1)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def faults() -> list[str]:
    """Hold what `page` noticed: a test that expects a fault looks for it here and removes it."""
    return []


@pytest.fixture
def page(browser: Browser, faults: list[str]) -> Iterator[Page]:
    """Open a new page; its console errors and requests to other machines fail the test at the end."""
    with watched_page(browser, faults) as page:
        yield page
    assert not faults, "\n".join(faults)


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Serve the site that `make site` has built; return its address."""
    with served() as address:
        yield address


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Make build/browser/, where tests leave pictures for people to look at."""
    folder = chapters.ROOT / "build" / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
