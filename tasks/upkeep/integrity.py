"""Whether the bytes of an index are what they must be: its trees, its keys, its digest."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import apsw

from tasks.store.connection import quoted
from tasks.store.copying import stands_alone
from tasks.store.refusals import way_out
from tasks.store.soundness import is_dirt, lend_collations, own_names
from tasks.upkeep.findings import Fact, Finding, Health, Topic, worst
from tasks.upkeep.patient import Patient
from tasks.upkeep.record import is_as_recorded, last_digest
from tasks.upkeep.schema import other_schema

NAME: Final = "integrity"
_SHOWN: Final = 3  # of what SQLite says
_ASKED: Final = 100
_WHY: Final = "Answers may be wrong, or missing."


def examine(patient: Patient, connection: apsw.Connection) -> Topic:
    """Have SQLite check its trees; in full, every index, key and byte.

    Where a full check takes what only an application has, there is a quick one and a word on it.
    The connection knows no modules afterwards: what virtual tables hold is the search topic's.
    """
    try:
        return _checked(patient, connection)
    except apsw.SQLError as error:
        if not other_schema(connection):
            raise
        is_full = patient.is_full
        known = examine(replace(patient, is_full=False), connection) if is_full else Topic(NAME)
        return replace(known, findings=(*known.findings, _untold(patient, str(error))))


def _checked(patient: Patient, connection: apsw.Connection) -> Topic:
    connection.drop_modules(None)
    if not patient.is_full:
        lend_collations(connection)
    check = "integrity_check" if patient.is_full else "quick_check"
    said = list(_said(connection, check))
    facts: dict[str, Fact] = {check: len(said)}
    findings = [*_of_check(patient, connection, said)]
    if patient.is_full and worst(found.health for found in findings) is not Health.DAMAGED:
        strays = list(_strays(connection))
        facts["foreign_key_check"] = sum(rows for _, _, rows in strays)
        findings += _of_rows(patient, connection, [(line, table) for line, table, _ in strays])
        facts["recorded_sha256"] = last_digest(patient.service)
        if not other_schema(connection):  # else builders write to it, on no record
            findings += _of_digest(patient)
    return Topic(NAME, facts, tuple(findings))


def broken(patient: Patient, what: str) -> Finding:
    """Say that the index is damaged, and how it is rebuilt."""
    return Finding(Health.DAMAGED, what, _WHY, way_out(patient.service))


def flaw_of(patient: Patient, connection: apsw.Connection, what: str, table: str) -> Finding:
    """Say what rows or search of a table have that they must not: damage, where it is our own.

    In an index of another schema it is what the builder has left, which a flag day takes, lists,
    and replaces; in one of today's, tables of others are carried over as they are.
    """
    if _is_ours(connection, table):
        return broken(patient, what)
    if other_schema(connection):
        return Finding(
            Health.DEGRADED,
            what,
            "Whoever wrote it has left it so; the file itself is whole.",
            _rehearsed(patient),
        )
    return Finding(
        Health.HEALTHY,
        what,
        "No answer comes from it: a flag day carries tables of others over as they are.",
        "Leave it so; or name the table in legacy.tables, and it goes with the next flag day.",
    )


def _is_ours(connection: apsw.Connection, table: str) -> bool:
    """Tell whether a table is of today's schema, in an index of that; what has no name is."""
    return not other_schema(connection) and (not table or table.lower() in own_names())


def _of_check(patient: Patient, connection: apsw.Connection, said: list[str]) -> Iterator[Finding]:
    """Say what SQLite's check of all trees finds."""
    if all(map(is_dirt, said)):
        yield from _of_rows(patient, connection, [(line, _table_in(line)) for line in said])
    else:
        yield broken(patient, _shortened(said))


def _of_rows(
    patient: Patient, connection: apsw.Connection, said: list[tuple[str, str]]
) -> Iterator[Finding]:
    """Say what rows have that they must not, from lines with their tables; ours come first."""
    for is_ours in (True, False):
        found = [pair for pair in said if _is_ours(connection, pair[1]) is is_ours]
        if found:
            what = _shortened([line for line, _ in found])
            yield flaw_of(patient, connection, what, found[0][1])


def _table_in(line: str) -> str:
    """Return the table of ``CHECK constraint failed in t`` or ``NULL value in t.c``."""
    named = line.partition(" in ")[2]
    return named.rpartition(".")[0] or named


def _strays(connection: apsw.Connection) -> Iterator[tuple[str, str, int]]:
    """Yield what is wrong with the foreign keys of a table, the table, and in how many rows.

    Raises apsw.SQLError where SQLite cannot tell of one of ours, or in another schema.
    """
    names = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY name"
    ).fetchall()
    for table in (str(name) for (name,) in names):
        try:
            rows = connection.execute(f"PRAGMA foreign_key_check ({quoted(table)})").fetchall()
        except apsw.SQLError as error:
            if other_schema(connection) or _is_ours(connection, table):
                raise
            yield str(error), table, 1
        else:
            if rows:
                yield f"{len(rows)} rows of {table} have no parent", table, len(rows)


def _untold(patient: Patient, why: str) -> Finding:
    return Finding(
        Health.DEGRADED,
        f"SQLite cannot check all of it: {why}",
        "That is for its application to tell; nothing says that it is damaged.",
        _rehearsed(patient),
    )


def _rehearsed(patient: Patient) -> str:
    return f"Look at what a flag day makes of it: {patient.command('rehearse ROOT…')}."


def _of_digest(patient: Patient) -> Iterator[Finding]:
    if not is_as_recorded(patient.service):
        yield Finding(
            Health.DAMAGED,
            "its bytes are not those that were put in service, says the audit log",
            "What was proven does not hold for bytes that have changed since.",
            f"Rebuild it with {patient.command('run ROOT… --no-reuse')}.",
        )
    elif not stands_alone(patient.service):
        yield Finding(
            Health.DEGRADED,
            "changes on record wait in a log beside the index",
            "Readers look through both, and a copy of the file alone would miss them.",
            f"Write it back with {patient.command('maintain')}.",
        )


def _said(connection: apsw.Connection, check: str) -> Iterator[str]:
    """Yield what SQLite finds wrong; where it cannot go on, why is the last of it."""
    try:
        for (text,) in connection.execute(f"PRAGMA {check} ({_ASKED})"):
            for line in str(text).splitlines():
                if line != "ok" and not line.startswith("*** in database"):
                    yield line
    except (apsw.CorruptError, apsw.NotADBError) as error:
        yield str(error)


def _shortened(said: list[str]) -> str:
    more = f"; and {len(said) - _SHOWN} more" if len(said) > _SHOWN else ""
    return "; ".join(said[:_SHOWN]) + more
