"""What the first hundred bytes of a database tell at once, and its length.

Source: https://sqlite.org/fileformat.html, section 1.3.
"""

import errno
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import Final

import apsw

from tasks.errors import PreconditionFailed
from tasks.store.places import is_generation

BYTES: Final = 100
APPLICATION_ID: Final = 0x666C6764  # "flgd": what `seal` writes; `file` shows it
_MAGIC: Final = b"SQLite format 3\0"
_LARGEST_PAGE: Final = 65536
_SMALLEST_PAGE: Final = 512
_ANOTHER: Final = "Name the right file with --db, or move this one away. Nothing was changed."


def require_file(database: Path) -> None:
    """Refuse where no database can be: a pipe, a device, a socket, a link that leads to itself.

    SQLite would wait at the first for ever. What is not there, or is a folder, others tell.
    Raises PreconditionFailed.
    """
    try:
        mode = database.stat().st_mode
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise PreconditionFailed(
                f"{database} is a symbolic link that leads back to itself", next_step=_ANOTHER
            ) from error
        return
    if not (S_ISREG(mode) or S_ISDIR(mode)):
        raise PreconditionFailed(f"{database} is no regular file", next_step=_ANOTHER)


def flaw_of(database: Path) -> str | None:
    """Return what is wrong with the header or the length of a database; None where nothing is.

    What lies beside a log or a journal is SQLite's to judge, and so is what is no database at all.
    Raises apsw.Error where the file cannot be read, PreconditionFailed where it is none.
    """
    require_file(database)
    location = database.resolve()
    if not location.is_file():
        return None
    size = location.stat().st_size
    if not size:
        return "it is empty: 0 bytes" if is_generation(database) else None
    if _waits(location):
        return None
    header = read(location)
    return _flaw(header, size) if is_database(header) else None


def is_database(header: bytes) -> bool:
    """Tell whether the first bytes of a file are those of an SQLite database."""
    return header.startswith(_MAGIC)


def read(database: Path) -> bytes:
    """Return the header through SQLite's own file.

    To open and close a plain file would drop the locks that this process holds on it.
    """
    file = apsw.VFSFile(
        "", str(database.resolve()), [apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_MAIN_DB, 0]
    )
    try:
        return bytes(file.xRead(min(BYTES, file.xFileSize()), 0))
    finally:
        file.xClose()


def _flaw(header: bytes, size: int) -> str | None:
    if len(header) < BYTES:
        return f"it ends within its header, after {size} bytes"
    page = _number(header, 16, 2)
    page = _LARGEST_PAGE if page == 1 else page
    if page < _SMALLEST_PAGE or page & (page - 1):
        return f"its header names a page size of {page} bytes"
    is_counted = header[24:28] == header[92:96]  # else an old tool wrote last, and did not count
    pages = _number(header, 28, 4)
    if is_counted and pages and size != pages * page:
        return f"it has {size} bytes; its header says {pages} pages of {page} bytes"
    return None


def _number(header: bytes, at: int, size: int) -> int:
    return int.from_bytes(header[at : at + size], "big")


def _waits(location: Path) -> bool:
    beside = (location.with_name(f"{location.name}{suffix}") for suffix in ("-wal", "-journal"))
    return any(path.exists() and path.stat().st_size for path in beside)
