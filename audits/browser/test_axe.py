"""Every page of the site, light and dark, has no serious fault of accessibility that axe can find."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from served_site import PAGES, open_page


def serious_faults(page) -> list[str]:
    """Return a line for each element at which axe finds a serious or critical fault."""
    # Without preloading: axe would look for the style sheets' own imports in the wrong folder.
    found = Axe().run(page, options={"preload": False}).response["violations"]
    serious = [fault for fault in found if fault["impact"] in ("serious", "critical")]
    return [f"{fault['id']}: {node['html'][:200]}" for fault in serious for node in fault["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_page_has_no_serious_fault(name, scheme, site, page):
    open_page(page, site, name, scheme)
    assert serious_faults(page) == []


@pytest.mark.parametrize(
    ("rule", "planted"),
    [
        ("image-alt", "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>"),
        ("color-contrast", "<p style='color: #bbb; background: white'>pale text</p>"),
        ("link-name", "<a href='index.html'></a>"),
    ],
)
def test_planted_fault_is_found(rule, planted, site, page):
    open_page(page, site, "index")
    page.locator("article").evaluate("(article, planted) => article.insertAdjacentHTML('beforeend', planted)", planted)
    assert [fault.split(":")[0] for fault in serious_faults(page)] == [rule]
