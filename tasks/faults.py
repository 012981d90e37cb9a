"""What the system under a run refuses, in words: the disk, memory, another library's file.

What is none of these is a defect, and shows itself as it is.
"""

import errno
import os
import shutil
import sys
from contextvars import ContextVar
from pathlib import Path
from typing import Final

_OF_SQLITE: Final = {
    "FullError": "the disk is full",
    "IOError": "the disk fails",
    "ReadOnlyError": "it may not be written to",
    "CantOpenError": "a file cannot be opened",
    "NoMemError": "memory is short",
}
_NO_ROOM: Final = {errno.ENOSPC, errno.EDQUOT}
_FEW_BYTES: Final = 1 << 20  # who finds no room finds less than this

# Where a run writes: the system names no file where it is writing that fails, not opening.
written_to: ContextVar[tuple[Path, ...]] = ContextVar("written_to")


def fault_of(error: BaseException) -> str | None:
    """Say what of the system made this error; None where it was nothing of that."""
    if isinstance(error, MemoryError):
        return "memory is short"
    if isinstance(error, OSError):
        return _of_files(error)
    if _is_of("apsw", "Error", error):
        return f"SQLite: {_of_sqlite(error)}"
    if _is_of("adbc_driver_manager", "Error", error):
        return f"SQLite: {error}"
    return f"Arrow: {error}" if _is_of("pyarrow", "ArrowException", error) else None


def _of_files(error: OSError) -> str:
    said = error.strerror or str(error)
    if error.errno in _NO_ROOM and (place := _full_place(error.filename)):
        return full_disk(place)
    return f"{said}: {error.filename}" if error.filename else said


def _of_sqlite(error: BaseException) -> str:
    kind = type(error).__name__
    if kind == "FullError" and (place := _full_place()):
        return full_disk(place)
    return _OF_SQLITE.get(kind, str(error))


def _full_place(named: str | bytes | None = None) -> Path | None:
    """Return what is on the disk that is full, as far as that is known."""
    if named:
        return Path(os.fsdecode(named))
    return next((place for place in written_to.get(()) if _room_of(place)[0] < _FEW_BYTES), None)


def why(error: OSError, place: Path) -> str:
    """Say why ``place`` cannot be written to; of a full disk, which one it is, and how full."""
    return full_disk(place) if error.errno in _NO_ROOM else error.strerror or str(error)


def not_writable(place: Path) -> OSError | None:
    """Return what it would raise to write to a file or a folder that is there; None: nothing."""
    if os.access(place, os.W_OK):
        return None
    is_frozen = os.statvfs(place).f_flag & os.ST_RDONLY
    code = errno.EROFS if is_frozen else errno.EACCES
    return OSError(code, os.strerror(code))


def is_loop(error: BaseException) -> bool:
    """Tell whether a path could not be followed, for a symbolic link leads back to itself."""
    return isinstance(error, RuntimeError) and str(error).startswith("Symlink loop from ")


def full_disk(path: Path) -> str:
    """Say of a full disk which one it is, and how full."""
    free, total = _room_of(path)
    return f"the disk of {path} is full ({free >> 20} of {total >> 20} MiB free)"


def _room_of(path: Path) -> tuple[int, int]:
    """Return the free bytes, and all, of the disk on which a path is or will be."""
    there = next(each for each in (path, *path.absolute().parents) if each.exists())
    room = shutil.disk_usage(there)
    return room.free, room.total


def _is_of(library: str, kind: str, error: BaseException) -> bool:
    """Tell whether an error is of a library; one that nobody has loaded has raised nothing."""
    module = sys.modules.get(library)
    return module is not None and isinstance(error, getattr(module, kind))
