"""Open SQLite databases, each for one purpose. Foreign keys are on wherever rows can change."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import apsw

from migrations.opening import CREATE, ample, bound, connect, undefended
from tasks.errors import PreconditionFailed
from tasks.store.busy import be_patient
from tasks.store.header import flaw_of
from tasks.store.in_place import connect_to_read
from tasks.store.permissions import create_private
from tasks.store.refusals import damaged, unusable

PAGE_BYTES: Final = 8192
_SORTING: Final = "SQLITE_TMPDIR"  # SQLite looks at it whenever it needs a file


def open_read_only(path: Path) -> apsw.Connection:
    """Open an index to read from.

    Raises PreconditionFailed where there is none, it is no SQLite database, or it is locked, and
    IndexDamaged where its header, its length or its schema are not what they must be.
    """
    if not path.exists():
        raise PreconditionFailed(
            f"there is no database at {path}",
            next_step="Build one with `flagday run`, or name another with --db.",
        )
    try:
        require_whole(path)
        connection = connect_to_read(path.resolve())
    except apsw.Error as error:
        raise unusable(path, error) from error
    bound(connection, ample(path.stat().st_size))
    return connection


def open_candidate(path: Path) -> apsw.Connection:
    """Open a candidate for bulk work: no journal, since a failed candidate is thrown away.

    The cache stays small: what is sorted for an index at once has its size, and is sorted in two
    thirds of the time where it stays in the cache of a processor. Sorting in memory would take as
    much of it as the index will have bytes: see ``sorting_beside``. A thread sorts what is there
    while more is read.
    """
    connection = connect(path, CREATE | apsw.SQLITE_OPEN_URI, attached=1)  # what it is made of
    for pragma in (
        f"PRAGMA page_size = {PAGE_BYTES}",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA synchronous = OFF",
        "PRAGMA locking_mode = EXCLUSIVE",
        "PRAGMA cache_size = -2048",
        "PRAGMA temp_store = FILE",
        "PRAGMA threads = 1",
        "PRAGMA analysis_limit = 1000",
    ):
        connection.execute(pragma).fetchall()
    with undefended(connection):
        connection.execute("PRAGMA journal_mode = OFF").fetchall()
    return connection


@contextmanager
def sorting_beside(database: Path) -> Iterator[None]:
    """Have SQLite keep what it sorts beside ``database``, where there is room for it.

    Its files have no names: they go with the process, whatever becomes of it.
    """
    before = os.environ.get(_SORTING)
    os.environ[_SORTING] = str(database.parent)
    try:
        yield
    finally:
        os.environ.pop(_SORTING)
        if before is not None:
            os.environ[_SORTING] = before


def open_to_migrate(path: Path) -> apsw.Connection:
    """Open a database to change its schema in place, in transactions; a new one is private."""
    if not path.exists():
        with suppress(OSError):  # SQLite says better what is wrong with the place
            create_private(path)
    try:
        connection = connect(path)
        be_patient(connection)
        connection.execute("SELECT COUNT(*) FROM sqlite_schema").fetchall()
    except apsw.Error as error:
        raise unusable(path, error) from error
    return connection


def require_whole(path: Path) -> None:
    """Look at the header and the length of a database, which cost nothing.

    Raises IndexDamaged, or apsw.Error where SQLite cannot read the file at all.
    """
    if flaw := flaw_of(path):
        raise damaged(path, flaw)


def quoted(name: str) -> str:
    """Quote a name of a schema object for use in SQL."""
    return '"' + name.replace('"', '""') + '"'
