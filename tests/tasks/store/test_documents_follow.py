"""Document search follows what is deleted and what moves, whoever does it and however."""

import sqlite3
from contextlib import closing

import pytest

from tasks.store.reading import query
from tests.tasks.store.conftest import rows

BUILD = query("documents").split(";\n")
FILL = (
    "INSERT INTO symbol_names (name, words, definitions) VALUES ('parseHttp', 'parse http', 1)",
    "INSERT INTO symbols (ast_id, name, symbol_type, line_number, column_number, end_line)"
    " VALUES (1, 'parseHttp', 'function', 9, 0, 9), (2, 'REG_BASE', 'macro', 9, 0, 9)",
    "INSERT INTO imports VALUES (1, 'net/http', 'import', 'standard library', 1, 0)",
    "INSERT INTO definition_docs VALUES (1, 9, 0, 'Parses headers.')",
    "INSERT INTO content_tags VALUES (1, 'cookie', 9), (2, 'reg', 2)",
    *BUILD,
)
CONTENTS = "SELECT rowid FROM document_contents({!r})"
PATHS = "SELECT rowid FROM document_paths({!r})"


def shell(database, *statements, foreign_keys=False):
    """Run statements as a plain SQLite shell would; then prove that search has not drifted."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA foreign_keys = {foreign_keys}")
        for statement in statements:
            connection.execute(statement)
        for table in ("document_contents", "document_paths"):
            connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")


@pytest.fixture
def documented(index):
    shell(index, *FILL)
    return index


@pytest.mark.parametrize(
    ("word", "asts"),
    [
        ("http", [(1,)]),  # inside of a name
        ("parsehttp", [(1,)]),
        ("definitions: parsing", [(1,)]),
        ("docstrings: header", [(1,)]),
        ("imports: net", [(1,)]),
        ("tags: cookies", [(1,)]),
        ("reg", [(2,)]),  # among the tags: macros are no definitions here
        ("base", []),
    ],
)
def test_a_content_is_found_by_the_stems_of_its_words(documented, word, asts):
    assert rows(documented, CONTENTS.format(word)) == asts


@pytest.mark.parametrize("foreign_keys", [False, True])
@pytest.mark.parametrize("word", ["http", "cookie", "header", "net"])
def test_a_content_that_is_gone_leaves_no_word(documented, word, foreign_keys):
    shell(documented, "DELETE FROM asts WHERE ast_id = 1", foreign_keys=foreign_keys)

    assert rows(documented, CONTENTS.format(word)) == []


def test_contents_that_a_foreign_key_deletes_leave_no_word(documented):
    shell(documented, "DELETE FROM parser_versions WHERE language = 'c'", foreign_keys=True)

    assert rows(documented, "SELECT id FROM document_contents_docsize") == [(3,)]


def test_contents_that_search_never_knew_can_go(index):
    shell(index, "DELETE FROM asts")

    assert rows(index, "SELECT ast_id FROM asts") == []


def test_a_file_that_moves_is_found_by_its_new_path_alone(documented):
    shell(documented, "UPDATE files SET path = 'src/HttpParser.py' WHERE path = 'b.py'")

    assert rows(documented, PATHS.format("parsers")) == [(2,)]
    assert rows(documented, PATHS.format("filename: b AND py")) == []


@pytest.mark.parametrize("foreign_keys", [False, True])
def test_a_file_that_is_gone_is_not_found(documented, foreign_keys):
    shell(documented, "DELETE FROM files WHERE path = 'a.py'", foreign_keys=foreign_keys)

    assert rows(documented, PATHS.format("py")) == [(2,)]


def test_the_files_of_a_root_that_is_gone_are_not_found(documented):
    shell(documented, "DELETE FROM roots WHERE name = 'right'", foreign_keys=True)

    assert rows(documented, PATHS.format("py")) == [(2,)]


def test_a_new_file_is_found(documented):
    shell(
        documented,
        "INSERT INTO files (root_id, path, size_bytes, mtime_ns, outcome, reason)"
        " VALUES (1, 'HTTPServer', 0, 0, 'skipped', 'binary content')",
    )

    assert rows(documented, PATHS.format("http AND server")) == [(6,)]


def test_the_text_of_a_document_is_bounded(documented):
    shell(
        documented,
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)"
        " INSERT INTO symbols (ast_id, name, symbol_type, line_number, column_number, end_line)"
        " SELECT 2, 'f' || i, 'function', 10, i, 10 FROM n",
        "INSERT INTO definition_docs VALUES (2, 9, 0, replace(hex(zeroblob(999)), '00', 'word '))",
        *BUILD,
    )
    lengths = (
        "length(definitions) - length(replace(definitions, char(10), '')) + 1, length(docstrings)"
    )

    assert rows(documented, f"SELECT {lengths} FROM documents WHERE ast_id = 2") == [(1000, 500)]
