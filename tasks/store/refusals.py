"""What SQLite refuses, told so that an operator knows what is safe and what to do."""

import os
import re
from pathlib import Path
from typing import Final, NamedTuple

import apsw

from tasks.errors import FlagDayError, IndexDamaged, PreconditionFailed
from tasks.home import DB
from tasks.store.places import is_generation

_UNTOUCHED: Final = "Nothing was changed."


class _Refusal(NamedTuple):
    """What to say of one kind of error."""

    what: str  # after the path; {said} is SQLite's word
    next_step: str


_LOCKED: Final = "Stop whatever writes to it and run again."
_REFUSALS: Final[dict[type[apsw.Error], _Refusal]] = {
    apsw.BusyError: _Refusal("is locked by another process", _LOCKED),
    apsw.LockedError: _Refusal("is locked by another connection of this process", _LOCKED),
    apsw.ProtocolError: _Refusal(
        "cannot be locked: {said}",
        "Try again; if it stays so, its file system does not lock as SQLite needs it.",
    ),
    apsw.ReadOnlyError: _Refusal(
        "cannot be written to: {said}", "Make the file and its folder writable, and run again."
    ),
    apsw.FullError: _Refusal("cannot grow: its disk is full", "Make room, and run again."),
    apsw.IOError: _Refusal(
        "cannot be read or written: its disk fails ({said})",
        "Look at the disk and at the system's log before you run again.",
    ),
    apsw.CantOpenError: _Refusal(
        "cannot be read: {said}", "Look at the modes of the file and its folders."
    ),
    apsw.NoMemError: _Refusal("cannot be read: memory is short", "Free some, and run again."),
    apsw.InterruptError: _Refusal(
        "keeps SQLite busy without end, as a view or a trigger can",
        "Look at its schema, and do not trust whoever made it.",
    ),
    apsw.NotADBError: _Refusal(
        "is not an SQLite database", "Name the right file with --db, or move this one away."
    ),
}
_OTHER: Final = _Refusal("cannot be read: {said}", "Restore it from a backup, or move it away.")
_OF_APPLICATION: Final = re.compile(r"no such (collation sequence|function): |unknown function: ")
_UNKNOWN: Final = _Refusal(
    "cannot be examined: {said}; only the application that made it has that",
    "Name a copy with --db in which no table needs it.",
)
# Of a generation, which a flag day wrote whole, these mean that its bytes have changed since.
_DAMAGE: Final = (apsw.NotADBError, apsw.SQLError)


def unusable(path: Path, error: apsw.Error) -> FlagDayError:
    """Say what is wrong with a database that SQLite refuses."""
    if path.is_dir():
        return a_folder(path)
    if isinstance(error, apsw.CorruptError):
        return damaged(path, str(error))
    if isinstance(error, _DAMAGE) and is_generation(path):
        return damaged(path, str(error))
    if isinstance(error, apsw.NotADBError) and _is_backup(path):
        return _a_backup(path)
    is_of_application = isinstance(error, apsw.SQLError) and _OF_APPLICATION.match(str(error))
    refusal = _UNKNOWN if is_of_application else _REFUSALS.get(type(error), _OTHER)
    said = _reason(path) or str(error)
    return PreconditionFailed(
        f"{path} {refusal.what.format(said=said)}", next_step=f"{refusal.next_step} {_UNTOUCHED}"
    )


def a_folder(path: Path) -> PreconditionFailed:
    """Say that a folder is no index, and which file in it may be meant."""
    inside = path / DB if (path / DB).exists() else path / DB.name
    return PreconditionFailed(
        f"{path} is a folder, and the index is a file",
        next_step=f"Name a file, such as --db {inside}. {_UNTOUCHED}",
    )


def _a_backup(path: Path) -> PreconditionFailed:
    import shlex  # noqa: PLC0415 -- for the refusal alone

    again = f"flagday restore {shlex.quote(str(path))} --db OTHER"
    return PreconditionFailed(
        f"{path} is a backup, and no index",
        next_step=f"Make an index of it with `{again}`, and name that. {_UNTOUCHED}",
    )


def _is_backup(path: Path) -> bool:
    from tasks.store.encryption import is_encrypted  # noqa: PLC0415 -- as above
    from tasks.store.packing import described  # noqa: PLC0415 -- as above

    try:
        return is_encrypted(path) or described(path) is not None
    except OSError:
        return False


def damaged(path: Path, why: str) -> IndexDamaged:
    """Say that a database is damaged, and which command builds it anew from content."""
    return IndexDamaged(f"{path} is corrupt: {why}", next_step=f"{way_out(path)} {_UNTOUCHED}")


def way_out(path: Path) -> str:
    """Name the command that rebuilds a damaged index from content.

    A flag day sets aside by itself only what a flag day has made.
    """
    import shlex  # noqa: PLC0415 -- for what is damaged alone

    named = shlex.quote(str(path))
    if is_generation(path):
        return (
            f"Rebuild it from content with `flagday run ROOT… --db {named}`, which quarantines "
            "the damaged file and deletes nothing."
        )
    return (
        f"Restore it from a backup; or set it aside with `flagday doctor --quarantine --db {named}`"
        f" and build from content with `flagday run ROOT… --db {named}`."
    )


def _reason(path: Path) -> str | None:
    """Say what SQLite does not: that this user may not."""
    if path.exists() and not os.access(path, os.R_OK):
        return "this user may not read it"
    return None
