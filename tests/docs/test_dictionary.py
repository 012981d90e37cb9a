"""The data dictionary says what the DDL says, and the DDL describes whatever it makes."""

from migrations.catalogue import migrations
from tests.docs.dictionary import PAGE, described, page


def test_the_data_dictionary_is_made_of_the_ddl():
    assert PAGE.read_text() == page(), "make docs"


def test_every_table_view_and_virtual_table_of_the_newest_schema_is_described():
    said = described(migrations()[-1].up.decode())

    assert [name for name, words in said.items() if not words.text and words.columns] == []
