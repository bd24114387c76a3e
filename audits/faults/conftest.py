"""What all tests of faults share: the checkout is afterwards as it was before."""

from collections.abc import Iterator

import pytest
from small_machine import git_status


@pytest.fixture(autouse=True)
def unchanged_checkout() -> Iterator[None]:
    """Fail a test that changes files of this checkout or leaves new ones."""
    if git_status():
        pytest.fail(
            "commit your changes, or put them away: a changed file could be changed again unseen", pytrace=False
        )
    yield
    assert not git_status(), "the test changed files of the checkout"
