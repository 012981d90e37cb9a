"""What a statement does to the tables we look for: by SQLite's word, or by its own."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import apsw

from verification.inventory.compiling import Touch
from verification.inventory.model import Operation
from verification.inventory.schema import folded, quoted
from verification.inventory.statements import HOLE, Statement

FORBIDDEN: Final = frozenset({"file_id", "content_version_id"})  # protocol §3.2
BOUND: Final = frozenset({"symbols", "refs"})  # the tables that may not have them

Tables = Mapping[str, str]  # folded name → name
Column = tuple[str, str]  # table and column, folded

_WORD: Final = re.compile(r"\w+")
_INSERT: Final = re.compile(
    r"\bINTO\s+(?P<table>[^\s(]+)\s*(?:\((?P<columns>[^()]*)\)|(?:VALUES|SELECT|WITH)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Effect:
    """What one statement does."""

    operation: Operation
    tables: tuple[str, ...]  # empty: which one of them, nobody can tell
    columns: tuple[str, ...]
    forbidden_columns: tuple[str, ...]


def compiled_effect(
    statement: Statement, connection: apsw.Connection, found: Iterable[Touch], tables: Tables
) -> Effect | None:
    """Return the effect of a statement that touches ``found``; None: it touches no such table.

    SQLite names no columns of an INSERT, and does not look into a new table or trigger: there the
    text tells.
    """
    hits = [touch for touch in found if folded(touch.table) in tables]
    operations = {touch.operation for touch in hits}
    names = {folded(touch.table) for touch in hits}
    columns = {(folded(touch.table), folded(touch.column)) for touch in hits if touch.column}
    columns.update(_inserted(statement, connection, tables))
    if statement.operation is Operation.SCHEMA:
        operations = operations or {Operation.SCHEMA}
        names |= _named(statement, tables)
        columns |= _forbidden(statement, statement.tables[:1])
    return _effect(operations, names, columns, tables) if names else None


def worded_effect(statement: Statement, tables: Tables) -> Effect | None:
    """Return the effect of a statement that does not compile, by its words.

    None: no table that is looked for stands where tables stand, and no hole does.
    """
    names = _named(statement, tables)
    if statement.operation is None or not (names or any(HOLE in name for name in statement.tables)):
        return None
    return _effect({statement.operation}, names, _forbidden(statement, names), tables)


def _effect(
    operations: Iterable[Operation], names: Iterable[str], columns: Iterable[Column], tables: Tables
) -> Effect:
    return Effect(
        operation=max(operations, key=tuple(Operation).index),
        tables=tuple(sorted(tables[name] for name in names)),
        columns=tuple(sorted({column for _, column in columns})),
        forbidden_columns=tuple(
            sorted({column for table, column in columns if table in BOUND} & FORBIDDEN)
        ),
    )


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
