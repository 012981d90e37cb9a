"""Generations: every index is a file of its own, and the path that readers open is a symbolic link.

SQLite names a write-ahead log after the real file. Renaming a database over another one would
hand it the other's log, and old rows would silently come back; a link avoids that.

A generation is named after the switch that brought its index, ``<id>.db``; brought back by a later
switch, ``<id>~<later id>.db``. What was there before the first switch has the id ORIGIN. Only the
index in service stays, and what no backup holds; what was there before it is in the backups.
"""

import os
import re
import shutil
from collections.abc import Collection
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from migrations import runner
from migrations.opening import connect
from tasks.store.file_systems import journal_for
from tasks.store.header import APPLICATION_ID
from tasks.store.lent_copies import abandoned
from tasks.store.permissions import create_private, take_after
from tasks.store.places import AUDIT_HEAD, GENERATIONS, is_generation
from tasks.whole_files import UNFINISHED, sync, sync_one

ORIGIN: Final = "origin"
_TIME: Final = "%Y%m%dT%H%M%S.%fZ"
_STAMP: Final = re.compile(r"\d{8}T\d{6}\.\d{6}Z(?=-)")
_LATER: Final = timedelta(microseconds=1)
_AGAIN: Final = "~"
_SCRATCH: Final = ".scratch"
_LINK: Final = ".link"


def new_id(service: Path, backups: Path, at: datetime | None = None) -> str:
    """Return the id of a run or a switch: the time, in UTC.

    Ids ascend, whatever a clock does, so that the newest backup is the last one made: an id is
    later than all that generations and ``backups``, the folder of backups, are named after.
    """
    now = at or datetime.now(UTC)
    named = (path.name for folder in (folder_of(service), backups) for path in folder.glob("*"))
    stamps = [stamp for name in named for stamp in _STAMP.findall(name)]
    if stamps and (latest := max(stamps)) >= now.strftime(_TIME):
        with suppress(ValueError, OverflowError):  # no time at all, or the last that there is
            now = datetime.strptime(latest, _TIME).replace(tzinfo=UTC) + _LATER
    return f"{now.strftime(_TIME)}-{os.getpid():x}"


def scratch_of(service: Path, run_id: str) -> Path:
    """Return the folder that a run keeps its parts in."""
    return folder_of(service) / f"{run_id}{_SCRATCH}"


def scratches(folder: Path) -> list[Path]:
    """Return the scratch folders among generations, the oldest run's first."""
    return sorted(folder.glob(f"*{_SCRATCH}"))


def folder_of(service: Path) -> Path:
    """Return the folder that holds the generations of an index."""
    return service.with_name(f"{service.name}{GENERATIONS}")


def candidate_of(service: Path, run_id: str) -> Path:
    """Return the file that a run builds its candidate in."""
    return folder_of(service) / f"{run_id}.db"


def brought_back(service: Path, generation: str | None, switch_id: str) -> Path:
    """Return the file for an index that was a generation (None: before the first) once before."""
    return folder_of(service) / f"{generation or ORIGIN}{_AGAIN}{switch_id}.db"


def generation_of(service: Path) -> str | None:
    """Return the id of the switch that first brought the index in service; None: there was none."""
    return service.resolve().stem.split(_AGAIN)[0] if is_generation(service) else None


def start(candidate: Path) -> None:
    """Make an empty candidate, which its owner alone may read."""
    candidate.parent.mkdir(parents=True, exist_ok=True)
    create_private(candidate)


def seal(candidate: Path, fstype: str | None = None) -> None:
    """Make a candidate ready for readers: the journal of its file system, and every byte on disk.

    Its header says whose it is, and of which schema. ``fstype`` is the type of the file system;
    None: not known, and taken for local.
    """
    connection = connect(candidate)
    connection.pragma("application_id", APPLICATION_ID)
    connection.pragma("user_version", runner.LATEST)
    connection.pragma("journal_mode", journal_for(fstype))
    connection.close()
    sync(candidate)


def switch(service: Path, candidate: Path) -> str | None:
    """Put ``candidate`` in service at once, with the owner and mode of the one before it.

    Readers that have the old one open keep reading it until they connect anew. Returns what of
    owner and mode could not be kept, in words, or None.
    """
    problem = take_after(candidate, service)
    is_first_switch = service.exists() and not service.is_symlink()
    link = service.with_name(f".{service.name}.{candidate.stem}{_LINK}")
    link.unlink(missing_ok=True)
    link.symlink_to(os.path.relpath(candidate, service.parent))
    link.replace(service)
    sync_one(service.parent)
    if is_first_switch:
        for suffix in ("-wal", "-shm", "-journal"):
            service.with_name(service.name + suffix).unlink(missing_ok=True)
    return problem


def prune(service: Path, spared: Collection[str] = ()) -> list[Path]:
    """Delete all generations but the index in service and those of a name that is ``spared``.

    With them goes what was left of one. A killed command leaves its unfinished work, beside the
    index too, and a killed reader its copy; a reader that opens a generation while it goes, a log
    that belongs to nobody.
    """
    gone = [path for path in old(service) if path.name not in spared]
    for path in gone:
        discard(path)
    folders = (folder_of(service), service.parent, service.resolve().parent)
    copies = [left for folder in dict.fromkeys(folders) for left in abandoned(folder)]
    ours = [*unfinished(folder_of(service)), *scratches(folder_of(service)), *broken_off(service)]
    for left in [*ours, *copies]:
        discard_left(left)
    for beside in folder_of(service).glob("*.db-*"):
        if not beside.with_name(beside.name.rpartition("-")[0]).exists():
            beside.unlink(missing_ok=True)
    return gone


def old(service: Path) -> list[Path]:
    """Return the generations that are not in service, by path."""
    current = service.resolve()
    found = (path for path in folder_of(service).glob("*.db") if path.resolve() != current)
    return sorted(path for path in found if not path.name.startswith(UNFINISHED))


def unfinished(folder: Path) -> list[Path]:
    """Return what killed commands left in a folder while they wrote it.

    The head of the audit log is none of it: who is refused by a run writes it beside that run, and
    whoever writes the next line clears up after a killed one.
    """
    head = f"{UNFINISHED}{AUDIT_HEAD}"
    return [left for left in folder.glob(f"{UNFINISHED}*") if left.name != head]


def broken_off(service: Path) -> list[Path]:
    """Return the links that killed commands were about to put in the place of the one in service.

    Nobody else makes one: the lock of runs is the caller's.
    """
    found = service.parent.glob(f".{service.name}.*{_LINK}")
    return sorted(link for link in found if link.is_symlink())


def discard(candidate: Path) -> None:
    """Delete a database and what SQLite keeps beside it."""
    for suffix in ("", "-wal", "-shm", "-journal"):
        candidate.with_name(candidate.name + suffix).unlink(missing_ok=True)


def discard_left(left: Path) -> None:
    """Delete a scratch folder, or a file or folder of unfinished work."""
    if left.is_dir() and not left.is_symlink():
        shutil.rmtree(left, ignore_errors=True)
    else:
        left.unlink(missing_ok=True)
