"""Folders of the runs of an index, with their reports and exports: which there are, which go."""

import shutil
from contextlib import suppress
from pathlib import Path

from tasks.errors import FlagDayError
from tasks.index import Index
from tasks.own_folders import home_of
from tasks.store import audit
from tasks.store.generations import generation_of


def folder_of(service: Path) -> Path:
    """Return the folder that holds those of the runs of an index, and of others beside it."""
    return home_of(service) / "runs"


def artifacts_of(service: Path, run_id: str) -> Path:
    """Return the folder of a run: the one on record for the run in service, else the usual one."""
    with suppress(FlagDayError), Index(service) as index:
        run = index.last_run()
        if run and run.run_id == run_id:
            return Path(run.artifacts)
    return folder_of(service) / run_id


def found(service: Path) -> list[Path]:
    """Return the folders of the runs that the audit log of an index names, the oldest first."""
    known = {line.detail.get("run") for line in audit.lines(service)}
    folder = folder_of(service)
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.name in known and path.is_dir() and not path.is_symlink()
    )


def expired(service: Path, keep: int) -> list[Path]:
    """Return the folders that go when the newest ``keep`` stay, the oldest first; 0: none goes.

    That of the run whose index is in service stays besides: it has the proof.
    """
    old, in_service = found(service)[:-keep] if keep else [], generation_of(service)
    return [path for path in old if path.name != in_service]


def delete(service: Path, folder: Path) -> None:
    """Delete the folder of a run, on record; what this user may not delete stays.

    Raises StepFailed where the audit log cannot be written.
    """
    shutil.rmtree(folder, ignore_errors=True)
    if not folder.exists():
        act = audit.Act("delete reports", detail={"run": folder.name})
        audit.append(service, act, audit.Result.DONE)


def prune(service: Path, keep: int) -> list[Path]:
    """Delete the folders that have expired; return those that are gone. Raises StepFailed."""
    old = expired(service, keep)
    for folder in old:
        delete(service, folder)
    return [folder for folder in old if not folder.exists()]
