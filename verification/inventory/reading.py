"""What a statement says by itself, read by sqlglot in SQLite's dialect; nothing is looked up."""

import logging
from dataclasses import dataclass
from typing import Final

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from verification.inventory.schema import folded
from verification.inventory.statements import HOLE

PLACEHOLDER: Final = "hole_0_0"  # a name that nobody gives

_OWN_DATABASES: Final = frozenset({"", "main", "temp", PLACEHOLDER})

_STATEMENTS: Final = (
    exp.Query,
    exp.Insert,
    exp.Update,
    exp.Delete,
    exp.Create,
    exp.Drop,
    exp.Alter,
    exp.Pragma,
)

logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # it tells what it does not know


@dataclass(frozen=True, slots=True)
class Reading:
    """What the words of a statement name."""

    tables: tuple[str, ...]  # folded, without those of CTEs
    columns: tuple[tuple[str, str], ...]  # (table, column), folded, where that is certain
    words: frozenset[str]  # all columns named, folded
    elsewhere: tuple[tuple[str, str], ...]  # (table, database) where no other is, folded


def tree_of(statement: str) -> exp.Expr | None:
    """Parse one statement; None where sqlglot cannot, or takes it for a mere command."""
    try:
        tree = sqlglot.parse_one(statement.replace(HOLE, f" {PLACEHOLDER} "), dialect="sqlite")
    except (SqlglotError, RecursionError):
        return None
    return tree if isinstance(tree, _STATEMENTS) else None


def read(statement: str) -> Reading | None:
    """Read a statement, or return None where it is none to sqlglot."""
    tree = tree_of(statement)
    if tree is None:
        return None
    ctes = {folded(cte.alias_or_name) for cte in tree.find_all(exp.CTE)}
    tables = [
        table for table in tree.find_all(exp.Table) if table.db or folded(table.name) not in ctes
    ]
    aliases = {folded(table.alias_or_name): folded(table.name) for table in tables}
    names = tuple(dict.fromkeys(folded(table.name) for table in tables if table.name))
    columns = []
    words = set()
    for column in tree.find_all(exp.Column):
        word = folded(column.name)
        words.add(word)
        table = aliases.get(folded(column.table)) if column.table else None
        if table or (len(names) == 1 and not column.table):
            columns.append((table or names[0], word))
    for inserted in tree.find_all(exp.Schema):
        if isinstance(inserted.this, exp.Table):
            listed = [folded(item.name) for item in inserted.expressions if item.name]
            words.update(listed)
            columns += [(folded(inserted.this.name), item) for item in listed]
    return Reading(
        tables=names,
        columns=tuple(dict.fromkeys(columns)),
        words=frozenset(words),
        elsewhere=_elsewhere(tables),
    )


def _elsewhere(tables: list[exp.Table]) -> tuple[tuple[str, str], ...]:
    own = {folded(table.name) for table in tables if folded(table.db) in _OWN_DATABASES}
    named = {folded(table.name): folded(table.db) for table in tables}
    return tuple((name, database) for name, database in named.items() if name not in own)
