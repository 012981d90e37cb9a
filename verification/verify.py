"""Judge a finished index. It is only read: every byte of it stays as it is.

One connection serves all checks. It is opened for writing, since SQLite runs FTS integrity checks
as INSERTs; they are rolled back, and a write-ahead log beside the database stays where it is.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import apsw
import pyarrow as pa

from migrations import runner
from migrations.catalogue import MigrationError, migrations
from verification.catalogue import checks
from verification.subject import Check, Finding, NotApplicable, Subject, Verdict
from verification.survey import ExtractionFailed, forget

MAX_EVIDENCE: Final = 20  # offences a finding keeps
_BUSY_MS: Final = 5000
_PRAGMAS: Final = (
    "PRAGMA cache_size = -65536",
    "PRAGMA mmap_size = 2147418112",  # the most SQLite takes; halves the integrity check
)
# What a damaged subject makes a check raise; anything else is a fault of the check.
_BROKEN: Final = (
    apsw.Error,
    pa.ArrowException,
    MigrationError,
    ExtractionFailed,
    OSError,
    ValueError,  # text that is no UTF-8, no JSON, or no hexadecimal
    LookupError,
)


def verify(subject: Subject, groups: frozenset[str] | None = None) -> Verdict:
    """Run the checks of ``groups``, all by default, in order of their ids.

    An error inside of a check is an offence against it. Raises apsw.CantOpenError where there is
    no database.
    """
    chosen = [check for check in checks() if groups is None or check.group in groups]
    findings, took_s = [], []
    with _opened(subject.database) as connection:
        for check in chosen:
            began = time.perf_counter()
            findings.append(_find(check, connection, subject))
            took_s.append((check.id, time.perf_counter() - began))
    return Verdict(tuple(findings), tuple(took_s))


@contextmanager
def _opened(database: Path) -> Iterator[apsw.Connection]:
    location = database.resolve()
    log = location.with_name(f"{location.name}-wal")
    has_log = log.exists() and log.stat().st_size > 0
    connection = apsw.Connection(str(location), flags=apsw.SQLITE_OPEN_READWRITE)
    connection.set_busy_timeout(_BUSY_MS)
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, int(has_log))
    try:
        with suppress(apsw.Error, MigrationError):  # each check meets the fault, and tells it
            for pragma in _PRAGMAS:
                connection.execute(pragma).fetchall()
            _put_expectation(connection)
        connection.execute("PRAGMA query_only = ON").fetchall()
        yield connection
    finally:
        forget()
        connection.close()


def _put_expectation(connection: apsw.Connection) -> None:
    """Give the checks a temporary table ``v5_objects``: what the newest migration makes."""
    fresh = apsw.Connection(":memory:")
    runner.apply(fresh, migrations()[-1])
    found = fresh.execute(
        "SELECT type, name, sql, strict FROM sqlite_schema"
        " LEFT JOIN pragma_table_list USING (type, name) ORDER BY name"
    ).fetchall()
    fresh.close()
    connection.execute("CREATE TEMP TABLE v5_objects (type, name, sql, is_strict)")
    connection.executemany("INSERT INTO v5_objects VALUES (?, ?, ?, ?)", found)


def _find(check: Check, connection: apsw.Connection, subject: Subject) -> Finding:
    offences, evidence, why = 0, list[dict[str, object]](), None
    try:
        for offence in check.find(connection, subject):
            offences += 1
            if offences <= MAX_EVIDENCE:
                evidence.append(offence)
    except NotApplicable as reason:
        why = str(reason)
    except _BROKEN as error:
        offences += 1
        evidence = [*evidence[: MAX_EVIDENCE - 1], {"error": f"{type(error).__name__}: {error}"}]
    return Finding(
        check_id=check.id,
        title=check.title,
        severity=check.severity,
        section=check.section,
        group=check.group,
        offences=offences,
        evidence=tuple(evidence),
        not_applicable=why,
    )
