"""The digest of a table tells its rows apart, and not the numbers that they happen to have."""

import apsw
import pytest

from tests.verification.offences import run
from verification.tables.digests import TABLES, table_digests

RENUMBERED = """
    UPDATE asts SET ast_id = ast_id * 10;
    UPDATE symbol_kinds SET ast_id = ast_id * 10;
    UPDATE imports SET ast_id = ast_id * 10;
    UPDATE definition_docs SET ast_id = ast_id * 10;
    UPDATE content_tags SET ast_id = ast_id * 10;
    UPDATE symbol_names SET name_id = name_id + 404;
"""


def columns():
    """List every column of the tables but surrogate keys."""
    return [
        ("asts", "size_bytes"), ("asts", "line_count"), ("asts", "encoding"), ("asts", "facts"),
        ("content_tags", "tag"), ("content_tags", "weight"),
        ("definition_docs", "line_number"), ("definition_docs", "column_number"),
        ("definition_docs", "docstring"),
        ("imports", "line_number"), ("imports", "column_number"), ("imports", "module"),
        ("imports", "import_kind"),
        ("symbol_kinds", "symbol_type"),
        ("symbol_names", "name"), ("symbol_names", "words"), ("symbol_names", "definitions"),
    ]  # fmt: skip


def test_rows_are_counted(good):
    counted = {name: digest.rows for name, digest in table_digests(good.database).items()}
    connection = apsw.Connection(str(good.database))

    assert counted == {
        name: connection.execute(f"SELECT COUNT(*) FROM {name}").get for name in TABLES
    }


def test_surrogate_keys_do_not_change_a_digest(good):
    before = table_digests(good.database)
    run(good.database, RENUMBERED)

    assert table_digests(good.database) == before


@pytest.mark.parametrize(("table", "column"), columns())
def test_one_value_of_one_row_changes_the_digest_of_its_table_alone(good, table, column):
    before = table_digests(good.database)
    kind = "CAST(x'31' AS BLOB)" if column == "facts" else f"CAST({column} || '1' AS ANY)"
    run(
        good.database,
        f"UPDATE {table} SET {column} = {kind}"
        f" WHERE ({column}) IN (SELECT MAX({column}) FROM {table})",
    )
    after = table_digests(good.database)

    assert [name for name in TABLES if after[name] != before[name]] == [table]


def test_a_row_that_goes_to_another_ast_changes_the_digest(good):
    before = table_digests(good.database)
    run(good.database, "UPDATE imports SET ast_id = ast_id + 1")

    assert table_digests(good.database)["imports"] != before["imports"]


def test_a_table_that_is_not_there_cannot_be_read(good):
    run(good.database, "DROP TABLE imports")

    with pytest.raises(ValueError, match=r"index\.db cannot be read: .*no such table: imports"):
        table_digests(good.database)


def test_empty_tables_have_a_digest(good):
    run(good.database, "DELETE FROM imports; DELETE FROM definition_docs; DELETE FROM asts")

    assert {digest.rows for digest in table_digests(good.database).values()} == {0}
