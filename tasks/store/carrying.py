"""Carry a database over into a new one, all but what goes: that is left where it is.

It goes as VACUUM goes: tables and indexes are made anew and filled page by page, in whatever state
their rows are; views, triggers and virtual tables are lines of the schema, and taken as they stand.
"""

from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase
from typing import Any, Final

import apsw

from migrations.opening import ample, attach, bound, connect, undefended
from tasks.errors import StepFailed
from tasks.store.connection import open_candidate, quoted
from tasks.store.in_place import uri_of
from tasks.store.untouched import untouched

_SOURCE: Final = "source"
_SEQUENCES: Final = "sqlite_sequence"
_LOWER: Final = str.maketrans(ascii_uppercase, ascii_lowercase)
_ROW_IDS: Final = ("rowid", "oid", "_rowid_")
_OWN: Final = "sqlite_"  # how names begin that SQLite itself gives
_COPIES: Final = frozenset({"RowData", "RowCell"})  # https://sqlite.org/opcode.html
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
            attach(connection, uri_of(Path(reader.filename)), _SOURCE)
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


def why_not_made(source: Path, gone: Collection[Thing]) -> list[str]:
    """Name each table and index that would stay and cannot be made anew, with SQLite's reason.

    Nobody but its application has what a collation or a function of its own does.
    """
    left = {Thing(item.type, _folded(item.name)) for item in gone}
    said, failed = [], set()
    with untouched(source) as reader, closing(connect(":memory:")) as scratch:
        bound(scratch, ample(Path(reader.filename).stat().st_size))
        for line in _made_anew(list(_lines(reader, left, "main"))):
            try:
                scratch.execute(line.sql).fetchall()
            except apsw.SQLError as error:
                of = "" if line.type == "table" else f" of {line.table}"
                if line.table not in failed:
                    said.append(f"{line.type} {line.name}{of} ({error})")
                failed.add(line.name)
    return said


def _folded(name: str) -> str:
    """Fold the case of a name as SQLite does: of ASCII alone."""
    return name.translate(_LOWER)


def _statements(
    connection: apsw.Connection, gone: Collection[Thing]
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield what makes the new schema, and fills it. Each has to be run before the next comes."""
    lines = list(_lines(connection, gone, _SOURCE))
    paged = _made_anew(lines)
    yield from ((line.sql, ()) for line in paged)
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


def _made_anew(lines: list[_Line]) -> list[_Line]:
    """Return the lines of what has pages: tables, then indexes; SQLite makes its own itself."""
    paged = [line for line in lines if line.has_pages and not line.name.startswith(_OWN)]
    return sorted(paged, key=lambda line: line.type != "table")


def _filling(connection: apsw.Connection, table: str) -> str:
    """Return what fills a table: all columns at once where that keeps the row ids, else by name."""
    columns: list[tuple[str, int]] = list(
        connection.execute("SELECT name, hidden FROM pragma_table_xinfo(?, ?)", (table, _SOURCE))
    )
    stored = [quoted(name) for name, is_generated in columns if not is_generated]
    row_id = _row_id(connection, table, {_folded(name) for name, _ in columns})
    source = f"{_SOURCE}.{quoted(table)}"
    at_once = f"INSERT INTO main.{quoted(table)} SELECT * FROM {source}"
    if len(stored) == len(columns) and (
        row_id is None
        or _is_copied(connection, table, at_once)
        or not _has_gaps(connection, source, row_id)
    ):
        return at_once
    names = ", ".join(stored if row_id is None else [*stored, row_id])
    return f"INSERT INTO main.{quoted(table)} ({names}) SELECT {names} FROM {source}"


def _row_id(connection: apsw.Connection, table: str, taken: set[str]) -> str | None:
    """Return a name of the row ids; None where there are none, or columns are or hide them."""
    has_own = connection.execute(
        "SELECT NOT wr AND (NOT EXISTS (SELECT 1 FROM pragma_table_xinfo(:table, :schema) WHERE pk)"
        " OR EXISTS (SELECT 1 FROM pragma_index_list(:table, :schema) WHERE origin = 'pk'))"
        " FROM pragma_table_list WHERE schema = :schema AND name = :table",
        {"table": table, "schema": _SOURCE},
    ).get
    return next((name for name in _ROW_IDS if has_own and name not in taken), None)


def _is_copied(connection: apsw.Connection, table: str, filling: str) -> bool:
    """Tell whether SQLite copies rows as they lie: without an index it numbers them anew."""
    has_index = connection.execute(
        "SELECT EXISTS (SELECT 1 FROM pragma_index_list(?, 'main'))", (table,)
    ).get
    return bool(has_index) and any(
        opcode in _COPIES for _, opcode, *_ in connection.execute(f"EXPLAIN {filling}")
    )


def _has_gaps(connection: apsw.Connection, source: str, row_id: str) -> bool:
    """Tell whether the row ids are others than 1, 2, 3, …"""
    return bool(
        connection.execute(
            f"SELECT COUNT(*) > 0 AND (MIN({quoted(row_id)}), MAX({quoted(row_id)}))"
            f" IS NOT (1, COUNT(*)) FROM {source}"
        ).get
    )


def _lines(connection: apsw.Connection, gone: Collection[Thing], schema: str) -> Iterator[_Line]:
    """Yield the lines of a schema that stay: without what stands on, or belongs to, what goes."""
    owners = {thing.name for thing in gone if thing.type in {"table", "view"}}
    shadows = {
        _folded(name)
        for (name,) in connection.execute(
            "SELECT name FROM pragma_table_list WHERE type = 'shadow' AND schema = ?", (schema,)
        )
    }
    for row in connection.execute(
        f"SELECT rowid, type, name, tbl_name, sql, rootpage > 0 FROM {quoted(schema)}.sqlite_schema"
        " WHERE sql IS NOT NULL ORDER BY rowid"
    ):
        line = _Line(*row)
        stands_on = {_folded(line.table)}
        if stands_on <= shadows:
            stands_on.add(_folded(line.table).rpartition("_")[0])
        if line.thing not in gone and not stands_on & owners:
            yield line
