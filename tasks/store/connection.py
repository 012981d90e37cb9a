"""Open SQLite databases, each for one purpose. Foreign keys are on wherever rows can change."""

from contextlib import suppress
from pathlib import Path
from typing import Final

import apsw

from tasks.errors import FlagDayError, PreconditionFailed
from tasks.store.permissions import create_private

PAGE_BYTES: Final = 8192
_BUSY_MS: Final = 5000
_UNTOUCHED = "The index in service is unchanged."


def open_read_only(path: Path) -> apsw.Connection:
    """Open an index to read from.

    Raises PreconditionFailed where there is none, it is no SQLite database, or it is locked.
    """
    if not path.exists():
        raise PreconditionFailed(
            f"there is no database at {path}",
            next_step="Build one with `flagday run`, or name another with --db.",
        )
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        connection.set_busy_timeout(_BUSY_MS)
        connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchall()
    except apsw.Error as error:
        raise unusable(path, error) from error
    return connection


def open_candidate(path: Path) -> apsw.Connection:
    """Open a candidate for bulk work: no journal, since a failed candidate is thrown away.

    The cache stays small: a large one slows down the building of indexes.
    """
    connection = apsw.Connection(str(path))
    for pragma in (
        f"PRAGMA page_size = {PAGE_BYTES}",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA journal_mode = OFF",
        "PRAGMA synchronous = OFF",
        "PRAGMA locking_mode = EXCLUSIVE",
        "PRAGMA cache_size = -8192",
        "PRAGMA temp_store = MEMORY",
        "PRAGMA analysis_limit = 1000",
    ):
        connection.execute(pragma).fetchall()
    return connection


def open_to_migrate(path: Path) -> apsw.Connection:
    """Open a database to change its schema in place, in transactions; a new one is private."""
    if not path.exists():
        with suppress(OSError):  # SQLite says better what is wrong with the place
            create_private(path)
    try:
        connection = apsw.Connection(str(path))
        connection.set_busy_timeout(_BUSY_MS)
        connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchall()
    except apsw.Error as error:
        raise unusable(path, error) from error
    return connection


def unusable(path: Path, error: apsw.Error) -> FlagDayError:
    """Say what is wrong with a database that SQLite refuses."""
    if isinstance(error, apsw.NotADBError):
        return PreconditionFailed(
            f"{path} is not an SQLite database",
            next_step=f"Name the right file with --db, or move this one away. {_UNTOUCHED}",
        )
    if isinstance(error, apsw.BusyError | apsw.LockedError):
        return PreconditionFailed(
            f"{path} is locked by another process",
            next_step=f"Stop whatever writes to it and run again. {_UNTOUCHED}",
        )
    return PreconditionFailed(
        f"{path} cannot be read: {error}",
        next_step=f"Restore it from a backup, or move it away. {_UNTOUCHED}",
    )


def quoted(name: str) -> str:
    """Quote a name of a schema object for use in SQL."""
    return '"' + name.replace('"', '""') + '"'
