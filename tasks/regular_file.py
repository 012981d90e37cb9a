"""Read a file of a root as what it was listed as: a regular file, of that folder, of that size.

Between listing and reading, anything can take its place. A pipe would never end, a device would
act on being read, and a symbolic link would lead out of the root.
"""

import errno
import os
from pathlib import Path
from stat import S_ISREG
from typing import Final

# A pipe opens at once where nobody writes to it, and a terminal does not become ours.
_OPEN: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_FOLDER: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_DIRECTORY | os.O_CLOEXEC


def read_regular(path: str | Path, most_bytes: int) -> bytes:
    """Return the bytes of a regular file, and of a larger one the first ``most_bytes``.

    ``path`` is absolute, and no folder on the way is a symbolic link. Raises OSError where one
    is, or where another kind of file is there.
    """
    location = str(path)
    descriptor = _open(location)
    try:
        status = os.fstat(descriptor)
        if not S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "no regular file any more", location)
        _require_at(location, descriptor, status)
        return _read(descriptor, min(status.st_size + 1, most_bytes))
    finally:
        os.close(descriptor)


def is_gone(path: str | Path) -> bool:
    """Tell whether nothing is there any more; what nobody can look at is not gone."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _open(path: str) -> int:
    try:
        return os.open(path, _OPEN)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENXIO}:
            raise OSError(error.errno, "no regular file any more", path) from error
        raise


def _read(descriptor: int, most_bytes: int) -> bytes:
    """Read until the end or the bound: the system may give less than it was asked for."""
    data = os.read(descriptor, most_bytes)
    while len(data) < most_bytes and (more := os.read(descriptor, most_bytes - len(data))):
        data += more
    return data


def _require_at(path: str, descriptor: int, status: os.stat_result) -> None:
    """Refuse a file that was reached through a link: the system tells where it really lies.

    Where it tells otherwise, as where letters have no case, the way is gone folder by folder.
    """
    try:
        if os.readlink(f"/proc/self/fd/{descriptor}") == path:  # noqa: PTH115 -- a byte for a byte
            return
    except OSError:  # not on Linux
        pass
    found = _without_links(Path(path))
    if (found.st_dev, found.st_ino) != (status.st_dev, status.st_ino):
        raise OSError(errno.ESTALE, "replaced while it was read", path)


def _without_links(path: Path) -> os.stat_result:
    """Return the status of a file; raises OSError where a folder on the way is a link."""
    folder = os.open(path.anchor, _FOLDER)
    try:
        for name in path.parts[1:-1]:
            inner = os.open(name, _FOLDER, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.stat(path.name, dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENOTDIR}:
            raise OSError(error.errno, "behind a symbolic link", str(path)) from error
        raise
    finally:
        os.close(folder)
