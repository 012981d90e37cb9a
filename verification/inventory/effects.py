"""What a statement does to the tables we look for: by SQLite's word, or by its own."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import apsw

from verification.inventory.compiling import Touch
from verification.inventory.model import Kind, Operation
from verification.inventory.reading import read
from verification.inventory.references import fts_sources
from verification.inventory.schema import folded, quoted, schema_objects
from verification.inventory.statements import Statement

FORBIDDEN: Final = frozenset({"file_id", "content_version_id"})  # protocol §3.2
BOUND: Final = frozenset({"symbols", "refs"})  # the tables that may not have them

Tables = Mapping[str, str]  # folded name → name
Column = tuple[str, str]  # table and column, folded

_WORD: Final = re.compile(r"\w+")
_CTE: Final = re.compile(
    r"(?:\bWITH\s+(?:RECURSIVE\s+)?|,\s*)[\"`\[]?(\w+)[\"`\]]?\s*(?:\([^()]*\)\s*)?AS\s*"
    r"(?:NOT\s+)?(?:MATERIALIZED\s*)?\(",
    re.IGNORECASE,
)
_VIRTUAL: Final = re.compile(
    r"CREATE\s+VIRTUAL\s+TABLE\b.*\bcontent\s*=\s*['\"\[`]?(?P<table>\w+)", re.IGNORECASE
)
_INSERT: Final = re.compile(
    r"\bINTO\s+(?P<table>[^\s(]+)\s*(?:\((?P<columns>[^()]*)\)|(?:VALUES|SELECT|WITH)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Ways:
    """How a schema leads to its tables without naming them."""

    kinds: Mapping[str, str]  # views, triggers and FTS tables: folded name → kind
    sources: Mapping[str, str]  # FTS tables → the table that holds their content, folded
    fired: frozenset[str]  # tables that are not looked for and whose triggers reach one that is


@dataclass(frozen=True, slots=True)
class Effect:
    """What one statement does."""

    operation: Operation
    tables: tuple[str, ...]  # empty: which one of them, nobody can tell
    columns: tuple[str, ...]
    forbidden_columns: tuple[str, ...]
    via: tuple[str, ...] = ()


def ways_of(connection: apsw.Connection | None, tables: Tables) -> Ways:
    """Read the ways out of a schema."""
    if connection is None:
        return Ways({}, {}, frozenset())
    objects = schema_objects(connection)
    kinds = {
        folded(item.name): item.kind.value
        for item in objects
        if item.kind in {Kind.VIEW, Kind.TRIGGER, Kind.FTS_TABLE}
    }
    fired = frozenset(
        folded(item.table)
        for item in objects
        if item.kind is Kind.TRIGGER
        and folded(item.table) not in tables
        and tables.keys() & {folded(word) for word in _WORD.findall(item.sql)}
    )
    return Ways(kinds, fts_sources(objects), fired)


def compiled_effect(
    statement: Statement,
    connection: apsw.Connection,
    found: Iterable[Touch],
    tables: Tables,
    ways: Ways,
) -> Effect | None:
    """Return the effect of a statement that touches ``found``; None: it touches no such table.

    SQLite names no columns of an INSERT, and does not look into a new table or trigger: there the
    text tells.
    """
    own = _made_up(statement)
    hits = [touch for touch in found if folded(touch.table) in tables.keys() - own]
    operations = {touch.operation for touch in hits}
    names = {folded(touch.table) for touch in hits}
    columns = {
        (folded(touch.table), folded(touch.column))
        for touch in _spoken_for(hits, ways)
        if touch.column
    }
    columns.update(_inserted(statement, connection, tables))
    if statement.operation is Operation.DDL or not operations:
        names |= _named(statement, tables) - own
        names |= _content_of(statement) & tables.keys()
        columns |= _forbidden(statement, statement.tables[:1])
    if not names:
        return None
    if statement.operation is not None:
        operations = {statement.operation}
    via = _via(hits, names, ways)
    names |= {ways.sources[name] for name in names if ways.sources.get(name) in tables}
    return _effect(operations or {Operation.SELECT}, names, columns, tables, via)


def worded_effect(statement: Statement, tables: Tables) -> Effect | None:
    """Return the effect of a statement that does not compile, by its words.

    None: no table that is looked for stands where tables stand, and no hole does.
    """
    reading = read(statement.text)
    if reading is None:
        names = _named(statement, tables)
        columns: set[Column] = set()
    else:
        named = set(reading.tables) & tables.keys()
        names = named - dict(reading.elsewhere).keys() or named
        columns = {(table, column) for table, column in reading.columns if table in names}
    if statement.operation is None or not (names or statement.table_holes):
        return None
    columns |= _forbidden(statement, names)
    return _effect({statement.operation}, names, columns, tables)


def _effect(
    operations: Iterable[Operation],
    names: Iterable[str],
    columns: Iterable[Column],
    tables: Tables,
    via: tuple[str, ...] = (),
) -> Effect:
    return Effect(
        operation=max(operations, key=tuple(Operation).index),
        tables=tuple(sorted(tables[name] for name in names)),
        columns=tuple(sorted({column for _, column in columns} - {"hole_0_0"})),
        forbidden_columns=tuple(
            sorted({column for table, column in columns if table in BOUND} & FORBIDDEN)
        ),
        via=via,
    )


def _spoken_for(hits: list[Touch], ways: Ways) -> list[Touch]:
    """Leave out what only triggers touch, where the statement itself touches a table."""
    own = [
        touch for touch in hits if not touch.via or ways.kinds.get(folded(touch.via)) != "trigger"
    ]
    return own or hits


def _via(hits: list[Touch], names: set[str], ways: Ways) -> tuple[str, ...]:
    direct = {folded(touch.table) for touch in hits if touch.via is None}
    passed = {
        folded(touch.via) for touch in hits if touch.via and folded(touch.table) not in direct
    }
    passed |= {name for name in names if ways.sources.get(name) not in {None, *direct}}
    return tuple(sorted(f"{ways.kinds[name]} {name}" for name in passed if name in ways.kinds))


def _made_up(statement: Statement) -> set[str]:
    """Return the names of CTEs that hide tables of their names from the whole statement."""
    named = {folded(name) for name in _CTE.findall(statement.text)}
    reading = read(statement.text) if named else None
    return named - set(reading.tables) if reading else set()


def _content_of(statement: Statement) -> set[str]:
    """Return the table whose text a new FTS table searches."""
    made = _VIRTUAL.match(statement.text)
    return {folded(made["table"])} if made else set()


def _named(statement: Statement, tables: Tables) -> set[str]:
    return {folded(name) for name in statement.tables} & tables.keys()


def _forbidden(statement: Statement, names: Iterable[str]) -> set[Column]:
    words = {folded(word) for word in _WORD.findall(statement.text)}
    return {
        (name, word) for name in map(folded, names) if name in BOUND for word in words & FORBIDDEN
    }


def _inserted(
    statement: Statement, connection: apsw.Connection, tables: Tables
) -> Iterator[Column]:
    """Yield the columns that an INSERT lists; all of the table's, where it lists none."""
    for insert in _INSERT.finditer(statement.text):
        table = folded(insert["table"].rpartition(".")[2].strip("\"'`[]"))
        if table not in tables:
            continue
        listed = insert["columns"]
        names = _WORD.findall(listed) if listed else _columns(connection, table)
        yield from ((table, folded(name)) for name in names)


def _columns(connection: apsw.Connection, table: str) -> list[str]:
    return [name for _, name, *_ in connection.execute(f"PRAGMA table_info ({quoted(table)})")]
