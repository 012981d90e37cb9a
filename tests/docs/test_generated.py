"""Pages that are made of the code say what the code says."""

from collections import Counter
from typing import Final

import pytest

from migrations.catalogue import migrations
from tests.docs import PAGES
from tests.docs.dictionary import described
from tests.docs.generated import GENERATED, MARK, renewed

_ALIKE_CHARS: Final = 43


@pytest.mark.parametrize("name", GENERATED)
def test_a_page_that_is_made_of_the_code_is_made_anew_when_it_changes(name):
    assert (PAGES / name).read_text() == renewed(name), "make docs"


def test_every_table_of_the_newest_schema_is_described():
    said = described(migrations()[-1].up.decode())

    assert [name for name, words in said.items() if words.columns and not words.text] == []


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.name)
def test_no_page_begins_two_lines_of_prose_alike(page):
    """So begins what is said twice, as where a paragraph was rewritten and the old one stayed."""
    by_hand = page.read_text("utf-8").partition(MARK)[0]
    prose = (line for line in by_hand.splitlines() if line[:1].isalpha())
    begun = Counter(line[:_ALIKE_CHARS] for line in prose if len(line) > _ALIKE_CHARS)

    assert [words for words, times in begun.items() if times > 1] == []
