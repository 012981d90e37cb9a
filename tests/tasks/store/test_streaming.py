"""Large results as Arrow: the rows of SQLite, with its nulls."""

import pyarrow as pa
import pytest

from tasks.store.streaming import stream
from tests.tasks.store.conftest import BROKEN, COPIED, rows


def streamed(database, name):
    return pa.concat_tables(stream(database, name)).to_pylist()


def test_files_come_by_root_and_path_with_their_ast_and_nulls(index):
    columns = ("root", "path", "language", "content_hash", "size_bytes", "outcome", "reason")
    expected = [
        ("left", "a.c", "c", BROKEN, 9, "partial", "syntax errors in 3.2 % of bytes", 2),
        ("left", "b.c", "c", COPIED, 9, "indexed", None, 1),
        ("left", "b.py", "python", COPIED, 9, "indexed", None, 3),
        ("left", "z", None, None, 0, "skipped", "symbolic link, not followed", 0),
        ("right", "a.py", "python", COPIED, 9, "indexed", None, 3),
    ]

    assert streamed(index, "export_files") == [
        dict(zip((*columns, "ast_id"), row, strict=True)) for row in expected
    ]


@pytest.mark.parametrize("table", ["symbols", "refs"])
def test_rows_come_in_ast_order_with_nulls_where_sqlite_has_them(index, table):
    found = streamed(index, f"export_{table}")
    columns = ", ".join(found[0])

    assert [tuple(row.values()) for row in found] == rows(
        index, f"SELECT {columns} FROM {table} ORDER BY ast_id, line_number, column_number"
    )


def test_a_context_at_the_top_level_is_empty_and_not_null(index):
    assert [row["context"] for row in streamed(index, "export_refs")] == ["", "f", "C.f"]


def test_asts_come_by_language_and_content(index):
    assert [
        (row["language"], row["content_hash"][-1]) for row in streamed(index, "export_asts")
    ] == [
        ("c", 10),
        ("c", 12),
        ("python", 10),
    ]


@pytest.mark.parametrize("name", ["export_files", "export_asts", "export_symbols", "export_refs"])
def test_an_empty_index_has_columns_and_no_rows(empty, name):
    (table,) = stream(empty, name)

    assert (table.num_rows, "language" in table.column_names or "name" in table.column_names) == (
        0,
        True,
    )
