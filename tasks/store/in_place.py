"""Read a database where it lies, also where SQLite may make no log beside it.

A database in WAL mode without a log is open nowhere, and can be read as immutable.
"""

import os
from pathlib import Path
from typing import Final

import apsw

from migrations.opening import connect
from tasks.errors import PreconditionFailed
from tasks.store import header
from tasks.store.busy import be_patient

_WAL_MODE: Final = b"\x02\x02"  # bytes 18 and 19 of a database: https://sqlite.org/fileformat.html


def connect_to_read(location: Path) -> apsw.Connection:
    """Open a database, and have SQLite look at it once.

    Raises apsw.Error; PreconditionFailed where a log has to be read too, and cannot be.
    """
    try:
        return _looked_at(connect(location, flags=apsw.SQLITE_OPEN_READONLY))
    except (apsw.ReadOnlyError, apsw.CantOpenError) as error:
        if size_of(location, "-wal") and os.access(location, os.R_OK, effective_ids=True):
            raise PreconditionFailed(
                f"{location} cannot be read: it has a log, and this user may not write beside it",
                next_step="Ask once as a user who may, such as with `flagday status`, or copy it "
                "and its log to a folder of your own. Nothing was changed.",
            ) from error
        return connect_in_place(location)


def connect_in_place(location: Path) -> apsw.Connection:
    """Open a settled database, and make nothing beside it. Raises apsw.Error."""
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    return _looked_at(connect(uri_of(location), flags=flags))


def uri_of(path: Path) -> str:
    """Return the URI by which SQLite reads a settled database and makes nothing beside it."""
    is_in_wal_mode = header.read(path)[18:20] == _WAL_MODE
    is_immutable = is_in_wal_mode and not size_of(path, "-wal")
    return f"{path.as_uri()}?mode=ro" + ("&immutable=1" if is_immutable else "")


def size_of(location: Path, suffix: str) -> int:
    """Return the bytes of what lies beside a database, 0 where it is not there."""
    file = location.with_name(location.name + suffix)
    return file.stat().st_size if file.exists() else 0


def _looked_at(connection: apsw.Connection) -> apsw.Connection:
    try:
        be_patient(connection)
        connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchall()
    except apsw.Error:
        connection.close()
        raise
    return connection
