"""What the audit log says that was done to an index in service, and that its bytes are.

Where this user may read the index and not the log, nothing is on record.
"""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from tasks.store import audit
from tasks.store.backup_files import CUT_OVER
from tasks.store.copying import digest

MAINTAINED: Final = "maintain"  # the act of maintenance
_SWITCHES: Final = frozenset({CUT_OVER, "restore", "roll back"})
_CHANGES: Final = _SWITCHES | {"cleanup", MAINTAINED}


def done(service: Path) -> Iterator[audit.Line]:
    """Yield what was done to an index, the last first; nothing where this user may not read it."""
    with suppress(PermissionError):
        lines = reversed(audit.lines(service))
        yield from (line for line in lines if line.result == audit.Result.DONE)


def last_digest(service: Path) -> str | None:
    """Return the SHA-256 that was recorded last, hexadecimal; None where none was."""
    recorded = (
        line.digest
        for line in done(service)
        if (line.action in _CHANGES or line.action.startswith("migrate ")) and line.digest
    )
    return next(recorded, None)


def came_back(service: Path) -> audit.Line | None:
    """Return the roll-back or restore that put the index in service; None where none did."""
    last = next((line for line in done(service) if line.action in _SWITCHES), None)
    return last if last and last.action != CUT_OVER else None


def is_as_recorded(service: Path) -> bool:
    """Tell whether nothing has changed an index since, as far as anything is recorded."""
    recorded = last_digest(service)
    return recorded is None or digest(service) == recorded
