"""What lies beside an index, how large it is, and what of it is left over."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tasks.companion import place
from tasks.store import backup_files, generations, lent_copies, quarantine
from tasks.store.audit import log_of


@dataclass(frozen=True, slots=True)
class Leftover:
    """What a killed command left, or a generation that is no longer in service."""

    path: Path
    size_bytes: int


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of all files below a folder; 0 where there is nothing."""
    try:
        if not path.is_dir():
            return path.lstat().st_size
        with os.scandir(path) as entries:
            return sum(size_of(Path(entry.path)) for entry in entries)
    except OSError:  # it went meanwhile, or this user may not look
        return 0


def log_bytes(database: Path) -> int:
    """Return the bytes of a write-ahead log."""
    return size_of(database.with_name(f"{database.name}-wal"))


def unfinished(service: Path, backup_folder: Path) -> list[Leftover]:
    """Return what killed commands left, by path.

    That of runs and backups is left over where nobody holds the lock of runs, which is the
    caller's to hold; copies of readers, where their makers are gone.
    """
    found: set[Path] = set()
    for folder in (generations.folder_of(service), service.parent, backup_folder):
        found.update(generations.unfinished(folder))
        found.update(lent_copies.abandoned(folder))
    found.update(generations.scratches(generations.folder_of(service)))
    found.update(generations.broken_off(service))
    return [Leftover(path, size_of(path)) for path in sorted(found)]


def old_generations(service: Path) -> list[Leftover]:
    """Return the generations that are not in service, by path."""
    return [Leftover(path, _with_logs(path)) for path in generations.old(service)]


def backups_of(service: Path, folder: Path) -> list[Leftover]:
    """Return the backups of an index, the oldest first."""
    return [Leftover(path, size_of(path)) for path in backup_files.found(service, folder)]


def quarantined(service: Path) -> list[Leftover]:
    """Return the damaged files of an index and of its companion that were set aside."""
    found = [*quarantine.found(service), *place.quarantined(service)]
    return [Leftover(path, _with_logs(path)) for path in found]


def total(found: list[Leftover]) -> int:
    """Return the bytes of all."""
    return sum(item.size_bytes for item in found)


def every_path(service: Path, backup_folder: Path) -> Iterator[Path]:
    """Yield each file and folder of an index that is there, in a fixed order, and its companion."""
    companion = place.companion_of(service)
    suffixes = ("", "-wal", "-shm", "-journal")
    location = service.resolve()
    candidates = (
        *(location.with_name(location.name + suffix) for suffix in suffixes),
        generations.folder_of(service),
        *(companion.with_name(companion.name + suffix) for suffix in suffixes),
        log_of(service),
        backup_folder,
        *backup_files.found(service, backup_folder),
        quarantine.folder_of(service),
    )
    return (path for path in candidates if path.exists())


def _with_logs(path: Path) -> int:
    beside = (path.with_name(path.name + suffix) for suffix in ("", "-wal", "-shm", "-journal"))
    return sum(map(size_of, beside))
