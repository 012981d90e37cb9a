"""Judge a finished index. It is only read: every byte of it stays as it is.

Two connections serve all checks, each in a thread. They are opened for writing, since SQLite runs
FTS integrity checks as INSERTs; they are rolled back, and a write-ahead log beside the database
stays where it is.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path
from threading import Event
from typing import Any, Final

import apsw
import pyarrow as pa
import zstandard

from migrations import runner
from migrations.catalogue import Migration, MigrationError, migrations
from migrations.opening import ample, bound, connect
from verification.catalogue import checks
from verification.checks.objects import forget_drifts
from verification.subject import Check, Finding, NotApplicable, Subject, Verdict
from verification.survey import ExtractionFailed, forget

MAX_EVIDENCE: Final = 20  # offences a finding keeps
_BUSY_MS: Final = 5000
_LONGEST: Final = "V-007"  # takes about as long as all others, and runs beside them
_CACHE: Final = "PRAGMA cache_size = -65536"
# What a damaged subject makes a check raise; anything else is a fault of the check.
_BROKEN: Final = (
    apsw.Error,
    pa.ArrowException,
    zstandard.ZstdError,
    MigrationError,
    ExtractionFailed,
    OSError,
    ValueError,  # text that is no UTF-8, no JSON, or no hexadecimal
    LookupError,
    RecursionError,  # JSON nested too deep
)


def verify(subject: Subject, groups: frozenset[str] | None = None) -> Verdict:
    """Run the checks of ``groups``, all by default; the verdict has them in order of their ids.

    An error inside of a check is an offence against it. Raises apsw.CantOpenError where there is
    no database.
    """
    chosen = [check for check in checks() if groups is None or check.group in groups]
    longest = [check for check in chosen if check.id == _LONGEST]
    others = [check for check in chosen if check.id != _LONGEST]
    given_up, opened = Event(), list[apsw.Connection]()
    try:
        with ThreadPoolExecutor(2) as pool:
            runs = [
                pool.submit(_run, lane, subject, given_up, opened)
                for lane in (longest, others)
                if lane
            ]
            try:
                found = [each for run in runs for each in run.result()]
            except BaseException:
                given_up.set()
                for connection in opened:
                    with suppress(apsw.ConnectionClosedError):
                        connection.interrupt()
                raise
    finally:
        forget()
        forget_drifts()
    found.sort(key=lambda each: each[0].check_id)
    took_s = tuple((finding.check_id, took_s) for finding, took_s in found)
    return Verdict(tuple(finding for finding, _ in found), took_s)


def _run(
    lane: list[Check], subject: Subject, given_up: Event, opened: list[apsw.Connection]
) -> list[tuple[Finding, float]]:
    """Run checks one after the other on a connection of their own; tell how long each took.

    The connection is added to ``opened``, so that who gives up can interrupt what runs on it.
    """
    found = []
    with _opened(subject.database) as connection:
        opened.append(connection)
        for check in lane:
            if given_up.is_set():
                break
            began = time.perf_counter()
            found.append((_find(check, connection, subject), time.perf_counter() - began))
    return found


@contextmanager
def _opened(database: Path) -> Iterator[apsw.Connection]:
    location = database.resolve()
    log = location.with_name(f"{location.name}-wal")
    has_log = log.exists() and log.stat().st_size > 0
    connection = connect(location, flags=apsw.SQLITE_OPEN_READWRITE)
    bound(connection, 10 * ample(location.stat().st_size))
    connection.set_busy_timeout(_BUSY_MS)
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, int(has_log))
    try:
        with suppress(apsw.Error, MigrationError):  # each check meets the fault, and tells it
            connection.execute(_CACHE).fetchall()
            _put_expectation(connection)
        connection.execute("PRAGMA query_only = ON").fetchall()
        yield connection
    finally:
        connection.close()


def _put_expectation(connection: apsw.Connection) -> None:
    """Give the checks a temporary table ``v5_objects``: what the newest migration makes."""
    connection.execute("CREATE TEMP TABLE v5_objects (type, name, sql, is_strict)")
    connection.executemany("INSERT INTO v5_objects VALUES (?, ?, ?, ?)", _made(migrations()[-1]))


@cache
def _made(migration: Migration) -> list[tuple[Any, ...]]:
    """Return the schema objects that a migration makes of nothing."""
    with closing(connect(":memory:")) as fresh:
        runner.apply(fresh, migration)
        return fresh.execute(
            "SELECT type, name, sql, strict FROM sqlite_schema"
            " LEFT JOIN pragma_table_list USING (type, name) ORDER BY name"
        ).fetchall()


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
