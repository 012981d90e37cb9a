"""Backups as files: what they are called, which there are, what each holds, and which go."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from migrations import runner
from tasks.errors import PreconditionFailed
from tasks.store import audit
from tasks.store.generations import discard_left, generation_of
from tasks.store.packing import described
from tasks.whole_files import UNFINISHED

BACKED_UP: Final = "back up"  # these are acts
CUT_OVER: Final = "cut over"
NOTHING: Final = "nothing"  # was in service before
_UNCHANGED: Final = "Nothing was changed."
_SUFFIX: Final = ".zst"
_SEALED: Final = ".age"
_NAME: Final = re.compile(
    r"(?P<index>.+)\.\d{8}T\d{6}\.\d{6}Z-[0-9a-f]+"
    rf"{re.escape(_SUFFIX)}({re.escape(_SEALED)})?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Expired:
    """A backup that need not be kept."""

    path: Path
    schema: int | None  # version; 0: none of ours; None: not known

    @property
    def holds(self) -> str:
        """Say which schema it holds."""
        return schema_name(self.schema)

    def __str__(self) -> str:
        """Name it, as narration does."""
        return f"{self.path.name} ({self.holds})"


def schema_name(version: int | None) -> str:
    """Say which schema a backup or a database has, in a word or three."""
    if version is None:
        return "of a schema that is not known"
    return f"v{version}" if version else "of another make"


def folder_of(service: Path) -> Path:
    """Return the folder that holds the backups of an index, where the plan names none."""
    return service.with_name(f"{service.name}.backups")


def on_record(service: Path) -> tuple[Path, ...]:
    """Return the backups that the audit log tells of, wherever they lie.

    None where this user may read the index and not the log.
    """
    try:
        entries = audit.lines(service)
    except PermissionError:
        return ()
    files = (line.detail.get("file") for line in entries if line.action == BACKED_UP)
    return tuple(Path(str(file)) for file in files if file)


def target_of(service: Path, backup_id: str, folder: Path, recipients: Sequence[str]) -> Path:
    """Return the file that a backup becomes."""
    return folder / f"{service.name}.{backup_id}{_SUFFIX}{_SEALED if recipients else ''}"


def found(service: Path, folder: Path) -> list[Path]:
    """Return the backups of an index in a folder, the oldest first."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if _index_of(path) == service.name)


def _index_of(path: Path) -> str | None:
    """Return the file name of the index that a backup is of, by its own; None: it is no backup."""
    named = _NAME.fullmatch(path.name)
    return named["index"] if named else None


def before(service: Path, folder: Path) -> Path:
    """Return the backup of the index that was in service before the one that is.

    Raises PreconditionFailed where there is none.
    """
    generation = generation_of(service)
    start = f"{service.name}.{generation}{_SUFFIX}"
    of_before = [path for path in found(service, folder) if path.name.startswith(start)]
    if of_before:
        return of_before[0]
    raise PreconditionFailed(
        f"{folder} has no backup of what was in service before the index that is in service now",
        next_step=f"{_why_none(service, folder)} {_UNCHANGED}",
    )


def _why_none(service: Path, folder: Path) -> str:
    """Say why nothing is there to go back to, and what there is."""
    generation = generation_of(service)
    others = found(service, folder)
    if others:
        return f"It has {_listed(service, others)}: `flagday restore FILE` brings one back."
    if generation is None:
        return f"No run has put {service} there, and none has replaced anything."
    if _is_first(service, generation):
        return "There is none: this was the first run, and nothing was in service before it."
    return "None was kept, or it was deleted; `flagday audit` tells. See backup.keep of the plan."


def _is_first(service: Path, generation: str) -> bool:
    """Tell whether a run is on record as one that has replaced nothing."""
    return any(
        line.action == CUT_OVER
        and line.detail.get("run") == generation
        and line.detail.get("before") == NOTHING
        for line in audit.lines(service)
    )


def schema_of(service: Path, backup: Path) -> int | None:
    """Return the schema version that a backup holds, 0 where it is none of ours.

    As its end says, or, where that is encrypted, the audit log; None where neither can tell.
    """
    if description := described(backup):
        return description.schema_version
    stated = (
        line.detail.get("schema")
        for line in reversed(audit.lines(service))
        if line.action == BACKED_UP and line.detail.get("file") == str(backup)
    )
    version = next(stated, None)
    return version if isinstance(version, int) else None


def expired(service: Path, folder: Path, keep: int) -> list[Expired]:
    """Return the backups of an index that go when the newest ``keep`` stay, the oldest first.

    Of each older schema, and of what none can tell the schema of, the last one stays besides:
    content brings no legacy index back.
    """
    every = [Expired(path, schema_of(service, path)) for path in found(service, folder)]
    last = {item.schema: item for item in every if item.schema != runner.LATEST}
    old = every[: max(len(every) - keep, 0)]
    return [item for item in old if last.get(item.schema) is not item]


def delete(service: Path, old: Iterable[Expired]) -> None:
    """Delete backups that have expired, each on record. Raises StepFailed."""
    for item in old:
        item.path.unlink()
        act = audit.Act("delete backup", detail={"file": str(item.path), "holds": item.holds})
        audit.append(service, act, audit.Result.DONE)


def discard_unfinished(folder: Path) -> None:
    """Delete what a killed command left of a backup, which is not encrypted yet."""
    for left in folder.glob(f"{UNFINISHED}*"):
        discard_left(left)


def others_beside(backup: Path) -> str:
    """Name the other backups of the same index beside one that is of no use."""
    folder = backup.absolute().parent
    service = folder / (_index_of(backup) or backup.stem)
    others = [path for path in found(service, folder) if path.name != backup.name]
    if others:
        return f"Beside it are {_listed(service, others)}: `flagday restore FILE` brings one back."
    return f"{folder} has no other backup of that index: look for a copy of this file elsewhere."


def _listed(service: Path, files: list[Path]) -> str:
    return ", ".join(f"{path} ({schema_name(schema_of(service, path))})" for path in files)
