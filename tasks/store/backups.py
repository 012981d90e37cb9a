"""Backups of an index: the way home. Each is a file, named after the switch that it was made for.

``<index>.<id>.zst``, or ``.zst.age`` for recipients. Each is read back before it counts; it appears
whole or not at all.
"""

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final
from urllib.parse import quote

import apsw

from migrations import runner
from migrations.opening import connect
from tasks.errors import BackupDamaged, PreconditionFailed
from tasks.store import audit, quarantine
from tasks.store.copying import copy
from tasks.store.encryption import decrypt, encrypt, is_encrypted
from tasks.store.generations import discard_left, generation_of
from tasks.store.header import BYTES, is_database
from tasks.store.packing import FORMAT, Description, described, pack, unpack
from tasks.store.permissions import create_private, create_private_folder
from tasks.whole_files import UNFINISHED, sync

BACKED_UP: Final = "back up"  # these are acts
CUT_OVER: Final = "cut over"
NOTHING: Final = "nothing"  # was in service before
_UNCHANGED: Final = "Nothing was changed."
_SUFFIX: Final = ".zst"
_SEALED: Final = ".age"
_KINDS: Final = {apsw.FullError: "the disk is full", apsw.IOError: "the disk fails"}
_ID: Final = r"\d{8}T\d{6}\.\d{6}Z-[0-9a-f]+"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup as a file, and what it holds."""

    path: Path
    file_sha256: str  # of the file itself, hexadecimal
    description: Description


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
    """Say which schema a backup holds, in a word or three."""
    if version is None:
        return "of a schema that is not known"
    return f"v{version}" if version else "of another make"


def folder_of(service: Path) -> Path:
    """Return the folder that holds the backups of an index, where the plan names none."""
    return service.with_name(f"{service.name}.backups")


def target_of(service: Path, backup_id: str, folder: Path, recipients: Sequence[str]) -> Path:
    """Return the file that a backup becomes."""
    return folder / f"{service.name}.{backup_id}{_SUFFIX}{_SEALED if recipients else ''}"


def make(service: Path, target: Path, recipients: Sequence[str] = ()) -> Backup:
    """Back an index up, as of now, to ``target``; encrypt it where there are recipients.

    Raises PreconditionFailed where the index cannot be read or the folder not be written to.
    """
    try:
        if not target.parent.exists():
            create_private_folder(target.parent)
        with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=target.parent) as folder:
            return _make(service, target, recipients, Path(folder))
    except OSError as error:
        raise PreconditionFailed(
            f"the backup {target} cannot be written: {error.strerror or error}",
            next_step="Make room, or name another folder. The index in service is unchanged.",
        ) from error
    except apsw.Error as error:
        raise PreconditionFailed(
            f"{service} cannot be backed up to {target}: {_KINDS.get(type(error), error)}",
            next_step="Make room, or name another folder. The index in service is unchanged.",
        ) from error


def bring_back(backup: Path, target: Path, identity: Path | None = None) -> Description:
    """Write the database that a backup holds, and compare what is on disk with its checksum.

    Raises PreconditionFailed where the backup is damaged, cannot be opened, or is of a schema that
    this tool does not know.
    """
    with _opened(backup, target.parent, identity) as packed:
        with create_private(target).open("wb") as sink:
            description = unpack(packed, sink)
        sync(target)
        _require_exact(target, description)
    return _require_known(backup, description)


def examine(backup: Path, identity: Path | None = None) -> Description:
    """Read every byte of a backup, and write none. Raises PreconditionFailed as bringing back does.

    What is encrypted is decrypted into a private folder, which goes at once.
    """
    with _opened(backup, None, identity) as packed, Path(os.devnull).open("wb") as nowhere:
        description = unpack(packed, nowhere)
    return _require_known(backup, description)


@contextmanager
def _opened(backup: Path, scratch: Path | None, identity: Path | None) -> Iterator[Path]:
    """Yield a backup as it is before encryption. Raises PreconditionFailed."""
    try:
        with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=scratch) as folder:
            packed = backup
            _require_no_database(backup)
            if is_encrypted(backup):
                packed = Path(folder) / "packed"
                decrypt(backup, packed, identity)
            yield packed
    except BackupDamaged as error:
        raise BackupDamaged(error.what, next_step=f"{_others(backup)} {_UNCHANGED}") from error
    except OSError as error:
        raise PreconditionFailed(
            f"{backup} cannot be brought back: {error.strerror or error}",
            next_step="Name a backup that is there, or make room. Nothing was changed.",
        ) from error


def _others(backup: Path) -> str:
    """Name the other backups of the same index beside one that is of no use."""
    folder = backup.absolute().parent
    named = re.fullmatch(rf"(.+)\.{_ID}{re.escape(_SUFFIX)}({_SEALED})?", backup.name)
    service = folder / (named[1] if named else backup.stem)
    others = [path for path in found(service, folder) if path.name != backup.name]
    if others:
        return f"Beside it are {_listed(service, others)}: `flagday restore FILE` brings one back."
    return f"{folder} has no other backup of that index: look for a copy of this file elsewhere."


def _listed(service: Path, files: list[Path]) -> str:
    return ", ".join(f"{path} ({schema_name(schema_of(service, path))})" for path in files)


def _require_no_database(backup: Path) -> None:
    """Refuse a database as it is, such as one of the quarantine."""
    with backup.open("rb") as file:
        if not is_database(file.read(BYTES)):
            return
    if quarantine.is_kept(backup):
        raise PreconditionFailed(
            f"{backup} is no backup: it is a database that was set aside as damaged",
            next_step="It goes back as it is where nothing is in service: "
            f"`{quarantine.way_back(backup)}`. Nothing was changed.",
        )
    raise PreconditionFailed(
        f"{backup} is no backup: it is a database itself",
        next_step="Ask it as it is, with --db; or move it to where the index is to be. "
        "Nothing was changed.",
    )


def _require_known(backup: Path, description: Description) -> Description:
    if description.schema_version > runner.LATEST:
        raise PreconditionFailed(
            f"{backup} has schema v{description.schema_version}, newer than this flagday "
            f"(v{runner.LATEST})",
            next_step="Use a newer flagday. Nothing was changed.",
        )
    return description


def found(service: Path, folder: Path) -> list[Path]:
    """Return the backups of an index in a folder, the oldest first."""
    name = re.compile(rf"{re.escape(service.name)}\.{_ID}{re.escape(_SUFFIX)}({_SEALED})?")
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if name.fullmatch(path.name))


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


def prune(service: Path, folder: Path, keep: int) -> list[Expired]:
    """Delete the backups that have expired, each on record. Raises StepFailed."""
    gone = expired(service, folder, keep)
    for item in gone:
        item.path.unlink()
        act = audit.Act("delete backup", detail={"file": str(item.path), "holds": item.holds})
        audit.append(service, act, audit.Result.DONE)
    return gone


def discard_unfinished(folder: Path) -> None:
    """Delete what a killed command left of a backup, which is not encrypted yet."""
    for left in folder.glob(f"{UNFINISHED}*"):
        discard_left(left)


def _make(service: Path, target: Path, recipients: Sequence[str], scratch: Path) -> Backup:
    plain, packed = scratch / "plain.db", scratch / "packed"
    copy(service, plain)
    description = _describe(service, plain)
    pack(plain, description, packed)
    with Path(os.devnull).open("wb") as nowhere:
        unpack(packed, nowhere)
    if recipients:
        sealed = scratch / "sealed"
        encrypt(packed, sealed, recipients)
        packed = sealed
    sync(packed)
    made = Backup(target, _sha256(packed), description)
    packed.rename(target)
    sync(target)
    return made


def _describe(service: Path, plain: Path) -> Description:
    return Description(
        format=FORMAT,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        tool_version=version("flagday"),
        database=str(service.absolute()),
        generation=generation_of(service),
        schema_version=_schema_version(plain),
        size_bytes=plain.stat().st_size,
        sha256=_sha256(plain),
    )


def _schema_version(plain: Path) -> int:
    """Return the version of our lineage, on record or not; others may have records of their own."""
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    address = f"file:{quote(str(plain.absolute()))}?immutable=1"
    with closing(connect(address, flags=flags)) as connection:
        try:
            return runner.actual_version(connection)
        except apsw.SQLError:
            return 0


def _require_exact(target: Path, description: Description) -> None:
    if _sha256(target) != description.sha256:
        raise PreconditionFailed(
            f"what {target} holds on disk is not what was written to it",
            next_step="Look after the disk. Nothing was changed.",
        )


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
