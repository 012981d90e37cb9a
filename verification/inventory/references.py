"""What each schema object refers to, with the reason in words.

SQLite lets a table go and leaves views, triggers and FTS tables behind that no longer compile. So
views and triggers are compiled while everything is there; what does not compile even then is
judged by the words of its text.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import apsw

from verification.inventory.compiling import Touch, touches
from verification.inventory.model import Kind, Operation
from verification.inventory.schema import SchemaObject, folded, quoted

References = dict[str, str]  # folded name of what is referred to → how

_FIRES: Final = {
    "insert": "INSERT INTO {table} DEFAULT VALUES",
    "update": "UPDATE {table} SET {assignments}",
    "delete": "DELETE FROM {table}",
}
_EVENT: Final = re.compile(
    r"\b(INSERT|UPDATE|DELETE)\s+(?:OF\b.*?\s)?ON\b", re.IGNORECASE | re.DOTALL
)
_NAME: Final = r"""\s*["'`\[]?([^"'`\],)\s]+)"""
_CONTENT: Final = re.compile(rf"[,(]\s*content\s*={_NAME}", re.IGNORECASE)
_VOCABULARY: Final = re.compile(rf"\bUSING\s+(?:fts5vocab|fts4aux)\s*\({_NAME}", re.IGNORECASE)


def references(
    connection: apsw.Connection, objects: Iterable[SchemaObject]
) -> dict[SchemaObject, References]:
    """Map each object to what it refers to. Statements are compiled, none is executed."""
    fired = {item: _touched(connection, item) for item in objects if item.kind is Kind.TRIGGER}
    return {item: _references(connection, item, fired) for item in objects}


def _references(
    connection: apsw.Connection,
    item: SchemaObject,
    fired: dict[SchemaObject, tuple[Touch, ...] | None],
) -> References:
    match item.kind:
        case Kind.TABLE:
            return _foreign_keys(connection, item)
        case Kind.FTS_TABLE:
            return _stated_sources(item) or _feeding_table(item, fired)
        case Kind.INDEX:
            return {folded(item.table): f"is on {item.table}"}
        case Kind.TRIGGER:
            on_table = {folded(item.table): f"is on {item.table}"}
            return _in_words(item, fired[item]) | on_table
        case Kind.VIEW:
            return _in_words(item, _touched(connection, item))


def _foreign_keys(connection: apsw.Connection, table: SchemaObject) -> References:
    rows = connection.execute(f"PRAGMA foreign_key_list ({quoted(table.name)})")
    parents = {parent for _, _, parent, *_ in rows if folded(parent) != folded(table.name)}
    return {folded(parent): f"a foreign key refers to {parent}" for parent in parents}


def _stated_sources(fts_table: SchemaObject) -> References:
    found = _CONTENT.search(fts_table.sql) or _VOCABULARY.search(fts_table.sql)
    return {folded(found[1]): f"takes its content from {found[1]}"} if found else {}


def _feeding_table(
    fts_table: SchemaObject, fired: dict[SchemaObject, tuple[Touch, ...] | None]
) -> References:
    """Name the table whose triggers fill an FTS table that states no source, if it is just one."""
    feeding = {
        trigger.table
        for trigger, found in fired.items()
        for touch in found or ()
        if touch.operation is Operation.WRITE and folded(touch.table) == folded(fts_table.name)
    }
    if len(feeding) != 1:
        return {}
    (table,) = feeding
    return {folded(table): f"only triggers on {table} fill it"}


def _touched(connection: apsw.Connection, item: SchemaObject) -> tuple[Touch, ...] | None:
    """Return what a view or a trigger touches itself, or None where it does not compile."""
    try:
        if item.kind is Kind.VIEW:
            return touches(connection, f"SELECT * FROM {quoted(item.name)}")
        statements = list(_firing(connection, item))
        found = [touch for statement in statements for touch in touches(connection, statement)]
    except apsw.Error:
        return None
    own = folded(item.name)
    return tuple(touch for touch in found if touch.via is not None and folded(touch.via) == own)


def _firing(connection: apsw.Connection, trigger: SchemaObject) -> Iterator[str]:
    """Yield statements that fire a trigger, whatever columns it waits for."""
    table = quoted(trigger.table)
    columns = connection.execute(f"PRAGMA table_xinfo ({table})")
    names = [quoted(name) for _, name, *_, hidden in columns if not hidden]
    assignments = ", ".join(f"{name} = {name}" for name in names)
    event = _EVENT.search(trigger.sql)
    for verb in [event[1].lower()] if event else _FIRES:
        yield _FIRES[verb].format(table=table, assignments=assignments)


def _in_words(item: SchemaObject, found: tuple[Touch, ...] | None) -> References:
    if found is None:
        words = re.findall(r"\w+", item.sql)
        return {
            folded(word): f"does not compile today and names {word}"
            for word in words
            if folded(word) != folded(item.name)
        }
    written = {touch.table for touch in found if touch.operation is not Operation.READ}
    return {
        folded(touch.table): f"{'writes' if touch.table in written else 'reads'} {touch.table}"
        for touch in found
        if folded(touch.table) != folded(item.name)
    }
