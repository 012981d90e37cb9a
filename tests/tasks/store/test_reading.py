"""What building an index reads of the one before it."""

import pytest

from tasks.store.connection import open_read_only
from tasks.store.reading import facts_of
from tests.tasks.store.conftest import BROKEN, COPIED, PYTHON
from tests.tasks.store.conftest import C as C_PARSER


@pytest.fixture
def reader(index):
    connection = open_read_only(index)
    yield connection
    connection.close()


def test_facts_belong_to_a_content_under_a_parser_version(reader):
    assert facts_of(reader, PYTHON, COPIED) == (b"\x02", False)
    assert facts_of(reader, C_PARSER, BROKEN) == (b"\x01", True)


@pytest.mark.parametrize(
    ("fingerprint", "digest"),
    [(bytes(32), COPIED), (PYTHON, bytes(32))],
    ids=["parser version", "content"],
)
def test_another_content_or_another_parser_version_has_no_facts(reader, fingerprint, digest):
    assert facts_of(reader, fingerprint, digest) is None
