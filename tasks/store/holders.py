"""Who has a database open for writing: what /proc says, and a lock that only one can hold."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import apsw


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that has the database open for writing."""

    pid: int
    command: str


def writers(database: Path) -> list[Holder]:
    """Return the other processes that hold ``database`` open for writing, by pid.

    Read from /proc, so of those processes that this user may look at.
    """
    status = database.stat()
    identity = (status.st_dev, status.st_ino)
    found = {
        pid
        for pid, descriptor in _descriptors()
        if _identity(descriptor) == identity and _is_writable(pid, descriptor.name)
    }
    return [Holder(pid, _command(pid)) for pid in sorted(found)]


def is_write_locked(database: Path) -> bool:
    """Tell whether a writer holds SQLite's lock now. Changes nothing in the file."""
    connection = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")
    except (apsw.BusyError, apsw.LockedError):
        return True
    finally:
        connection.close()
    return False


def _descriptors() -> Iterator[tuple[int, Path]]:
    for process in Path("/proc").glob("[0-9]*"):
        if int(process.name) == os.getpid():
            continue
        try:
            yield from ((int(process.name), entry) for entry in (process / "fd").iterdir())
        except OSError:  # it ended, or is another user's
            continue


def _identity(descriptor: Path) -> tuple[int, int] | None:
    try:
        status = descriptor.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _is_writable(pid: int, descriptor: str) -> bool:
    try:
        text = Path(f"/proc/{pid}/fdinfo/{descriptor}").read_text()
    except OSError:
        return False
    flags = next(line.split()[1] for line in text.splitlines() if line.startswith("flags:"))
    return int(flags, 8) & os.O_ACCMODE != os.O_RDONLY


def _command(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return "?"
    return b" ".join(words).decode(errors="replace").strip()
