"""What `page` must notice is noticed: otherwise the other tests would pass on a page that is broken or reaches out."""

import pytest

FETCH = "address => fetch(address, {mode: 'no-cors'}).then(() => 'reached', () => 'refused')"


@pytest.mark.parametrize("address", ["http://192.0.2.1/", "https://example.org/", "http://198.51.100.1:8080/"])
def test_request_that_leaves_the_machine_is_refused_and_noticed(page, faults, address):
    assert page.evaluate(FETCH, address) == "refused"
    assert f"a request that leaves this machine: {address}" in faults
    assert any("ERR_NAME_NOT_RESOLVED" in fault for fault in faults), "refused before a name was looked up"
    faults.clear()


@pytest.mark.parametrize(
    ("script", "fault"),
    [
        ("new WebSocket('ws://192.0.2.1/')", "a request that leaves this machine: ws://192.0.2.1/"),
        ("console.error('a message')", "console: a message"),
        ("throw Error('a failure')", "script: a failure"),
    ],
)
def test_fault_of_a_page_is_noticed(page, faults, script, fault):
    page.set_content(f"<script>{script}</script>")
    page.wait_for_function("document.readyState == 'complete'")
    assert fault in faults
    faults.clear()
