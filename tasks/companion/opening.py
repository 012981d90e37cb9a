"""Open the companion of an index: as it is, or begun on the first write.

A damaged companion is quarantined and a new one begun: it never keeps anyone from the index. One
that a newer flagday made is refused. Opening costs a fraction of a millisecond; what makes and
migrates companions is imported only where it is needed.
"""

from pathlib import Path
from typing import Final

import apsw

from migrations.opening import connect
from tasks.companion.place import companion_of
from tasks.companion.quarantine import quarantine
from tasks.errors import PreconditionFailed
from tasks.store.busy import Patience

VERSION: Final = 1  # the newest of migrations/companion
EMPTY: Final = "it is empty: 0 bytes"
DAMAGE: Final = (apsw.CorruptError, apsw.NotADBError)
_BUSY_MS: Final = 10_000
_UNTOUCHED: Final = "The index is unchanged, and answers."


def open_existing(index: Path, *, busy_ms: int = _BUSY_MS) -> apsw.Connection | None:
    """Open the companion of an index where there is one, to read and, where allowed, to write.

    A damaged one is moved away and is none from then on. Raises PreconditionFailed where a newer
    flagday made it, or it cannot be opened.
    """
    companion = companion_of(index)
    try:
        found = companion.stat()
    except FileNotFoundError:
        return None
    try:
        if not found.st_size:  # SQLite would take it for a new database, and delete its log
            raise apsw.NotADBError(EMPTY)
        return _open(companion, busy_ms)
    except DAMAGE:
        quarantine(companion, found.st_ino)
        return None
    except apsw.Error as error:
        raise _unusable(companion, error) from error


def open_or_begin(index: Path, *, busy_ms: int = _BUSY_MS) -> apsw.Connection:
    """Open the companion of an index to write to; begin one where there is none.

    Raises PreconditionFailed where a newer flagday made it, or it cannot be written to.
    """
    companion = companion_of(index)
    connection = open_existing(index, busy_ms=busy_ms)
    if connection is None:
        from tasks.companion.beginning import begin  # noqa: PLC0415 -- slow to load, seldom needed

        try:
            begin(companion)
        except OSError as error:
            raise PreconditionFailed(
                f"{companion} cannot be made: {error.strerror}",
                next_step="Build the index with `flagday run`, name another with --db, or make the "
                f"folder writable. {_UNTOUCHED}",
            ) from error
        connection = open_existing(index, busy_ms=busy_ms)
    if connection is None or connection.readonly("main"):
        if connection:
            connection.close()
        raise PreconditionFailed(
            f"{companion} cannot be written to",
            next_step=f"Make it and its folder writable. {_UNTOUCHED}",
        )
    return connection


def _open(companion: Path, busy_ms: int) -> apsw.Connection:
    connection = _connected(companion, busy_ms)
    try:
        connection.pragma("foreign_keys", True)
        if connection.pragma("journal_mode") == "wal":  # else a loss of power could damage it
            connection.pragma("synchronous", "NORMAL")
        _require_version(connection, companion)
    except BaseException:
        connection.close()
        raise
    return connection


def _connected(companion: Path, busy_ms: int) -> apsw.Connection:
    """Connect to read and write, else to read, else to read what nobody can be writing to."""
    flags = apsw.SQLITE_OPEN_URI | apsw.SQLITE_OPEN_READWRITE
    connection = connect(companion.absolute().as_uri(), flags=flags, attached=1)
    connection.set_busy_handler(Patience(busy_ms / 1000))
    try:
        connection.execute("SELECT 1 FROM sqlite_schema").fetchall()
    except (apsw.CantOpenError, apsw.ReadOnlyError):  # no log can be made in this folder
        connection.close()
        if companion.with_name(f"{companion.name}-wal").exists():
            raise
        flags = apsw.SQLITE_OPEN_URI | apsw.SQLITE_OPEN_READONLY
        return connect(f"{companion.absolute().as_uri()}?immutable=1", flags=flags, attached=1)
    except BaseException:
        connection.close()
        raise
    return connection


def _require_version(connection: apsw.Connection, companion: Path) -> None:
    if _version(connection, companion) != VERSION:
        from tasks.companion.beginning import bring_up  # noqa: PLC0415 -- as above

        bring_up(connection)


def require_known(connection: apsw.Connection, companion: Path) -> None:
    """Refuse a companion that could not be opened to write. Raises PreconditionFailed."""
    if _version(connection, companion) != VERSION:
        from tasks.companion.beginning import check  # noqa: PLC0415 -- as above

        check(connection)


def _version(connection: apsw.Connection, companion: Path) -> int | None:
    try:
        version: int | None = connection.execute("SELECT max(version) FROM schema_migrations").get
    except apsw.SQLError as error:  # no such table
        raise PreconditionFailed(
            f"{companion} is a database of another make",
            next_step=f"Move it away: its name is that of the index's companion. {_UNTOUCHED}",
        ) from error
    return version


def _unusable(companion: Path, error: apsw.Error) -> PreconditionFailed:
    return PreconditionFailed(
        f"{companion} cannot be opened: {error}",
        next_step=f"Stop whatever holds it, or look at its mode. {_UNTOUCHED}",
    )
