"""Whether the bytes of an index are what they must be: its trees, its keys, its digest."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import apsw

from tasks.store.copying import stands_alone
from tasks.store.refusals import way_out
from tasks.store.soundness import is_dirt, lend_collations
from tasks.upkeep.findings import Fact, Finding, Health, Topic
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
    findings = []
    if said:
        what = _shortened(said)
        is_whole = all(map(is_dirt, said))
        findings.append(flaw_of(patient, connection, what) if is_whole else broken(patient, what))
    if patient.is_full and not said:
        strays = connection.execute("PRAGMA foreign_key_check").fetchall()
        facts["foreign_key_check"] = len(strays)
        if strays:
            tables = ", ".join(sorted({str(table) for table, *_ in strays}))
            what = f"{len(strays)} rows of {tables} have no parent"
            findings.append(flaw_of(patient, connection, what))
        facts["recorded_sha256"] = last_digest(patient.service)
        if not other_schema(connection):  # else builders write to it, on no record
            findings += _of_digest(patient)
    return Topic(NAME, facts, tuple(findings))


def broken(patient: Patient, what: str) -> Finding:
    """Say that the index is damaged, and how it is rebuilt."""
    return Finding(Health.DAMAGED, what, _WHY, way_out(patient.service))


def flaw_of(patient: Patient, connection: apsw.Connection, what: str) -> Finding:
    """Say what rows or search have that they must not: damage, but in an index of another schema.

    There it is what the builder has left, which a flag day takes, lists, and replaces.
    """
    if not other_schema(connection):
        return broken(patient, what)
    return Finding(
        Health.DEGRADED,
        what,
        "Whoever wrote it has left it so; the file itself is whole.",
        _rehearsed(patient),
    )


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
