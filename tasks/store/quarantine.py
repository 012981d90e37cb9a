"""A damaged index is set aside under a name that tells its old one, and never deleted."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

from tasks.errors import PreconditionFailed, StepFailed
from tasks.store import audit
from tasks.store.permissions import create_private_folder
from tasks.whole_files import sync

_BESIDE = ("-wal", "-journal")  # what SQLite would play back into the file


def folder_of(service: Path) -> Path:
    """Return the folder that holds the damaged files of an index."""
    return service.with_name(f"{service.name}.quarantine")


def found(service: Path) -> list[Path]:
    """Return the damaged files of an index, logs left out, in the order of their names."""
    folder = folder_of(service)
    files = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in files if not path.name.endswith(_BESIDE))


def keep(service: Path, switch_id: str, why: str) -> Path:
    """Give the damaged generation in service a second name, before the first one goes.

    Whenever a run is killed, it has one of the two. Raises StepFailed.
    """
    location = service.resolve()
    target = _target(service, switch_id)
    try:
        for suffix in _present(location):
            os.link(location.with_name(location.name + suffix), f"{target}{suffix}")
        sync(target)
    except OSError as error:
        raise StepFailed(
            f"the damaged {location} cannot be quarantined as {target}: {error.strerror}",
            next_step="Set it aside with `flagday doctor --quarantine`, and run again. "
            "The index in service is unchanged.",
        ) from error
    _record(service, target, why)
    return target


def set_aside(service: Path, at: str, why: str) -> Path:
    """Move what is in service into the quarantine; there is no index afterwards.

    ``at`` makes the new name unique. Raises PreconditionFailed.
    """
    location = service.resolve()
    target = _target(service, at)
    try:
        for suffix in _present(location):
            location.with_name(location.name + suffix).rename(f"{target}{suffix}")
        sync(target)
        with suppress(FileNotFoundError):
            location.with_name(f"{location.name}-shm").unlink()  # made anew from the log
        if service.is_symlink():
            service.unlink()
    except OSError as error:
        raise PreconditionFailed(
            f"{location} cannot be moved to {target}: {error.strerror}",
            next_step="Make its folder writable, and try again. Nothing was deleted.",
        ) from error
    _record(service, target, why)
    return target


def _target(service: Path, at: str) -> Path:
    folder = create_private_folder(folder_of(service))
    return folder / f"{service.resolve().name}.damaged-{at}"


def _present(location: Path) -> list[str]:
    """Name what there is of a database, by suffix, the file itself first."""
    return [
        suffix for suffix in ("", *_BESIDE) if location.with_name(location.name + suffix).exists()
    ]


def _record(service: Path, target: Path, why: str) -> None:
    with target.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    act = audit.Act("quarantine", digest, {"file": str(target), "why": why})
    audit.append(service, act, audit.Result.DONE)
