"""Checks that need a statement of their own for each table."""

from collections.abc import Iterator
from functools import partial
from threading import Lock
from typing import Final

import apsw

from verification.subject import Check, NotApplicable, Severity, Subject

SEARCH_TABLES: Final = (
    "document_contents",
    "document_paths",
    "symbol_names_substrings",
    "symbol_names_words",
)
_ASKING: Final = Lock()
_DRIFTS: Final[dict[tuple[str, str], str | None]] = {}  # by file and FTS table that were looked at


def drift(connection: apsw.Connection, table: str) -> str | None:
    """Say how an FTS table differs from the rows that it indexes, or is unsound.

    It is asked once a verification, whichever thread comes first; rank 1 asks for more than its
    own soundness. The question is an INSERT, and is rolled back. Raises NotApplicable where the
    database cannot be written to.
    """
    key = (connection.filename, table)
    with _ASKING:
        if key not in _DRIFTS:
            _DRIFTS[key] = _drift(connection, table)
        return _DRIFTS[key]


def forget_drifts() -> None:
    """Let go of what one verification has asked."""
    _DRIFTS.clear()


def _drift(connection: apsw.Connection, table: str) -> str | None:
    if connection.readonly("main"):
        raise NotApplicable("the database cannot be opened for writing")
    connection.execute("PRAGMA query_only = OFF").fetchall()
    connection.execute("BEGIN")
    try:
        connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")
    except apsw.CorruptError as error:
        return str(error)
    finally:
        connection.execute("ROLLBACK")
        connection.execute("PRAGMA query_only = ON").fetchall()
    return None


def _drifted_search(
    table: str, connection: apsw.Connection, _: Subject
) -> Iterator[dict[str, object]]:
    if problem := drift(connection, table):
        yield {"table": table, "problem": problem}


def _filled_queues(connection: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    for queue in sorted(subject.queues):
        if connection.table_exists("main", queue):
            rows = connection.execute(f"SELECT COUNT(*) FROM main.{_quoted(queue)}").get
            if rows:
                yield {"queue": queue, "rows": rows}


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _search_check(check_id: str, title: str, table: str) -> Check:
    return Check(
        id=check_id,
        title=title,
        severity=Severity.FAIL,
        section="§6",
        group="lookups",
        find=partial(_drifted_search, table),
    )


CHECKS: Final = (
    _search_check(
        "V-042",
        "Search by substring knows every symbol name, and no other",
        "symbol_names_substrings",
    ),
    _search_check(
        "V-043", "Search by word knows every symbol name, and no other", "symbol_names_words"
    ),
    _search_check(
        "V-059",
        "Document search knows the text of every content, and no other",
        "document_contents",
    ),
    _search_check(
        "V-058", "Document search knows the path of every file, and no other", "document_paths"
    ),
    Check(
        id="V-051",
        title="Every queue is empty",
        severity=Severity.FAIL,
        section="§5.5",
        group="residue",
        find=_filled_queues,
    ),
)
