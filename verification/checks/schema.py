"""Checks of the schema against what the newest migration makes."""

import re
from collections.abc import Iterator
from typing import Final

import apsw

from verification.subject import Check, Severity, Subject

_COMMENT: Final = re.compile(r"--[^\n]*")
_EXPECTED: Final = (
    "SELECT expected.type, expected.name, expected.sql, found.sql FROM v5_objects AS expected"
    " LEFT JOIN main.sqlite_schema AS found USING (type, name)"
    " WHERE expected.type IN ('table', 'index', 'trigger') AND expected.sql IS NOT NULL"
    " ORDER BY expected.type, expected.name"
)
_SURPLUS: Final = (
    "SELECT found.type, found.name, found.tbl_name FROM main.sqlite_schema AS found"
    " WHERE found.type IN ('index', 'trigger')"
    " AND EXISTS (SELECT 1 FROM v5_objects AS owner"
    " WHERE lower(owner.name) = lower(found.tbl_name))"
    " AND NOT EXISTS (SELECT 1 FROM v5_objects AS expected"
    " WHERE expected.type = found.type AND lower(expected.name) = lower(found.name))"
    " ORDER BY found.type, found.name"
)


def _other_definitions(connection: apsw.Connection, _: Subject) -> Iterator[dict[str, object]]:
    for kind, name, expected, found in connection.execute(_EXPECTED):
        if found is None or _plain(found) != _plain(expected):
            yield {"type": kind, "name": name, "found_sql": found}


def _surplus_objects(connection: apsw.Connection, _: Subject) -> Iterator[dict[str, object]]:
    for kind, name, table in connection.execute(_SURPLUS):
        yield {"type": kind, "name": name, "table": table}


def _plain(sql: str) -> str:
    """Return a statement without comments, and with single spaces."""
    return " ".join(_COMMENT.sub("", sql).split())


CHECKS: Final = (
    Check(
        id="V-009",
        title="Tables, indexes and triggers of v5 are defined as the migration defines them",
        severity=Severity.FAIL,
        section="§5.3",
        group="schema",
        find=_other_definitions,
    ),
    Check(
        id="V-053",
        title="No trigger or index beside those of the migration is on a table of v5",
        severity=Severity.WARN,
        section="§2",
        group="residue",
        find=_surplus_objects,
    ),
)
