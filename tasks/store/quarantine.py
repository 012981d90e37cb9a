"""A damaged index is set aside under a name that tells its old one, and never deleted."""

import os
import shlex
from contextlib import suppress
from pathlib import Path
from typing import Final

from tasks.errors import PreconditionFailed, StepFailed
from tasks.store import audit, generations
from tasks.store.permissions import create_private_folder
from tasks.whole_files import file_sha256, sync

_FOLDER: Final = ".quarantine"
_MARK: Final = ".damaged-"
_BESIDE: Final = ("-wal", "-journal")  # what SQLite would play back into the file


def folder_of(service: Path) -> Path:
    """Return the folder that holds the damaged files of an index."""
    return service.with_name(f"{service.name}{_FOLDER}")


def found(service: Path) -> list[Path]:
    """Return the damaged files of an index, logs left out, in the order of their names."""
    folder = folder_of(service)
    files = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in files if not path.name.endswith(_BESIDE))


def is_kept(path: Path) -> bool:
    """Tell whether a file lies in a quarantine, by its name."""
    return path.parent.name.endswith(_FOLDER) and _MARK in path.name


def way_back(kept: Path) -> str:
    """Spell the shell commands that put a file of a quarantine back as it was set aside.

    They write over nothing that is there by then.
    """
    folder = kept.absolute().parent
    service = folder.with_name(folder.name.removesuffix(_FOLDER))
    name = kept.name.rpartition(_MARK)[0]
    is_plain = name == service.name
    location = service if is_plain else generations.folder_of(service) / name
    there = [suffix for suffix in ("", *_BESIDE) if Path(f"{kept}{suffix}").exists()]
    words = [("mv", "-n", f"{folder / kept.name}{end}", f"{location}{end}") for end in there]
    if not is_plain:
        words.append(("ln", "-s", os.path.relpath(location, service.parent), str(service)))
    return " && ".join(map(shlex.join, words))


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
    return folder / f"{service.resolve().name}{_MARK}{at}"


def _present(location: Path) -> list[str]:
    """Name what there is of a database, by suffix, the file itself first."""
    return [
        suffix for suffix in ("", *_BESIDE) if location.with_name(location.name + suffix).exists()
    ]


def _record(service: Path, target: Path, why: str) -> None:
    act = audit.Act("quarantine", file_sha256(target), {"file": str(target), "why": why})
    audit.append(service, act, audit.Result.DONE)
