"""Open files of roots and of consumer code so that nothing but a regular file is ever read."""

import errno
import os
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO, Final

_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


def open_regular(file: Path) -> BinaryIO:
    """Open a file to read. Raises OSError at once where a link, a pipe or a device is there."""
    opened = os.fdopen(os.open(file, _FLAGS), "rb")
    if not S_ISREG(os.fstat(opened.fileno()).st_mode):
        opened.close()
        raise OSError(errno.EINVAL, "not a regular file", str(file))
    return opened


def read_regular(file: Path, most_bytes: int = -1) -> bytes:
    """Return the bytes of a file, at most so many. Raises OSError as above."""
    with open_regular(file) as opened:
        return opened.read(most_bytes)
