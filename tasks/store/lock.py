"""One at a time: who changes which index is in service holds a lock beside it."""

import errno
import fcntl
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from tasks.errors import AnotherRun, PreconditionFailed
from tasks.faults import not_writable, why
from tasks.store.generations import folder_of

_GLANCE_S: Final = 0.5  # at most: who only asks who has it holds it for a moment


def running(service: Path) -> str:
    """Say which process has the lock, as it put it; nothing: no run is under way."""
    try:
        with _file(service).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return ""
    except BlockingIOError:
        return _file(service).read_text("utf-8").strip()
    return ""


@contextmanager
def only_one(service: Path) -> Iterator[None]:
    """Refuse to go on beside a run. The kernel frees the lock of a dead process.

    Raises AnotherRun, with the process that has the lock; PreconditionFailed where there can be
    no lock.
    """
    with _opened(service) as lock:
        try:
            _take(lock)
        except BlockingIOError as error:
            raise _taken(service, _holder(lock)) from error
        with _told(service):
            _sign(lock)
        try:
            yield
        finally:
            os.ftruncate(lock.fileno(), 0)


def require_free(service: Path) -> None:
    """Refuse what ``only_one`` would refuse, and leave nothing behind: for who only foretells."""
    if by := running(service):
        raise _taken(service, by)
    lock = _file(service)
    with _told(service):
        if error := not_writable(next(each for each in (lock, *lock.parents) if each.exists())):
            raise error


def _opened(service: Path) -> IO[str]:
    """Open the file of the lock, and make it where there is none."""
    with _told(service):
        folder_of(service).mkdir(parents=True, exist_ok=True)
        return _file(service).open("a+")


def _sign(lock: IO[str]) -> None:
    """Write who has the lock: past any buffer, which would be written once more at the end."""
    since = datetime.now(UTC).isoformat(timespec="seconds")
    os.ftruncate(lock.fileno(), 0)
    os.write(lock.fileno(), f"pid {os.getpid()} on {platform.node()} since {since}\n".encode())


@contextmanager
def _told(service: Path) -> Iterator[None]:
    """Say of a lock that cannot be written what is in the way. Raises PreconditionFailed."""
    folder = folder_of(service)
    try:
        yield
    except OSError as error:
        place = folder if folder.is_dir() else folder.parent
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise PreconditionFailed(
                f"{place} cannot be written to: {error.strerror}",
                next_step="Have write access to that folder: whoever changes or backs up an index "
                "holds a lock beside it. Nothing was changed.",
            ) from error
        raise PreconditionFailed(
            f"{place} cannot hold a lock: {why(error, place)}",
            next_step="Make room, or mend what is in the way, and try again. Nothing was changed.",
        ) from error


def _holder(lock: IO[str]) -> str:
    lock.seek(0)
    return lock.read().strip()


def _taken(service: Path, by: str) -> AnotherRun:
    return AnotherRun(
        f"another run has {service}: {by}",
        next_step="Wait for it, or stop it. The index in service is unchanged.",
    )


def _take(lock: IO[str]) -> None:
    """Take the lock; raises BlockingIOError where another run has it."""
    deadline = time.monotonic() + _GLANCE_S
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _file(service: Path) -> Path:
    return folder_of(service) / "lock"
