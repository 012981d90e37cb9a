"""Whether full-text search says what the tables say.

SQLite compares both on writing alone. An index in service is not written to, so a full examination
has it done on a copy, which goes afterwards.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import apsw

from migrations.opening import ample, bound, connect, undefended
from tasks.store.connection import quoted
from tasks.store.copying import copy
from tasks.store.lent_copies import EXAMINED, folder_for_copy
from tasks.upkeep.findings import Finding, Health, Topic, worst
from tasks.upkeep.integrity import flaw_of
from tasks.upkeep.patient import Patient

NAME: Final = "search"
_SPARE_BYTES: Final = 64 << 20


def examine(patient: Patient, connection: apsw.Connection) -> Topic:
    """Ask each index for search something; in full, compare it with its tables."""
    tables = [
        str(name)
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table'"
            " AND sql LIKE 'CREATE VIRTUAL TABLE%' AND sql LIKE '%USING fts5%'"
            " AND sql NOT LIKE '%USING fts5vocab%' ORDER BY name"
        )
    ]
    findings = [*_answering(patient, connection, tables)]
    compared = None
    if patient.is_full and tables and worst(found.health for found in findings) is Health.HEALTHY:
        if why := _no_room(patient):
            findings.append(why)
        else:
            compared = len(tables)
            findings += _compared(patient, tables)
    return Topic(NAME, {"fts_tables": len(tables), "compared": compared}, tuple(findings))


def _answering(
    patient: Patient, connection: apsw.Connection, tables: list[str]
) -> Iterator[Finding]:
    for table in tables:
        try:
            connection.execute(
                f"SELECT rowid FROM {quoted(table)} WHERE {quoted(table)} MATCH ? LIMIT 1",
                ('"abc"',),  # one token of any tokenizer
            ).fetchall()
        except apsw.Error as error:
            yield flaw_of(patient, connection, f"{table} does not answer: {error}", table)


def _compared(patient: Patient, tables: list[str]) -> list[Finding]:
    folder = _scratch(patient)
    with folder_for_copy(folder, EXAMINED) as scratch:
        copied = scratch / "copy.db"
        copy(patient.service, copied)
        with closing(connect(copied)) as connection:
            bound(connection, ample(copied.stat().st_size))  # a view may have no end
            with undefended(connection):
                connection.execute("PRAGMA journal_mode = OFF").fetchall()
            return [
                flaw_of(
                    patient, connection, f"{table} does not say what the tables say: {said}", table
                )
                for table in tables
                if (said := _differs(connection, table))
            ]


def _differs(connection: apsw.Connection, table: str) -> str | None:
    """Return what SQLite says of an index for search that differs from its content."""
    name = quoted(table)
    try:
        connection.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")
    except apsw.Error as error:
        return str(error)
    return None


def _scratch(patient: Patient) -> Path:
    """Choose where the copy goes: beside the index, where this user may write there."""
    folder = patient.location.parent
    return folder if os.access(folder, os.W_OK) else Path(tempfile.gettempdir())


def _no_room(patient: Patient) -> Finding | None:
    folder = _scratch(patient)
    needed = patient.location.stat().st_size + _SPARE_BYTES
    free = shutil.disk_usage(folder).free
    if free >= needed:
        return None
    return Finding(
        Health.DEGRADED,
        f"search was not compared: that takes {needed >> 20} MiB in {folder}, which has "
        f"{free >> 20} MiB free",
        "Whether search finds every name is not known.",
        f"Make room, and try {patient.command('doctor --full')} again.",
    )
