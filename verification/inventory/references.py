"""What each schema object refers to, with the reason in words.

SQLite lets a table go and leaves views, triggers and FTS tables behind that no longer compile. So
views and triggers are compiled, each alone, on an empty mirror of the schema; what does not compile
even there is judged by the words of its text.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import apsw

from verification.inventory.compiling import Touch
from verification.inventory.mirror import Mirror, mirror
from verification.inventory.model import Kind, Operation
from verification.inventory.schema import SchemaObject, folded, quoted
from verification.inventory.words import module_call, names

References = dict[str, str]  # folded name of what is referred to → how

_VOCABULARIES: Final = frozenset({"fts5vocab", "fts4aux"})
_NAMESAKES: Final = ("{}_fts", "{}_fts3", "{}_fts4", "{}_fts5", "fts_{}", "{}_search", "{}_idx")


@dataclass(frozen=True, slots=True)
class Links:
    """How one object hangs on others."""

    refers: References  # it goes as soon as one of these goes
    fed_by: frozenset[str] = frozenset()  # it goes when all of these go; folded


def links(
    connection: apsw.Connection, objects: tuple[SchemaObject, ...]
) -> dict[SchemaObject, Links]:
    """Map each object to what it hangs on. Nothing of the database is compiled or executed."""
    seen = mirror(connection)
    fired = {
        item: _touched(seen, item) for item in objects if item.kind in {Kind.TRIGGER, Kind.VIEW}
    }
    virtual = _virtual(connection, objects)
    found = {}
    for item in objects:
        refers = _references(connection, item, fired) | _shadowed(item, virtual)
        feeders = frozenset[str]()
        if module_call(item.sql) and not refers:
            feeders = _feeders(item, fired)
            if item.kind is Kind.FTS_TABLE and not feeders:
                refers = _namesake(connection, item, objects)
        found[item] = Links(refers, feeders)
    return found


def fts_sources(objects: Iterable[SchemaObject]) -> dict[str, str]:
    """Map the FTS tables that state where their content comes from to that table, folded."""
    return {
        folded(item.name): source
        for item in objects
        if item.kind is Kind.FTS_TABLE
        for source in _stated_source(item)
    }


def _references(
    connection: apsw.Connection,
    item: SchemaObject,
    fired: dict[SchemaObject, tuple[Touch, ...] | None],
) -> References:
    match item.kind:
        case Kind.TABLE:
            return _foreign_keys(connection, item) | _stated_source(item)
        case Kind.FTS_TABLE:
            return _stated_source(item)
        case Kind.INDEX:
            return {folded(item.table): f"is on {item.table}"}
        case Kind.TRIGGER:
            return _in_words(item, fired[item]) | {folded(item.table): f"is on {item.table}"}
        case Kind.VIEW:
            return _in_words(item, fired[item])


def _foreign_keys(connection: apsw.Connection, table: SchemaObject) -> References:
    try:
        rows = list(connection.execute(f"PRAGMA foreign_key_list ({quoted(table.name)})"))
    except apsw.Error:  # a virtual table that cannot be opened; it has no foreign keys
        return {}
    parents = {parent for _, _, parent, *_ in rows if folded(parent) != folded(table.name)}
    return {folded(parent): f"a foreign key refers to {parent}" for parent in sorted(parents)}


def _stated_source(table: SchemaObject) -> References:
    """Name the table or view that a virtual table's arguments state."""
    call = module_call(table.sql)
    if call is None:
        return {}
    source = call.option("content")
    if call.module in _VOCABULARIES and call.arguments[0]:
        source = call.arguments[0][0].text
    return {folded(source): f"takes its content from {source}"} if source else {}


def _virtual(
    connection: apsw.Connection, objects: Iterable[SchemaObject]
) -> dict[SchemaObject, bool]:
    """Map each virtual table to whether SQLite has its module."""
    modules = {folded(name) for (name,) in connection.execute("PRAGMA module_list")}
    calls = {item: module_call(item.sql) for item in objects}
    return {item: call.module in modules for item, call in calls.items() if call}


def _shadowed(table: SchemaObject, virtual: Mapping[SchemaObject, bool]) -> References:
    """Name the virtual table that a table is a shadow of, where its name alone can tell.

    The shadow tables of a module that SQLite has are told by it, and are no objects here.
    """
    if table.kind is not Kind.TABLE or table in virtual:
        return {}
    namesakes = [item for item in virtual if folded(table.name).startswith(f"{folded(item.name)}_")]
    owner = max(namesakes, key=lambda item: len(item.name), default=None)
    if owner is None or virtual[owner]:
        return {}
    why = f"is named as a shadow table of {owner.name}, whose module SQLite does not have"
    return {folded(owner.name): why}


def _feeders(
    table: SchemaObject, fired: dict[SchemaObject, tuple[Touch, ...] | None]
) -> frozenset[str]:
    """Name the tables whose triggers fill a virtual table that states no source."""
    return frozenset(
        folded(trigger.table)
        for trigger, found in fired.items()
        for touch in found or ()
        if trigger.kind is Kind.TRIGGER
        and touch.operation is not Operation.SELECT
        and folded(touch.table) == folded(table.name)
    )


def _namesake(
    connection: apsw.Connection, fts_table: SchemaObject, objects: Iterable[SchemaObject]
) -> References:
    """Name the table that an FTS table, which nothing in the schema fills, plainly searches.

    Its name says so, and each of its columns is one of that table's.
    """
    columns = set(_columns(connection, fts_table))
    for item in objects:
        is_called_so = folded(fts_table.name) in {
            form.format(folded(item.name)) for form in _NAMESAKES
        }
        if is_called_so and columns and columns <= set(_columns(connection, item)):
            why = f"is named after {item.name} and has only columns of it"
            return {folded(item.name): why}
    return {}


def _columns(connection: apsw.Connection, table: SchemaObject) -> list[str]:
    """Return the folded names of the columns that are not hidden; none where it is unreadable."""
    try:
        rows = list(connection.execute(f"PRAGMA table_info ({quoted(table.name)})"))
    except apsw.Error:
        return []
    return [folded(name) for _, name, *_ in rows]


def _touched(seen: Mirror, item: SchemaObject) -> tuple[Touch, ...] | None:
    """Return what a view or a trigger touches itself, or None where it does not compile."""
    look = seen.touched_by_view if item.kind is Kind.VIEW else seen.touched_by_trigger
    try:
        return look(item)
    except apsw.Error:
        return None


def _in_words(item: SchemaObject, found: tuple[Touch, ...] | None) -> References:
    if found is None:
        return {
            folded(name): f"does not compile today and names {name}"
            for name in names(item.sql)
            if folded(name) != folded(item.name)
        }
    written = {touch.table for touch in found if touch.operation is not Operation.SELECT}
    return {
        folded(touch.table): f"{'writes' if touch.table in written else 'reads'} {touch.table}"
        for touch in found
        if folded(touch.table) != folded(item.name)
    }
