"""The small v5 index that the tests of the store fill by hand, open to questions."""

import pytest

from tasks.index import Index
from tests.tasks.store.conftest import empty, index

__all__ = ["empty", "index"]


@pytest.fixture
def reader(index):
    with Index(index) as reader:
        yield reader
