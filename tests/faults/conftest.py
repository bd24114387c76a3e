"""What all tests of faults share: the checkout is afterwards as it was before."""

from collections.abc import Iterator

import pytest
from small_machine import changed_files


@pytest.fixture(autouse=True)
def unchanged_checkout() -> Iterator[None]:
    """Fail a test that changes files of this checkout or leaves new ones."""
    before = changed_files()
    yield
    assert changed_files() == before, "the test changed files of the checkout"
