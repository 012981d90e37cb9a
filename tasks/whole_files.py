"""A file appears whole or not at all, whatever becomes of the process, the disk or the machine.

It is written beside its place under a name that starts with UNFINISHED, and moved when it is
whole. What a killed process leaves under such a name is nobody's, and goes with the next run.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

UNFINISHED: Final = ".unfinished."  # how the names of work that may be killed start
PUBLIC: Final = 0o666  # as the umask says


@contextmanager
def written_whole(path: Path, mode: int = PUBLIC, *, is_durable: bool = False) -> Iterator[Path]:
    """Yield an empty file to write to, which takes the place of ``path`` at the end of the block.

    ``is_durable``: what was written outlives a loss of power. Where the block fails, ``path`` is
    as it was, and so it is where the disk does. Raises OSError.
    """
    unfinished = path.with_name(f"{UNFINISHED}{path.name}")
    os.close(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode))
    try:
        yield unfinished
        if is_durable:
            sync_one(unfinished)
        unfinished.replace(path)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise
    if is_durable:
        sync_one(path.parent)


def write_whole(path: Path, text: str, mode: int = PUBLIC, *, is_durable: bool = False) -> None:
    """Write a text file that appears whole. Raises OSError."""
    with written_whole(path, mode, is_durable=is_durable) as unfinished:
        unfinished.write_text(text, "utf-8")


def write_proven(path: Path, line: str, mode: int = PUBLIC, *, is_durable: bool = False) -> None:
    """Write one line, and before it its SHA-256, for ``read_proven``. Raises OSError."""
    write_whole(path, f"{_digest(line)}\n{line}\n", mode, is_durable=is_durable)


def read_proven(path: Path) -> str:
    """Return the line that ``write_proven`` wrote.

    Raises OSError, or ValueError where what is there is not what was written.
    """
    digest, line, end = path.read_bytes().decode().split("\n")
    if end or digest != _digest(line):
        raise ValueError(f"{path} is not as it was written")
    return line


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file, hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _digest(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()


def sync(file: Path) -> None:
    """Have every byte of a file, and its name, on disk."""
    sync_one(file)
    sync_one(file.parent)


def sync_one(path: Path) -> None:
    """Have the bytes of a file, or the names in a folder, on disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
