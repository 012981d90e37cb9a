"""Generations: every index is a file of its own, and the path that readers open is a symbolic link.

SQLite names a write-ahead log after the real file. Renaming a database over another one would
hand it the other's log, and old rows would silently come back; a link avoids that.
"""

import os
import shutil
from contextlib import closing
from pathlib import Path
from typing import Final

import apsw

from tasks.store.connection import PAGE_BYTES, open_candidate
from tasks.store.untouched import untouched

_KEPT: Final = 2  # the index in service and the one before it


def folder_of(service: Path) -> Path:
    """Return the folder that holds the generations of an index."""
    return service.with_name(f"{service.name}.generations")


def candidate_of(service: Path, run_id: str) -> Path:
    """Return the file that a run builds its candidate in."""
    return folder_of(service) / f"{run_id}.db"


def start(service: Path, candidate: Path) -> None:
    """Make ``candidate``: a copy of the index in service as of now, or a new database."""
    candidate.parent.mkdir(parents=True, exist_ok=True)
    if service.exists():
        _copy(service, candidate)
    open_candidate(candidate).close()


def compact(candidate: Path) -> None:
    """Give back the pages of what was dropped, and take the page size of an index."""
    connection = open_candidate(candidate)
    connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
    connection.execute("VACUUM")
    connection.close()


def seal(candidate: Path) -> None:
    """Make a candidate ready for readers: write-ahead logging, and every byte on disk."""
    connection = apsw.Connection(str(candidate))
    connection.execute("PRAGMA journal_mode = WAL").fetchall()
    connection.close()
    _sync(candidate)
    _sync(candidate.parent)


def switch(service: Path, candidate: Path) -> None:
    """Put ``candidate`` in service at once; the one before it stays as a generation.

    Readers that have the old one open keep reading it until they connect anew.
    """
    is_first_switch = service.exists() and not service.is_symlink()
    if is_first_switch:
        kept = candidate.with_name(f"{candidate.stem}.before.db")
        _copy(service, kept)
        _sync(kept)
    link = service.with_name(f".{service.name}.{candidate.stem}.link")
    link.unlink(missing_ok=True)
    link.symlink_to(os.path.relpath(candidate, service.parent))
    link.replace(service)
    _sync(service.parent)
    if is_first_switch:
        for suffix in ("-wal", "-shm", "-journal"):
            service.with_name(service.name + suffix).unlink(missing_ok=True)


def prune(service: Path) -> list[Path]:
    """Delete all generations but the index in service and the newest one beside it."""
    current = service.resolve()
    others = sorted(
        (path for path in folder_of(service).glob("*.db") if path.resolve() != current),
        key=lambda path: path.name,
        reverse=True,
    )
    old = others[_KEPT - 1 :]
    for path in old:
        discard(path)
    return old


def discard(candidate: Path) -> None:
    """Delete a database and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        candidate.with_name(candidate.name + suffix).unlink(missing_ok=True)


def discard_scratch(scratch: Path) -> None:
    """Delete a run's scratch folder."""
    shutil.rmtree(scratch, ignore_errors=True)


def _copy(source: Path, target: Path) -> None:
    """Copy one consistent state of a database, whatever a log beside it holds."""
    with (
        untouched(source) as reader,
        closing(apsw.Connection(str(target))) as writer,
        writer.backup("main", reader, "main") as backup,
    ):
        backup.step()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
