"""Copies of an index that a reader makes for itself: they go with it, or with the next run.

Readers take no lock of the index. Who makes a copy locks its folder, and the kernel lets go for
those that are killed, so that others see which copies are nobody's.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

SETTLED: Final = ".settled-"  # of what SQLite would have to mend; see untouched.py
EXAMINED: Final = ".examined-"  # of what is compared by writing; see upkeep/search.py


@contextmanager
def folder_for_copy(parent: Path | None, prefix: str) -> Iterator[Path]:
    """Yield a new folder below ``parent``, None: where temporary files go. It goes afterwards."""
    folder, held = _locked(parent, prefix)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


def abandoned(folder: Path) -> list[Path]:
    """Return the folders of copies below ``folder`` whose makers are gone, by path."""
    found = (path for prefix in (SETTLED, EXAMINED) for path in folder.glob(f"{prefix}*"))
    return sorted(path for path in found if not _is_held(path))


def _locked(parent: Path | None, prefix: str) -> tuple[Path, int]:
    """Make a folder and lock it; another one where it went before it was locked."""
    while True:
        folder = Path(tempfile.mkdtemp(dir=parent, prefix=prefix))
        try:
            held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        with suppress(OSError):  # a file system without locks
            fcntl.flock(held, fcntl.LOCK_EX)
        if folder.exists():
            return folder, held
        os.close(held)


def _is_held(path: Path) -> bool:
    """Tell whether its maker may be there: where no lock can be asked for, it may."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(descriptor)
    return False
