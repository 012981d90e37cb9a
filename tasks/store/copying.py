"""Copies and digests of databases, of one consistent state each.

A database is read through SQLite alone: to close a plain file would drop the locks that other
connections of this process hold on it.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from migrations.opening import connect
from tasks.store.permissions import create_private
from tasks.store.untouched import chunks, unchanged, untouched

CHUNK_BYTES: Final = 4 << 20
_PIECE_PAGES: Final = 4096
_HEADER_BYTES: Final = 100  # counters in it are the only bytes that a backup changes


def copy(source: Path, target: Path) -> None:
    """Copy one consistent state of a database, whatever a log beside it holds.

    Of a file that stands alone, the copy has the very bytes.
    """
    create_private(target)
    with untouched(source) as reader:
        reader.execute("BEGIN; SELECT COUNT(*) FROM sqlite_schema").fetchall()
        with (
            closing(connect(target)) as writer,
            writer.backup("main", reader, "main") as backup,
        ):
            while not backup.done:  # in pieces, between which a signal is heard
                backup.step(_PIECE_PAGES)
        if stands_alone(source):
            _take_header(source, target)


@contextmanager
def at_rest(database: Path, folder: Path) -> Iterator[Path]:
    """Yield a file that holds one consistent state of a database for the time of the context.

    It is the database itself where that stands alone: nobody can commit to it meanwhile. Else it is
    a copy, in ``folder``, which goes afterwards. Raises PreconditionFailed where the file has
    changed all the same.
    """
    if not stands_alone(database):
        with _copied(database, folder) as copied:
            yield copied
        return
    location = database.resolve()
    with untouched(database) as reader:
        reader.execute("BEGIN; SELECT COUNT(*) FROM sqlite_schema").fetchall()
        with unchanged(database, [location]):
            yield location


@contextmanager
def _copied(database: Path, folder: Path) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=folder) as kept:
        copied = Path(kept) / "copy.db"
        copy(database, copied)
        yield copied


def _take_header(source: Path, target: Path) -> None:
    header = next(chunks(source, _HEADER_BYTES), b"")
    with target.open("r+b") as copied:
        copied.write(header)
        if not header:
            copied.truncate(0)


def digest(database: Path) -> str:
    """Return the SHA-256, hexadecimal, of the bytes that a copy of a database has."""
    if not stands_alone(database):
        with _copied(database, database.resolve().parent) as copied:
            return digest(copied)
    found = hashlib.sha256()
    for chunk in chunks(database, CHUNK_BYTES):
        found.update(chunk)
    return found.hexdigest()


def stands_alone(database: Path) -> bool:
    """Tell whether the file is the whole database: no log or journal beside it holds anything."""
    location = database.resolve()
    beside = (location.with_name(f"{location.name}{suffix}") for suffix in ("-wal", "-journal"))
    return not any(path.exists() and path.stat().st_size for path in beside)
