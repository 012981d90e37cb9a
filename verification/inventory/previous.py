"""How many symbols the index before had in each file, as far as its tables tell."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

import apsw

from verification.inventory.schema import folded, quoted

_OURS: Final = """
SELECT
    roots.location || '/' || files.path,
    roots.name || '/' || files.path,
    lower(hex(files.content_hash)),
    symbol_type,
    COUNT(*)
FROM files
INNER JOIN roots ON files.root_id = roots.root_id
INNER JOIN parser_versions ON files.language = parser_versions.language
INNER JOIN asts
    ON files.content_hash = asts.content_hash
    AND parser_versions.parser_version_id = asts.parser_version_id
INNER JOIN symbols ON asts.ast_id = symbols.ast_id
GROUP BY files.file_id, symbol_type
"""
_TYPES: Final = ("symbol_type", "kind", "type")
_PATHS: Final = ("file_path", "path", "file")
_HASHES: Final = ("content_hash", "file_hash")
_FILE_KEYS: Final = ("file_id", "id")


@dataclass(frozen=True, slots=True)
class PreviousCount:
    """The symbols of one type that one content of a file had."""

    places: tuple[str, ...]  # what the index calls the file; the surest first
    content_hash: str | None  # as the index has it; None: it does not tell
    symbol_type: str
    symbols: int


def previous_counts(connection: apsw.Connection) -> tuple[Iterator[PreviousCount], bool]:
    """Return the counts, none where the tables do not tell files, and whether they are of v5.

    Of a legacy index the distinct names count, since such indexes repeat rows.
    """
    is_ours = "location" in _columns(connection, "roots") and bool(
        _columns(connection, "golden_symbols")
    )
    query = _OURS if is_ours else _legacy_query(connection)
    rows = connection.execute(query) if query else ()
    return (
        PreviousCount(tuple(map(_text, places)), _text(digest).lower() or None, _text(kind), count)
        for *places, digest, kind, count in rows
    ), is_ours


def _legacy_query(connection: apsw.Connection) -> str | None:
    """Write the query for a table ``symbols`` with a name, a type and a way to a path."""
    symbols, files = _columns(connection, "symbols"), _columns(connection, "files")
    versions = _columns(connection, "content_versions")
    kind = _first(_TYPES, symbols)
    path, joins = _way_to_path(symbols, files)
    digest = _column("symbols", _first(_HASHES, symbols))
    if joins:
        digest = digest or _column("files", _first(_HASHES, files))
    if {"content_version_id", "content_hash"} <= versions and "content_version_id" in symbols:
        joins += " INNER JOIN content_versions USING (content_version_id)"
        digest = "content_versions.content_hash"
    if not path or not kind or "name" not in symbols:
        return None
    return (
        f"SELECT CAST({path} AS BLOB), CAST({digest or 'NULL'} AS BLOB),"
        f" CAST(symbols.{quoted(kind)} AS BLOB), COUNT(DISTINCT symbols.name)"
        f" FROM symbols{joins} GROUP BY 1, 2, 3"
    )


def _way_to_path(symbols: set[str], files: set[str]) -> tuple[str, str]:
    """Return the column that has a symbol's path, and the join that leads there; both may be ''."""
    path = _column("symbols", _first(_PATHS, symbols))
    if not path and "file_id" in symbols and (key := _first(_FILE_KEYS, files)):
        joins = f" INNER JOIN files ON symbols.file_id = files.{quoted(key)}"
        return _column("files", _first(_PATHS, files)), joins
    return path, ""


def previous_totals(connection: apsw.Connection) -> dict[str, int | None] | None:
    """Count the files, symbols and refs of a legacy index, None where no table tells.

    None altogether where its table ``symbols`` has no names to compare by.
    """
    symbols = _columns(connection, "symbols")
    if "name" not in symbols:
        return None
    path = _column("symbols", _first(_PATHS, symbols))
    counts = {
        "files": "COUNT(*) FROM files"
        if _columns(connection, "files")
        else f"COUNT(DISTINCT {path}) FROM symbols"
        if path
        else "",
        "symbols": "COUNT(*) FROM symbols",
        "refs": "COUNT(*) FROM refs" if _columns(connection, "refs") else "",
    }
    return {
        what: connection.execute(f"SELECT {count}").get if count else None
        for what, count in counts.items()
    }


def previous_names(connection: apsw.Connection) -> Iterator[str]:
    """Yield the distinct names of a legacy index's symbols."""
    query = "SELECT DISTINCT CAST(name AS BLOB) FROM symbols WHERE name IS NOT NULL"
    return (_text(name) for (name,) in connection.execute(query))


def previous_places(
    connection: apsw.Connection, names: Collection[str]
) -> dict[str, tuple[str | None, str | None]]:
    """Return the type and the path that a legacy index has of names, one of each."""
    symbols, files = _columns(connection, "symbols"), _columns(connection, "files")
    path, joins = _way_to_path(symbols, files)
    kind = _column("symbols", _first(_TYPES, symbols))
    rows = connection.execute(
        f"SELECT CAST(symbols.name AS BLOB), CAST(MIN({kind or 'NULL'}) AS BLOB),"
        f" CAST(MIN({path or 'NULL'}) AS BLOB) FROM symbols{joins}"
        " WHERE symbols.name IN (SELECT value FROM json_each(?)) GROUP BY symbols.name",
        (json.dumps(list(names)),),
    )
    return {_text(name): (_text(kind) or None, _text(path) or None) for name, kind, path in rows}


def _columns(connection: apsw.Connection, table: str) -> set[str]:
    return {folded(name) for _, name, *_ in connection.execute(f"PRAGMA table_info ({table})")}


def _text(value: str | bytes | None) -> str:
    """Read a text that may be in any encoding, as the ledger of files reads paths."""
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else value or ""


def _first(names: tuple[str, ...], columns: set[str]) -> str | None:
    return next((name for name in names if name in columns), None)


def _column(table: str, name: str | None) -> str:
    return f"{table}.{quoted(name)}" if name else ""
