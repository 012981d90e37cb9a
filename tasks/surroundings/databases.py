"""SQLite databases that keep symbols: those of our lineage, and others by their tables."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import apsw

from migrations import recognition
from tasks.errors import FlagDayError
from tasks.store.connection import quoted
from tasks.store.untouched import untouched
from tasks.surroundings.found import Database

_MAGIC: Final = b"SQLite format 3\0"
_COMPANION: Final = ".companion.db"
_TABLES: Final = (  # in the order in which a plan lists them
    *("symbols", "definitions", "defs", "identifiers"),
    *("refs", "references", "usages", "uses", "xrefs", "occurrences"),
)
_NAMES: Final = {
    "name",
    "ident",
    "identifier",
    "symbol",
    "usr",
    "symbols_json",
    "definition",
    "def",
}
_PLACES: Final = {"file", "file_id", "path", "file_path", "ast_id", "line", "line_number", "at"}
_FOLDERS: Final = {"folder", "root", "root_path", "location", "directory", "dir"}
_MAX_ROOTS: Final = 1000


def databases(files: Iterable[Path]) -> Iterator[Database]:
    """Yield the databases among files that keep symbols."""
    for path in files:
        if _is_sqlite(path) and (found := database_at(path)):
            yield found


def database_at(path: Path) -> Database | None:
    """Tell what kind of index a database is; None where it is none, or cannot be read."""
    try:
        with untouched(path) as connection:
            return _recognised(path, connection)
    except (FlagDayError, apsw.Error):
        return None


def database_named(path: Path) -> Database:
    """Tell of a database that somebody has named, with all its tables where none gives it away."""
    if known := database_at(path):
        return known
    try:
        with untouched(path) as connection:
            tables = tuple(name for name in _columns(connection) if not name.startswith("sqlite_"))
    except (FlagDayError, apsw.Error):
        tables = ()  # it is not there, or no database
    return Database(path, "", False, (), None, tables)


def _recognised(path: Path, connection: apsw.Connection) -> Database | None:
    *_, newest = recognition.forms()
    form = recognition.recognise(connection)
    tables = _tables_of_symbols(connection)
    if form is None and not tables:
        return None
    what = form.name if form else f"of another make, with {' and '.join(tables)}"
    is_legacy = form != newest
    return Database(path, what, is_legacy, tables, _roots_of(path, connection))


def _tables_of_symbols(connection: apsw.Connection) -> tuple[str, ...]:
    """Name the tables that hold a name and a place, in words that indexers use for them."""
    found = {table.lower(): (table, columns) for table, columns in _columns(connection).items()}
    likely = (found[name] for name in _TABLES if name in found)
    return tuple(table for table, columns in likely if columns & _NAMES and columns & _PLACES)


def _columns(connection: apsw.Connection) -> dict[str, set[str]]:
    rows = connection.execute(
        "SELECT tables.name, lower(columns.name)"
        " FROM pragma_table_list AS tables, pragma_table_info(tables.name, 'main') AS columns"
        " WHERE tables.schema = 'main' AND tables.type = 'table' ORDER BY tables.name"
    )
    columns: dict[str, set[str]] = {}
    for table, column in rows:
        columns.setdefault(str(table), set()).add(str(column))
    return columns


def _roots_of(path: Path, connection: apsw.Connection) -> str | None:
    """Return the table.column all of whose values are folders on this machine."""
    for table, columns in _columns(connection).items():
        for column in sorted(columns & _FOLDERS):
            query = f"SELECT DISTINCT {quoted(column)} FROM {quoted(table)} LIMIT {_MAX_ROOTS}"
            values = [value for (value,) in connection.execute(query)]
            if values and all(_is_folder(path, value) for value in values):
                return f"{table}.{column}"
    return None


def _is_folder(database: Path, value: object) -> bool:
    return isinstance(value, str) and bool(value) and (database.parent / value).is_dir()


def _is_sqlite(path: Path) -> bool:
    if path.name.endswith(_COMPANION) or not path.is_file():
        return False
    try:
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        return os.read(handle, len(_MAGIC)) == _MAGIC
    finally:
        os.close(handle)
