"""Open SQLite databases: here alone, so that none is opened otherwise. Nobody's schema is trusted.

What a database says of itself, in views, triggers, constraints and generated columns, may be
anyone's. It cannot call what reaches out of SQLite, attach another file, load code, or damage the
schema; and where it counts, it cannot go on without end.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import apsw

CREATE: Final = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
_SETTINGS: Final = (
    (apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
    (apsw.SQLITE_DBCONFIG_DEFENSIVE, 1),
    (apsw.SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0),
    (apsw.SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0),
    (apsw.SQLITE_DBCONFIG_ENABLE_ATTACH_CREATE, 0),
    (apsw.SQLITE_DBCONFIG_ENABLE_ATTACH_WRITE, 0),
)
_LIMITS: Final = (
    (apsw.SQLITE_LIMIT_LENGTH, 512 << 20),  # bytes of a value or a row
    (apsw.SQLITE_LIMIT_SQL_LENGTH, 16 << 20),
    (apsw.SQLITE_LIMIT_VDBE_OP, 1_000_000),
    (apsw.SQLITE_LIMIT_TRIGGER_DEPTH, 50),
    (apsw.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 5000),
)
_LOOK_STEPS: Final = 100_000  # how often a bound is looked at
_LEAST_STEPS: Final = 1_000_000_000  # some ten seconds
_STEPS_A_BYTE: Final = 500  # a hundred passes over a table, a sort among them
FEW_STEPS: Final = 10_000_000  # for one statement on no rows


def connect(
    database: str | os.PathLike[str], flags: int = CREATE, *, attached: int = 0
) -> apsw.Connection:
    """Open a database; a URI needs SQLITE_OPEN_URI among the flags. Raises apsw.Error.

    ``attached`` more may be attached, to be read. VACUUM takes one, too.
    """
    connection = apsw.Connection(os.fspath(database), flags=flags)
    for setting, value in _SETTINGS:
        connection.config(setting, value)
    for limit, value in (*_LIMITS, (apsw.SQLITE_LIMIT_ATTACHED, attached)):
        connection.limit(limit, value)
    connection.execute("PRAGMA cell_size_check = ON").fetchall()
    return connection


@contextmanager
def undefended(connection: apsw.Connection) -> Iterator[None]:
    """Let a connection do what could damage a database: for one that can be thrown away."""
    connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 0)
    try:
        yield
    finally:
        connection.config(apsw.SQLITE_DBCONFIG_DEFENSIVE, 1)


def attach(connection: apsw.Connection, uri: str, name: str) -> None:
    """Attach a database, to read its tables. Raises apsw.Error.

    Its views and triggers may say ``main``, and mean itself: SQLite would refuse the whole for one.
    """
    with undefended(connection):
        connection.execute("PRAGMA writable_schema = ON").fetchall()
        try:
            connection.execute("ATTACH ? AS ?", (uri, name))
        finally:
            connection.execute("PRAGMA writable_schema = OFF").fetchall()


def bound(connection: apsw.Connection, steps: int) -> None:
    """Interrupt a connection for good once its statements have taken so many steps of SQLite."""
    left = steps // _LOOK_STEPS

    def is_over() -> bool:
        nonlocal left
        left -= 1
        return left < 0

    connection.set_progress_handler(is_over, _LOOK_STEPS)


def ample(size_bytes: int) -> int:
    """Return the steps within which everything that is asked of a database of that size ends."""
    return _LEAST_STEPS + _STEPS_A_BYTE * size_bytes
