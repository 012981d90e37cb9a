"""Bulk load of a candidate: rows first, in their order; then indexes, triggers, FTS, statistics.

Rows go from Arrow to SQLite through ADBC without becoming Python objects. ADBC brings an SQLite
library of its own: it is the only one on the file while it is open, since closing one library's
connection would drop the other's locks.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import adbc_driver_sqlite.dbapi as adbc
import numpy as np
import pyarrow as pa

from migrations.opening_arrow import connect_arrow
from tasks.store.connection import open_candidate, quoted, sorting_beside

_PIECE_ROWS: Final = 1 << 18
_PRAGMAS: Final = (
    "PRAGMA journal_mode = OFF",
    "PRAGMA synchronous = OFF",
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA cache_size = -8192",
)


class BulkLoad:
    """An open bulk load. Rows are inserted in the order they come."""

    def __init__(self, connection: adbc.Connection) -> None:
        """Load over an open ADBC connection."""
        self._connection = connection
        self.rows: dict[str, int] = {}

    def insert(self, table: str, rows: pa.Table, number: str | None = None) -> None:
        """Insert rows; their column names are the table's. ``number``: the column to count them in.

        The count begins at 1, and goes on from one call to the next.
        """
        first = self.rows.get(table, 0) + 1
        self.rows[table] = first - 1 + rows.num_rows
        if not rows.num_rows:
            return
        if number:
            rows = rows.append_column(number, pa.array(np.arange(first, first + rows.num_rows)))
        columns = ", ".join(rows.column_names)
        holes = ", ".join("?" * rows.num_columns)
        with self._connection.cursor() as cursor:
            for at in range(0, rows.num_rows, _PIECE_ROWS):  # between them a signal is heard
                piece = rows.slice(at, _PIECE_ROWS)
                cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({holes})", piece)


@contextmanager
def bulk_load(candidate: Path, tables: Iterable[str]) -> Iterator[BulkLoad]:
    """Take the indexes and triggers off ``tables``, load, and put them back afterwards.

    What a trigger would have derived from each row is derived in bulk: see ``finish``.
    """
    taken_off = _take_off(candidate, list(tables))
    connection = connect_arrow(str(candidate), autocommit=True)
    try:
        with connection.cursor() as cursor:
            for pragma in _PRAGMAS:
                cursor.execute(pragma)
                cursor.fetchall()
            cursor.execute("BEGIN")
        yield BulkLoad(connection)
        with connection.cursor() as cursor:
            cursor.execute("COMMIT")
    finally:
        connection.close()
    _run(candidate, taken_off)


def finish(candidate: Path, script: str) -> None:
    """Derive what SQL derives best from the loaded rows, and collect the planner's statistics."""
    _run(candidate, [script, "ANALYZE"])


def count(candidate: Path, tables: Iterable[str]) -> dict[str, int]:
    """Count the rows of each table."""
    connection = open_candidate(candidate)
    counts = {table: connection.execute(f"SELECT COUNT(*) FROM {table}").get for table in tables}
    connection.close()
    return counts


def _take_off(candidate: Path, tables: list[str]) -> list[str]:
    """Drop the indexes and triggers of some tables; return the statements that make them again."""
    connection = open_candidate(candidate)
    marks = ", ".join("?" * len(tables))
    found: list[tuple[str, str, str]] = list(
        connection.execute(
            "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('index', 'trigger')"
            f" AND sql IS NOT NULL AND tbl_name IN ({marks}) ORDER BY rowid",
            tables,
        )
    )
    for kind, name, _ in found:
        connection.execute(f"DROP {kind} {quoted(name)}")
    connection.close()
    return [statement for _, _, statement in found]


def _run(candidate: Path, scripts: Iterable[str]) -> None:
    connection = open_candidate(candidate)
    with sorting_beside(candidate):
        for script in scripts:
            connection.execute(script).fetchall()
    connection.close()
