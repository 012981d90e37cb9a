"""Bulk load: every row as it came, and the indexes back afterwards."""

import adbc_driver_sqlite.dbapi as adbc
import apsw
import pyarrow as pa
import pytest

from tasks.rows import ASTS, FAILURES, REFS, SYMBOLS
from tasks.store.loading import bulk_load, count, finish
from tasks.store.reading import query
from tests.tasks.store.conftest import rows

DERIVED = """
SELECT name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger') AND tbl_name IN
    ('files', 'symbols', 'refs', 'imports', 'symbol_names') ORDER BY name
"""
PARSER = "INSERT INTO parser_versions VALUES (1, 'c', 'c', '1', zeroblob(32), 1, zeroblob(32))"


@pytest.fixture
def candidate(empty):
    connection = apsw.Connection(str(empty))
    connection.execute(PARSER)
    connection.close()
    return empty


def symbols(*rows_of):
    base = {"ast_id": 1, "symbol_type": "function", "end_line": 9}
    place = [{"line_number": n, "column_number": 0} for n, _ in enumerate(rows_of, 1)]
    return pa.Table.from_pylist(
        [{**base, **at, **row} for at, row in zip(place, rows_of, strict=True)], SYMBOLS
    )


def asts(ast_id=1, facts=b"\x00f"):
    row = [ast_id, bytes([ast_id] * 32), 1, 5, 1, 0, "utf-8", facts]
    return pa.Table.from_pylist([dict(zip(ASTS.names, row, strict=True))], ASTS)


def load(candidate, **tables):
    with bulk_load(candidate, tables) as bulk:
        for table, rows_of in tables.items():
            bulk.insert(table, rows_of)


def test_rows_are_numbered_and_stored_as_they_come_nulls_included(candidate):
    with bulk_load(candidate, ["symbols"]) as bulk:
        bulk.insert("asts", asts())
        bulk.insert("symbols", symbols({"name": "b"}, {"name": "é"}))
        bulk.insert(
            "symbols",
            symbols(
                {"name": "a", "scope": "S", "signature": "f()", "definition_hash": b"12345678"}
            ),
        )

    assert rows(
        candidate, "SELECT symbol_id, name, scope, signature, definition_hash FROM symbols"
    ) == [(1, "b", None, None, None), (2, "é", None, None, None), (3, "a", "S", "f()", b"12345678")]


def test_bytes_stay_bytes(candidate):
    with bulk_load(candidate, []) as bulk:
        bulk.insert("asts", asts())

    assert rows(candidate, "SELECT content_hash, facts FROM asts") == [(b"\x01" * 32, b"\x00f")]


def test_rows_are_counted_by_table(candidate):
    with bulk_load(candidate, ["symbols", "refs"]) as bulk:
        bulk.insert("asts", asts(1))
        bulk.insert("asts", asts(2))
        bulk.insert("refs", REFS.empty_table())
        bulk.insert("symbols", symbols({"name": "a"}))

    assert bulk.rows == {"asts": 2, "refs": 0, "symbols": 1}
    assert count(candidate, bulk.rows) == bulk.rows


def test_indexes_and_triggers_are_off_during_the_load_and_back_afterwards(candidate):
    before = rows(candidate, DERIVED)
    with bulk_load(candidate, ["files", "symbols", "refs", "imports", "symbol_names"]):
        during = {name for name, sql in rows_while_loading(candidate) if sql}

    assert during == set()
    assert rows(candidate, DERIVED) == before


def rows_while_loading(candidate):
    """Read the schema of a copy: the file itself is locked."""
    copy = candidate.with_name("copy.db")
    copy.write_bytes(candidate.read_bytes())
    return rows(copy, DERIVED)


def test_an_index_that_rows_break_is_refused_afterwards(candidate):
    twice = pa.concat_tables([symbols({"name": "twice"})] * 2)

    with pytest.raises(apsw.ConstraintError, match="UNIQUE"):
        load(candidate, asts=asts(), symbols=twice)


def test_a_row_that_the_schema_forbids_stops_the_load(candidate):
    with pytest.raises(adbc.IntegrityError, match="CHECK constraint failed"):
        load(candidate, asts=asts(), symbols=symbols({"name": ""}))


def test_columns_go_by_their_names(candidate):
    rows_of = asts().select(list(reversed(ASTS.names)))
    with bulk_load(candidate, []) as bulk:
        bulk.insert("asts", rows_of)

    assert rows(candidate, "SELECT ast_id, line_count FROM asts") == [(1, 1)]


def test_kinds_and_search_over_names_are_derived_from_what_was_loaded(index):
    named = pa.table({"name": ["f", 'it\'s "100%"'], "words": ["f", "its 100"]})
    load(index, symbol_names=named.append_column("definitions", pa.array([3, 1])))
    finish(index, query("derived"))

    assert rows(index, "SELECT symbol_type, ast_id FROM symbol_kinds ORDER BY 1, 2") == [
        ("field", 3),
        ("function", 1),
        ("method", 3),
        ("prototype", 2),
    ]
    assert rows(
        index,
        "SELECT name FROM symbol_names_substrings WHERE symbol_names_substrings MATCH '\"100\"'",
    ) == [('it\'s "100%"',)]
    assert rows(
        index, "SELECT words FROM symbol_names_words WHERE symbol_names_words MATCH 'its'"
    ) == [("its 100",)]
    assert rows(index, "SELECT COUNT(*) > 0 FROM sqlite_stat1") == [(1,)]


def test_what_is_no_table_of_the_index_is_refused(candidate):
    with pytest.raises(adbc.Error, match="no such table: failures"):
        load(candidate, failures=pa.table({"ast_id": [1], "reason": ["x"]}, FAILURES))
