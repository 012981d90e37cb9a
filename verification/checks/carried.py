"""Checks of the whole file, and of what the day only carries over from the legacy database.

What was broken before the day stands in the inventory, and is no offence against the day.
"""

from collections.abc import Iterator
from typing import Final

import apsw

from verification.checks.soundness import is_sound
from verification.inventory.digests import table_digest
from verification.inventory.flaws import orphans, unsound_tables
from verification.inventory.model import Fate, Kind, TableCount
from verification.inventory.schema import SchemaObject, folded, schema_objects
from verification.inventory.survivors import broken_objects
from verification.subject import Check, NotApplicable, Severity, Subject

_TABLES: Final = frozenset({Kind.TABLE, Kind.FTS_TABLE})


def _unsound(connection: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    """Check the file as a whole; table by table where a table that was broken before ends that.

    Where a quicker proof says that SQLite has nothing to say, it is not asked.

    SQLite evaluates no CHECK through a read-only connection, so the inventory cannot know of those
    that failed before. In a table of others it did: V-055 finds that the day has changed nothing.
    """
    if is_sound(connection):
        return
    known = {flaw.problem for flaw in subject.flaws}
    known |= {f"CHECK constraint failed in {name}" for name in _names_of_others(connection)}
    try:
        said = [row for (row,) in list(connection.execute("PRAGMA integrity_check"))]
    except apsw.SQLError as error:
        if str(error) not in known:
            raise
        said = [flaw.problem for flaw in unsound_tables(connection, _tables(connection))]
    yield from ({"problem": problem} for problem in said if problem not in known | {"ok"})


def _names_of_others(connection: apsw.Connection) -> Iterator[str]:
    """Yield the names of tables that are none of schema v5's, and so were carried over."""
    own = {folded(str(name)) for (name,) in connection.execute("SELECT name FROM v5_objects")}
    yield from (item.name for item in _tables(connection) if folded(item.name) not in own)


def _orphans(connection: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    tables = [item.name for item in _tables(connection) if item.kind is Kind.TABLE]
    for flaw in orphans(connection, tables):
        if flaw not in subject.flaws:
            yield {"table_name": flaw.name, "problem": flaw.problem}


def _broken(connection: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    """Compile what SQLite itself compiles only at the next use."""
    known = {(flaw.name, flaw.kind) for flaw in subject.flaws}
    for flaw in broken_objects(connection):
        if (flaw.name, flaw.kind) not in known:
            yield {"type": flaw.kind, "name": flaw.name, "error": flaw.problem}


def _changed(connection: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    proven = _proven(subject)
    if not proven:
        raise NotApplicable("nothing was carried over")
    present = {item.name: item for item in _tables(connection)}
    for table in proven:
        item = present.get(table.name)
        found = table_digest(connection, item) if item else "not there"
        if found != table.digest:
            yield {"table": table.name, "digest_before": table.digest, "digest": found}


def _flawed(_: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    for flaw in subject.flaws:
        yield {"type": flaw.kind, "name": flaw.name, "problem": flaw.problem}


def _proven(subject: Subject) -> list[TableCount]:
    return [table for table in subject.tables if table.fate is Fate.KEPT and table.digest]


def _tables(connection: apsw.Connection) -> list[SchemaObject]:
    return [item for item in schema_objects(connection) if item.kind in _TABLES]


CHECKS: Final = (
    Check(
        id="V-007",
        title="The database file is sound",
        severity=Severity.FAIL,
        section="§6",
        group="database",
        find=_unsound,
    ),
    Check(
        id="V-008",
        title="Every foreign key has its parent",
        severity=Severity.FAIL,
        section="§6",
        group="database",
        find=_orphans,
    ),
    Check(
        id="V-052",
        title="Every view, trigger and FTS table compiles",
        severity=Severity.FAIL,
        section="§2",
        group="residue",
        find=_broken,
    ),
    Check(
        id="V-055",
        title="What is not legacy keeps its definition and every row",
        severity=Severity.FAIL,
        section="§2",
        group="carried over",
        find=_changed,
    ),
    Check(
        id="V-056",
        title="Nothing that is carried over was broken before",
        severity=Severity.WARN,
        section="§1.2",
        group="carried over",
        find=_flawed,
    ),
)
