"""Folders as deep as one likes: deeper than a path is long, and than Python calls itself."""

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

TOO_LONG = [b"d" * 200] * 30  # a path of 6,000 bytes, more than the system opens at once


@contextmanager
def deep(top: Path, names: Sequence[bytes], text: bytes = b"") -> Iterator[None]:
    """Have ``f.py`` at the end of a chain of folders; shutil could not remove it."""
    folder = os.open(top, os.O_RDONLY)
    for name in names:
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=folder)
        inner = os.open(name, os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    file = os.open("f.py", os.O_CREAT | os.O_WRONLY, dir_fd=folder)
    os.write(file, text)
    os.close(file)
    os.close(folder)
    try:
        yield
    finally:
        subprocess.run(["rm", "-rf", str(top / os.fsdecode(names[0]))], check=True)
