"""A database's own account of its schema. Names compare as SQLite does: ASCII, without case."""

from dataclasses import dataclass

import apsw

from verification.inventory.model import Kind
from verification.inventory.words import module_call


@dataclass(frozen=True, slots=True)
class SchemaObject:
    """A row of sqlite_schema that somebody wrote: no shadow table, nothing of SQLite's own."""

    name: str
    kind: Kind
    table: str  # that an index or a trigger is on; else its own name
    sql: str  # empty for the index of a constraint


def schema_objects(connection: apsw.Connection) -> tuple[SchemaObject, ...]:
    """Return the schema objects in the order of their names."""
    shadows = {
        folded(name)
        for (name,) in connection.execute(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'"
        )
    }
    rows = connection.execute("SELECT type, name, tbl_name, COALESCE(sql, '') FROM sqlite_schema")
    found = [
        SchemaObject(name, _kind(kind, sql), table, sql)
        for kind, name, table, sql in rows
        if folded(table) not in shadows and not folded(name).startswith("sqlite_")
    ]
    return tuple(sorted(found, key=lambda item: (folded(item.name), item.kind)))


def folded(name: str) -> str:
    """Fold a name as SQLite compares it: ASCII letters only."""
    return name.translate(_LOWER)


def quoted(name: str) -> str:
    """Quote a name for use in SQL."""
    return '"' + name.replace('"', '""') + '"'


_FTS = ("fts3", "fts4", "fts5")
_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def _kind(kind: str, sql: str) -> Kind:
    call = module_call(sql) if kind == "table" else None
    return Kind.FTS_TABLE if call and call.module.startswith(_FTS) else Kind(kind)
