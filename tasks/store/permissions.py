"""Who may read a database: its owner alone, or whoever could read the one that it replaces."""

import os
import stat
from pathlib import Path
from typing import Final

PRIVATE: Final = 0o600
PRIVATE_FOLDER: Final = 0o700


def create_private(path: Path) -> Path:
    """Make an empty file that its owner alone may open, or take the one that is there.

    SQLite gives a log, its index and a journal the mode of their database.
    """
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, PRIVATE))
    path.chmod(PRIVATE)
    return path


def create_private_folder(folder: Path) -> Path:
    """Make a folder that its owner alone may enter, and those above it as the umask says."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(PRIVATE_FOLDER, exist_ok=True)
    return folder


def take_after(path: Path, before: Path) -> str | None:
    """Give a file the owner and mode of the one that it replaces, where there is one.

    Returns what could not be kept, in words, or None.
    """
    if not before.exists():
        return None
    was, problem = before.stat(), None
    if (path.stat().st_uid, path.stat().st_gid) != (was.st_uid, was.st_gid):
        try:
            os.chown(path, was.st_uid, was.st_gid)
        except PermissionError:
            problem = (
                f"owner {was.st_uid}:{was.st_gid} could not be kept: only root gives files away"
            )
    path.chmod(stat.S_IMODE(was.st_mode))
    return problem
