"""Databases at the versions of the lineage, and what can be seen of them."""

from pathlib import Path

import apsw
import pytest

from migrations import runner
from tests.legacy import OF_OTHERS, v4

Schema = list[tuple[str, str, str | None]]


@pytest.fixture
def connection(tmp_path: Path) -> apsw.Connection:
    """An empty database."""
    connection = apsw.Connection(str(tmp_path / "index.db"))
    yield connection
    connection.close()


@pytest.fixture
def at_v4(tmp_path: Path) -> apsw.Connection:
    """A v4 index with rows in its tables, its cache and its queues."""
    connection = apsw.Connection(str(v4(tmp_path / "v4.db")))
    yield connection
    connection.close()


@pytest.fixture
def at_v5(tmp_path: Path) -> apsw.Connection:
    """A v5 index with rows, that went through the whole lineage."""
    connection = apsw.Connection(str(tmp_path / "v5.db"))
    runner.up(connection)
    connection.execute(OF_OTHERS.read_text()).fetchall()
    connection.execute(
        "INSERT INTO roots (root_id, name, location) VALUES (1, 'r', '/r');"
        "INSERT INTO parser_versions VALUES"
        " (1, 'c', 'c', '1', zeroblob(32), 1, zeroblob(32));"
        "INSERT INTO asts VALUES (1, zeroblob(32), 1, 0, 0, 0, 'utf-8', x'');"
        "INSERT INTO symbols (ast_id, name, symbol_type, line_number, column_number, end_line)"
        " VALUES (1, 'f', 'function', 1, 0, 1);"
        "INSERT INTO files (root_id, path, content_hash, language, size_bytes, mtime_ns, outcome)"
        " VALUES (1, 'a.c', zeroblob(32), 'c', 0, 0, 'indexed');"
        "INSERT INTO runs VALUES ('r1', 's', 'f', '1', 'passed', zeroblob(32), '/a');"
        "INSERT INTO run_steps VALUES ('r1', 1, 'check preconditions', 3);"
    ).fetchall()
    yield connection
    connection.close()


def schema(connection: apsw.Connection) -> Schema:
    """Return the text of every object but the record of migrations and SQLite's own, by name."""
    return connection.execute(
        "SELECT type, name, sql FROM sqlite_schema"
        " WHERE tbl_name <> 'schema_migrations' AND tbl_name <> 'sqlite_sequence' ORDER BY name"
    ).fetchall()


def rows(connection: apsw.Connection, *tables: str) -> dict[str, list[tuple[object, ...]]]:
    """Return all rows of some tables."""
    return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables}


def recorded(connection: apsw.Connection) -> list[int]:
    """Return the versions on record."""
    return [v for (v,) in connection.execute("SELECT version FROM schema_migrations ORDER BY 1")]
