"""Read an index so that not a byte of it, or beside it, changes: no log appears or goes.

A database in WAL mode without a log is open nowhere, and read as immutable; else SQLite would make
a log. What SQLite would have to mend first, as after a writer was killed, is mended in a copy.
"""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import apsw

from migrations.opening import ample, bound, connect
from tasks.errors import PreconditionFailed
from tasks.faults import why
from tasks.store.connection import require_whole
from tasks.store.header import require_file
from tasks.store.in_place import connect_in_place, size_of
from tasks.store.lent_copies import SETTLED, folder_for_copy
from tasks.store.refusals import unusable

_BESIDE: Final = ("-journal", "-wal")


@contextmanager
def untouched(database: Path) -> Iterator[apsw.Connection]:
    """Open an index to read from.

    Raises PreconditionFailed where SQLite refuses it, IndexDamaged where it is seen to be damaged.
    """
    try:
        require_whole(database)
    except apsw.Error as error:
        raise unusable(database, error) from error
    with settled(database) as path:
        try:
            connection = connect_in_place(path)
        except apsw.Error as error:
            raise unusable(database, error) from error
        bound(connection, ample(path.stat().st_size))
        with closing(connection):
            try:
                yield connection
            except apsw.InterruptError as error:
                raise unusable(database, error) from error


@contextmanager
def settled_if_any(database: Path | None) -> Iterator[Path | None]:
    """Yield what ``settled`` yields, None where there is no database."""
    if database is None or not database.exists():
        yield None
        return
    with settled(database) as path:
        yield path


@contextmanager
def settled(database: Path) -> Iterator[Path]:
    """Yield a file that holds what ``database`` holds and can be read as it is.

    It is the database itself, or a copy with a dead writer's journal rolled back or its log kept
    apart. The copy goes afterwards. Raises PreconditionFailed where it changes meanwhile.
    """
    location = database.resolve()
    if not _needs_mending(location):
        yield location
        return
    with _copied(database, _writable(location.parent)) as copy:
        _mend(copy, database)
        yield copy


@contextmanager
def writable(database: Path) -> Iterator[Path]:
    """Yield a file that may be written to: the database, or a copy where this user may not.

    The copy lies where temporary files go, and goes afterwards. Raises PreconditionFailed where
    the database changes meanwhile.
    """
    location = database.resolve()
    places = (location, location.parent)
    if all(os.access(place, os.W_OK, effective_ids=True) for place in places):
        yield database
        return
    with _copied(database, None) as copy:
        yield copy


@contextmanager
def _copied(database: Path, parent: Path | None) -> Iterator[Path]:
    """Copy a database, and the journal or log beside it, into a folder below ``parent``."""
    location = database.resolve()
    files = [location.with_name(location.name + suffix) for suffix in ("", *_BESIDE)]
    with folder_for_copy(parent, SETTLED) as folder:
        copy = folder / "index.db"
        with unchanged(database, files):
            for source, suffix in zip(files, ("", *_BESIDE), strict=True):
                if source.exists():
                    _copy(source, copy.with_name(copy.name + suffix))
        yield copy


def _copy(source: Path, target: Path) -> None:
    """Copy a file. Raises PreconditionFailed where its copy has no room: OSError names the file."""
    try:
        shutil.copyfile(source, target)
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise PreconditionFailed(
            f"{source} cannot be copied to be read: {why(error, target)}",
            next_step="Make room there, or set TMPDIR where that is for temporary files. "
            "The index in service is unchanged.",
        ) from error


@contextmanager
def unchanged(database: Path, files: Sequence[Path]) -> Iterator[None]:
    """Raise PreconditionFailed where the files of a database change within the context."""
    before = _state(files)
    yield
    if _state(files) != before:
        raise PreconditionFailed(
            f"{database} changed while it was read",
            next_step="Stop whatever writes to it and run again. "
            "The index in service is unchanged.",
        )


def _state(files: Sequence[Path]) -> list[tuple[int, int]]:
    found = [file.stat() for file in files if file.exists()]
    return [(status.st_size, status.st_mtime_ns) for status in found]


def chunks(database: Path, size: int) -> Iterator[bytes]:
    """Yield the bytes of a database file, ``size`` at a time.

    To open and close a plain file would drop the locks that other connections of this process
    hold on it; through SQLite's own file it does not. Raises PreconditionFailed where it is none.
    """
    require_file(database)
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_MAIN_DB
    file = apsw.VFSFile("", str(database.resolve()), [flags, 0])
    try:
        end, at = file.xFileSize(), 0
        while at < end:
            chunk = file.xRead(min(size, end - at), at)
            at += len(chunk)
            yield chunk
    finally:
        file.xClose()


def _needs_mending(location: Path) -> bool:
    """Tell whether reading in place would write: a log nobody has open, or a hot journal."""
    if size_of(location, "-wal"):
        return not location.with_name(f"{location.name}-shm").exists()
    if not size_of(location, "-journal"):
        return False
    try:
        connect_in_place(location).close()
    except (apsw.ReadOnlyError, apsw.CantOpenError):  # it is hot: no live writer has it
        return True
    except apsw.Error:
        return False
    return False


def _mend(copy: Path, database: Path) -> None:
    try:
        with closing(connect(copy)) as connection:
            connection.execute("PRAGMA journal_mode = DELETE").fetchall()
    except apsw.Error as error:
        raise unusable(database, error) from error


def _writable(folder: Path) -> Path | None:
    """Return the folder where it can hold a copy, so that no disk but its own fills."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return None
