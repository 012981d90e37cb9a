"""Pages that are made of the code say what the code says."""

import pytest

from migrations.catalogue import migrations
from tests.docs import PAGES
from tests.docs.dictionary import described
from tests.docs.generated import GENERATED, renewed


@pytest.mark.parametrize("name", GENERATED)
def test_a_page_that_is_made_of_the_code_is_made_anew_when_it_changes(name):
    assert (PAGES / name).read_text() == renewed(name), "make docs"


def test_every_table_of_the_newest_schema_is_described():
    said = described(migrations()[-1].up.decode())

    assert [name for name, words in said.items() if words.columns and not words.text] == []
