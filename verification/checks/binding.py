"""Checks that symbols and refs hold no file, whatever a column is called."""

from collections.abc import Iterator
from typing import Any, Final

import apsw

from verification.checks.spread import Place, spread
from verification.subject import Check, Severity, Subject

_SAMPLES: Final = 500  # points of a table
_OWN: Final = frozenset(
    {"symbol_id", "ref_id", "ast_id", "line_number", "column_number", "end_line"}
)
_TABLES: Final = (("symbols", "golden_symbols"), ("refs", "golden_refs"))


def _held_files(connection: apsw.Connection, _: Subject) -> Iterator[dict[str, object]]:
    """Compare sampled values with the files that the golden join leads to from their rows.

    A column holds a file where most of its values, NULL aside, are the path, the file id or the
    content hash of a file of their own row.
    """
    for table, view in _TABLES:
        places = spread(connection, table, _SAMPLES)
        found: list[tuple[Any, ...]] = connection.execute(
            "SELECT name FROM pragma_table_xinfo(?, 'main') ORDER BY cid", (table,)
        ).fetchall()
        for column in sorted({name for (name,) in found} - _OWN):
            held: dict[Place, str | None] = {}
            for place in places:
                for row in _values(connection, table, view, column, place):
                    held[place] = held.get(place) or _held(*row)
            for kind in sorted({kind for kind in held.values() if kind}):
                rows = sum(each == kind for each in held.values())
                if rows * 2 > len(held):
                    evidence = {"table_name": table, "column_name": column, "holds": kind}
                    yield {**evidence, "rows": rows, "rows_sampled": len(held)}


def _values(
    connection: apsw.Connection, table: str, view: str, column: str, place: Place
) -> Iterator[tuple[Any, ...]]:
    """Yield (value, path, file id, content hash) of the rows at a place, once a file."""
    name = '"' + column.replace('"', '""') + '"'
    yield from connection.execute(
        f"SELECT {table}.{name}, {view}.path, {view}.file_id, {view}.content_hash FROM {table}"
        f" INNER JOIN {view} USING (ast_id, line_number, column_number, name)"
        f" WHERE {table}.{name} IS NOT NULL"
        " AND ast_id = ? AND line_number = ? AND column_number = ?",
        place,
    )


def _held(value: object, path: str, file_id: int, digest: bytes) -> str | None:
    if isinstance(value, str) and ("." in path or "/" in path) and path in value:
        return "paths"
    if value == file_id:
        return "file ids"
    return "content hashes" if value in (digest, digest.hex(), digest.hex().upper()) else None


CHECKS: Final = (
    Check(
        id="V-014",
        title="No column of symbols and refs holds a file, whatever it is called",
        severity=Severity.FAIL,
        section="§6.1",
        group="schema",
        find=_held_files,
    ),
)
