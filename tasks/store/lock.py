"""One at a time: who changes which index is in service holds a lock beside it."""

import fcntl
import os
import platform
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final

from tasks.errors import AnotherRun
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

    Raises AnotherRun, with the process that has the lock.
    """
    folder_of(service).mkdir(parents=True, exist_ok=True)
    with _file(service).open("a+") as lock:
        try:
            _take(lock)
        except BlockingIOError as error:
            lock.seek(0)
            raise AnotherRun(
                f"another run has {service}: {lock.read().strip()}",
                next_step="Wait for it, or stop it. The index in service is unchanged.",
            ) from error
        lock.truncate(0)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        lock.write(f"pid {os.getpid()} on {platform.node()} since {since}\n")
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


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
