"""Carry a database over into a new one, all but what goes: that is left where it is.

It goes as VACUUM goes: tables and indexes are made anew and filled page by page, in whatever state
their rows are; views, triggers and virtual tables are lines of the schema, and taken as they stand.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase
from typing import Any, Final

import apsw

from migrations.opening import ample, bound, undefended
from tasks.errors import StepFailed
from tasks.store.connection import open_candidate, quoted
from tasks.store.untouched import untouched, uri_of

_SOURCE: Final = "source"
_SEQUENCES: Final = "sqlite_sequence"
_LOWER: Final = str.maketrans(ascii_uppercase, ascii_lowercase)
_ROW_IDS: Final = ("rowid", "oid", "_rowid_")
_OWN: Final = "sqlite_"  # how names begin that SQLite itself gives
_PRAGMAS: Final = (
    "PRAGMA locking_mode = NORMAL",  # the log of a writer may lie beside the source
    "PRAGMA foreign_keys = OFF",
    "PRAGMA ignore_check_constraints = ON",
)
_OF_THE_SOURCE: Final = (apsw.SQLError, apsw.ConstraintError, apsw.CorruptError)


@dataclass(frozen=True, slots=True)
class Thing:
    """An object of a schema, by its type there; of names, case does not count."""

    type: str
    name: str


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a schema."""

    rowid: int
    type: str
    name: str
    table: str
    sql: str
    has_pages: bool  # views, triggers and virtual tables have none

    @property
    def thing(self) -> Thing:
        return Thing(self.type, _folded(self.name))


def carry_all_but(source: Path, candidate: Path, gone: Collection[Thing]) -> None:
    """Fill ``candidate``, which is new, with one consistent state of ``source``.

    Statistics of the planner are not taken along. Raises StepFailed with what cannot be,
    PreconditionFailed where the source is no database, and apsw.Error where the disk fails.
    """
    left = {Thing(item.type, _folded(item.name)) for item in gone}
    with untouched(source) as reader:
        connection = open_candidate(candidate)
        bound(connection, ample(Path(reader.filename).stat().st_size))
        doing = "ATTACH"
        try:
            for pragma in _PRAGMAS:
                connection.execute(pragma).fetchall()
            connection.execute(f"ATTACH ? AS {_SOURCE}", (uri_of(Path(reader.filename)),))
            with undefended(connection):
                connection.execute("PRAGMA writable_schema = ON; BEGIN").fetchall()
                for doing, values in _statements(connection, left):
                    connection.execute(doing, values).fetchall()
                connection.execute("COMMIT; PRAGMA writable_schema = RESET").fetchall()
        except _OF_THE_SOURCE as error:
            raise StepFailed(
                f"{doing} failed: {error}",
                next_step="Name it in legacy.tables, or mend it. "
                "The index in service is unchanged.",
            ) from error
        finally:
            connection.close()


def _folded(name: str) -> str:
    """Fold the case of a name as SQLite does: of ASCII alone."""
    return name.translate(_LOWER)


def _statements(
    connection: apsw.Connection, gone: Collection[Thing]
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield what makes the new schema, and fills it. Each has to be run before the next comes."""
    lines = list(_lines(connection, gone))
    paged = [line for line in lines if line.has_pages and not line.name.startswith(_OWN)]
    for kind in ("table", "index"):
        yield from ((line.sql, ()) for line in paged if line.type == kind)
    yield from ((_filling(connection, line.name), ()) for line in paged if line.type == "table")
    if connection.table_exists("main", _SEQUENCES):
        yield f"DELETE FROM main.{_SEQUENCES}", ()
        yield (
            f"INSERT INTO main.{_SEQUENCES} SELECT * FROM {_SOURCE}.{_SEQUENCES}"
            " WHERE name IN (SELECT name FROM main.sqlite_schema)",
            (),
        )
    for line in lines:
        if not line.has_pages:
            yield (
                "INSERT INTO main.sqlite_schema SELECT type, name, tbl_name, rootpage, sql"
                f" FROM {_SOURCE}.sqlite_schema WHERE rowid = ?",
                (line.rowid,),
            )


def _filling(connection: apsw.Connection, table: str) -> str:
    """Return what fills a table: page by page, where SQLite does that and keeps the row ids.

    It does not for generated columns beside a key; and without a key or an index it numbers anew.
    """
    columns: list[tuple[str, int, int]] = list(
        connection.execute(
            "SELECT name, hidden, pk FROM pragma_table_xinfo(?, ?)", (table, _SOURCE)
        )
    )
    stored = [quoted(name) for name, hidden, _ in columns if not hidden]
    if not any(pk for *_, pk in columns):
        stored += _row_ids_with_gaps(connection, table, {_folded(name) for name, *_ in columns})
    if len(stored) == len(columns):
        return f"INSERT INTO main.{quoted(table)} SELECT * FROM {_SOURCE}.{quoted(table)}"
    names = ", ".join(stored)
    source = f"{_SOURCE}.{quoted(table)}"
    return f"INSERT INTO main.{quoted(table)} ({names}) SELECT {names} FROM {source}"


def _row_ids_with_gaps(connection: apsw.Connection, table: str, taken: set[str]) -> list[str]:
    """Return a name of the row ids where these are not 1, 2, 3, … and no column hides them."""
    name = next((name for name in _ROW_IDS if name not in taken), None)
    if name is None:
        return []
    has_gaps = connection.execute(
        f"SELECT COUNT(*) > 0 AND (MIN({quoted(name)}), MAX({quoted(name)})) IS NOT (1, COUNT(*))"
        f" FROM {_SOURCE}.{quoted(table)}"
    ).get
    return [quoted(name)] if has_gaps else []


def _lines(connection: apsw.Connection, gone: Collection[Thing]) -> Iterator[_Line]:
    """Yield the lines that stay: without what stands on, or belongs to, what goes."""
    owners = {thing.name for thing in gone if thing.type in {"table", "view"}}
    shadows = {
        _folded(name)
        for (name,) in connection.execute(
            "SELECT name FROM pragma_table_list WHERE type = 'shadow' AND schema = ?", (_SOURCE,)
        )
    }
    for row in connection.execute(
        f"SELECT rowid, type, name, tbl_name, sql, rootpage > 0 FROM {_SOURCE}.sqlite_schema"
        " WHERE sql IS NOT NULL ORDER BY rowid"
    ):
        line = _Line(*row)
        stands_on = {_folded(line.table)}
        if stands_on <= shadows:
            stands_on.add(_folded(line.table).rpartition("_")[0])
        if line.thing not in gone and not stands_on & owners:
            yield line
