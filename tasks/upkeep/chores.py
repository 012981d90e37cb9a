"""What an index needs from time to time, and what each chore came to.

A run leaves an index compacted, analysed and sealed, with its digest in the audit log: there is
nothing to be done to it, and whatever changed a byte would break that. Where changes on record wait
in a log beside it, they are written back, and the new digest goes on record. What readers write
lies in the companion, which is looked after here.
"""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import apsw

from migrations.opening import connect
from tasks.companion.place import companion_of
from tasks.store import backup_files, generations
from tasks.store.busy import be_patient
from tasks.store.refusals import unusable
from tasks.store.spare_generations import is_spare
from tasks.store.untouched import untouched
from tasks.upkeep import belongings
from tasks.upkeep.belongings import Leftover
from tasks.upkeep.pages import pays
from tasks.upkeep.record import is_as_recorded

INDEX_LOG: Final = "log of the index"
_PAGES: Final = "pages of the companion"
_STATISTICS: Final = "statistics of the companion"
_LOG: Final = "log of the companion"


@dataclass(frozen=True, slots=True)
class Chore:
    """One chore, before and after; in a dry run ``after`` is what is expected."""

    name: str
    before_bytes: int
    after_bytes: int
    said: str  # what was done, or why nothing was

    @property
    def freed_bytes(self) -> int:
        """Return how much room it gave back."""
        return self.before_bytes - self.after_bytes


def of_index(service: Path, *, is_dry_run: bool) -> Iterator[Chore]:
    """Write the log of the index in service back, where what is in it is on record.

    Raises PreconditionFailed where the index cannot be opened.
    """
    location = service.resolve()
    before = belongings.log_bytes(location)
    if not before:
        return
    if not is_as_recorded(service):
        yield Chore(INDEX_LOG, before, before, "left: it holds what is not on record; see doctor")
    elif is_dry_run:
        yield Chore(INDEX_LOG, before, 0, "would be written back")
    else:
        with _opened(location) as connection:
            yield _written_back(INDEX_LOG, location, connection)


def of_companion(service: Path, *, is_dry_run: bool) -> Iterator[Chore]:
    """Write its log back, give empty pages back where that pays, refresh statistics.

    Raises PreconditionFailed where it cannot be opened.
    """
    companion = companion_of(service)
    if not companion.exists():
        return
    with untouched(companion) if is_dry_run else _opened(companion) as connection:
        yield _pages(connection, is_dry_run=is_dry_run)
        yield _statistics(companion, connection, is_dry_run=is_dry_run)
        yield _log(companion, connection, is_dry_run=is_dry_run)


def leftovers(service: Path, backup_folder: Path, *, is_dry_run: bool) -> Chore:
    """Delete what killed commands left. The lock of runs is the caller's."""
    found = belongings.unfinished(service, backup_folder)
    return _deleted("folders of killed commands", found, generations.discard_left, is_dry_run)


def old_generations(service: Path, *, is_dry_run: bool) -> list[Chore]:
    """Delete generations that never were in service, or whose very bytes a backup holds."""
    found = belongings.old_generations(service)
    safe = [item for item in found if is_spare(service, item.path)]
    kept = [item for item in found if item not in safe]
    done = [_deleted("old generations", safe, generations.discard, is_dry_run)]
    if kept:
        size = belongings.total(kept)
        names = ", ".join(item.path.name for item in kept)
        done.append(Chore("old generations", size, size, f"kept, no backup holds them: {names}"))
    return done


def old_backups(service: Path, folder: Path, keep: int, *, is_dry_run: bool) -> Chore:
    """Delete the backups that the plan does not keep, by name; where it keeps 0, none.

    Raises StepFailed where the audit log cannot be written.
    """
    before = belongings.backups_of(service, folder)
    old = backup_files.expired(service, folder, keep) if keep else []
    gone = {item.path for item in old}
    stay = [item for item in before if item.path not in gone]
    if not is_dry_run:
        backup_files.delete(service, old)
    verb = "would delete" if is_dry_run else "deleted"
    names = f": {', '.join(map(str, old))}" if old else ""
    said = f"{verb} {len(old)}{names}; {len(stay)} stay"
    return Chore("backups", belongings.total(before), belongings.total(stay), said)


def old_reports(old: list[Path], delete: Callable[[Path], None], *, is_dry_run: bool) -> Chore:
    """Delete the folders of runs that the plan does not keep."""
    found = [Leftover(path, belongings.size_of(path)) for path in old]
    return _deleted("reports", found, delete, is_dry_run)


def _deleted(
    name: str, found: list[Leftover], delete: Callable[[Path], None], is_dry_run: bool
) -> Chore:
    size = belongings.total(found)
    if not is_dry_run:
        for item in found:
            delete(item.path)
    left = 0 if is_dry_run else sum(belongings.size_of(item.path) for item in found)
    verb = "would delete" if is_dry_run else "deleted"
    return Chore(name, size, left, f"{verb} {len(found)}")


@contextmanager
def _opened(companion: Path) -> Iterator[apsw.Connection]:
    flags = apsw.SQLITE_OPEN_READWRITE
    try:
        with closing(connect(companion, flags=flags)) as connection:
            be_patient(connection)
            yield connection
    except apsw.Error as error:
        raise unusable(companion, error) from error


def _pages(connection: apsw.Connection, *, is_dry_run: bool) -> Chore:
    """Give empty pages back where that pays; the companion was made for it."""
    pages, free, size = (
        int(connection.pragma(name)) for name in ("page_count", "freelist_count", "page_size")
    )
    before, empty = pages * size, free * size
    if not pays(pages, free, size):
        return Chore(_PAGES, before, before, f"does not pay: {empty} bytes are empty")
    if is_dry_run:
        return Chore(_PAGES, before, before - empty, f"would give back {free} pages")
    connection.execute("PRAGMA incremental_vacuum").fetchall()
    after = int(connection.pragma("page_count")) * size
    return Chore(_PAGES, before, after, f"gave back {(before - after) // size} pages")


def _statistics(companion: Path, connection: apsw.Connection, *, is_dry_run: bool) -> Chore:
    """Have SQLite refresh the statistics of tables that have changed much."""
    size = belongings.size_of(companion)
    if is_dry_run:
        return Chore(_STATISTICS, size, size, "would be refreshed where much has changed")
    before = connection.total_changes()
    connection.execute("PRAGMA analysis_limit = 1000; PRAGMA optimize (0x10002)").fetchall()
    changed = connection.total_changes() - before
    return Chore(_STATISTICS, size, size, "refreshed" if changed else "are up to date")


def _log(companion: Path, connection: apsw.Connection, *, is_dry_run: bool) -> Chore:
    """Write the log back and cut it to nothing, unless readers are in the way."""
    before = belongings.log_bytes(companion)
    if is_dry_run or not before:
        return Chore(_LOG, before, 0, "would be written back" if before else "is empty")
    return _written_back(_LOG, companion, connection)


def _written_back(name: str, database: Path, connection: apsw.Connection) -> Chore:
    before = belongings.log_bytes(database)
    is_blocked, *_ = connection.execute("PRAGMA wal_checkpoint (TRUNCATE)").fetchall()[0]
    said = "readers were in the way: try again later" if is_blocked else "written back"
    return Chore(name, before, belongings.log_bytes(database), said)
