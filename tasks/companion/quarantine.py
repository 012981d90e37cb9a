"""A damaged companion is moved away under a name that says so, and never deleted."""

import fcntl
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path


def quarantine(companion: Path, inode: int) -> None:
    """Move the damaged file of this inode away, with its log; another process may have done so.

    What becomes of it is told. No connection of this process may have it open. In a folder that
    nobody may write to, it stays where it is.
    """
    try:
        with suppress(FileNotFoundError), companion.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file.fileno()).st_ino == inode == companion.stat().st_ino:
                away = _move(companion)
                _tell(f"{companion} is damaged and now {away}: what it keeps is missed")
    except OSError as error:
        _tell(f"{companion} is damaged and stays where it is: {error.strerror}")


def _tell(what: str) -> None:
    import logging  # noqa: PLC0415 -- for what is damaged alone

    logging.getLogger("flagday").warning("%s", what)


def _move(companion: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    target = companion.with_name(f"{companion.name}.damaged-{stamp}.db")
    for suffix in ("-wal", "-shm", "-journal", ""):  # a new one must not find the log of this one
        with suppress(FileNotFoundError):
            companion.with_name(companion.name + suffix).rename(
                target.with_name(target.name + suffix)
            )
    return target
