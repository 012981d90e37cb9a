"""Checks that need a statement of their own for each table, view or trigger."""

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

import apsw

from verification.subject import Check, NotApplicable, Severity, Subject

# What only the application that made an object can tell, or what is no use of it at all.
_UNDECIDED: Final = re.compile(
    r"no such (function|module|collation|tokenizer)|because it is a view"
)


def _drifted_search(
    table: str, connection: apsw.Connection, _: Subject
) -> Iterator[dict[str, object]]:
    """Compare an FTS table with the rows it indexes; rank 1 asks for more than its own soundness.

    The question is an INSERT, and is rolled back.
    """
    if connection.readonly("main"):
        raise NotApplicable("the database cannot be opened for writing")
    connection.execute("PRAGMA query_only = OFF").fetchall()
    connection.execute("BEGIN")
    try:
        connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")
    except apsw.CorruptError as error:
        yield {"table": table, "problem": str(error)}
    finally:
        connection.execute("ROLLBACK")
        connection.execute("PRAGMA query_only = ON").fetchall()


def _filled_queues(connection: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    for queue in sorted(subject.queues):
        if connection.table_exists("main", queue):
            rows = connection.execute(f"SELECT COUNT(*) FROM main.{_quoted(queue)}").get
            if rows:
                yield {"queue": queue, "rows": rows}


def _broken_objects(connection: apsw.Connection, _: Subject) -> Iterator[dict[str, object]]:
    """Compile what SQLite itself compiles only at the next use."""
    found = connection.execute(
        "SELECT type, name, tbl_name FROM main.sqlite_schema"
        " WHERE type IN ('view', 'trigger') OR sql LIKE 'CREATE VIRTUAL TABLE%USING fts%'"
        " ORDER BY type, name"
    ).fetchall()
    for kind, name, table in found:
        for statement in _uses(connection, str(kind), str(table)):
            try:
                connection.execute(statement).fetchall()
            except apsw.Error as error:
                if _UNDECIDED.search(str(error)):
                    continue
                yield {"type": kind, "name": name, "error": str(error)}
                break


def _uses(connection: apsw.Connection, kind: str, table: str) -> Iterator[str]:
    """Yield what makes SQLite compile an object: reading it, or each change that fires it."""
    target = f"main.{_quoted(table)}"
    if kind != "trigger":
        yield f"SELECT * FROM {target} LIMIT {int(kind == 'table')}"
        return
    columns = connection.execute(
        "SELECT name FROM pragma_table_xinfo(?, 'main') WHERE NOT hidden ORDER BY cid", (table,)
    )
    names = [_quoted(name) for (name,) in columns]
    yield f"EXPLAIN INSERT INTO {target} DEFAULT VALUES"
    yield f"EXPLAIN UPDATE {target} SET {', '.join(f'{name} = NULL' for name in names)}"
    yield f"EXPLAIN DELETE FROM {target}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


CHECKS: Final = (
    Check(
        id="V-042",
        title="Search by substring knows every symbol name, and no other",
        severity=Severity.FAIL,
        section="§6",
        group="lookups",
        find=partial(_drifted_search, "symbol_names_substrings"),
    ),
    Check(
        id="V-043",
        title="Search by word knows every symbol name, and no other",
        severity=Severity.FAIL,
        section="§6",
        group="lookups",
        find=partial(_drifted_search, "symbol_names_words"),
    ),
    Check(
        id="V-051",
        title="Every queue is empty",
        severity=Severity.FAIL,
        section="§5.5",
        group="residue",
        find=_filled_queues,
    ),
    Check(
        id="V-052",
        title="Every view, trigger and FTS table compiles",
        severity=Severity.FAIL,
        section="§2",
        group="residue",
        find=_broken_objects,
    ),
)
