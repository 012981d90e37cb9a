"""Backups of an index: the way home. Each is a file, named after the switch that it was made for.

``<index>.<id>.zst``, or ``.zst.age`` for recipients. Each is read back before it counts; it appears
whole or not at all.
"""

import errno
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
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
from tasks.faults import full_disk, not_writable, why
from tasks.store import quarantine
from tasks.store.backup_files import others_beside
from tasks.store.copying import at_rest
from tasks.store.encryption import decrypt, encrypt, is_encrypted
from tasks.store.generations import generation_of
from tasks.store.header import BYTES, is_database
from tasks.store.packing import FORMAT, FRAME_BYTES, Description, pack, unpack
from tasks.store.permissions import create_private, create_private_folder
from tasks.store.untouched import chunks, untouched
from tasks.whole_files import UNFINISHED, file_sha256, sync

_UNCHANGED: Final = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup as a file, and what it holds."""

    path: Path
    file_sha256: str  # of the file itself, hexadecimal
    description: Description


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
        raise _not_written(target, why(error, target)) from error
    except apsw.Error as error:
        raise PreconditionFailed(
            f"{service} cannot be backed up to {target}: {_said(error, target)}",
            next_step="Make room, or name another folder. The index in service is unchanged.",
        ) from error


def _said(error: apsw.Error, target: Path) -> str:
    if isinstance(error, apsw.FullError):
        return full_disk(target)
    return "the disk fails" if isinstance(error, apsw.IOError) else str(error)


def require_possible(service: Path, target: Path) -> None:
    """Refuse what ``make`` would refuse, as far as it shows before anything is written.

    Raises PreconditionFailed, IndexDamaged.
    """
    with untouched(service) as connection, suppress(apsw.SQLError):
        runner.actual_version(connection)
    place = next(each for each in target.absolute().parents if os.path.lexists(each))
    if not place.is_dir():
        raise _not_written(target, os.strerror(errno.ENOTDIR))
    if error := not_writable(place):
        raise _not_written(target, why(error, target))


def _not_written(target: Path, said: str) -> PreconditionFailed:
    return PreconditionFailed(
        f"the backup {target} cannot be written: {said}",
        next_step="Make room, or name another folder. The index in service is unchanged.",
    )


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
        raise BackupDamaged(
            error.what, next_step=f"{others_beside(backup)} {_UNCHANGED}"
        ) from error
    except OSError as error:
        raise _not_brought_back(backup, error, scratch) from error


def require_backup(backup: Path) -> None:
    """Refuse what is not there, cannot be read, or is a database itself.

    Raises PreconditionFailed, before anything is made beside an index.
    """
    try:
        _require_no_database(backup)
    except OSError as error:
        raise _not_brought_back(backup, error, None) from error


def _not_brought_back(backup: Path, error: OSError, scratch: Path | None) -> PreconditionFailed:
    return PreconditionFailed(
        f"{backup} cannot be brought back: {why(error, scratch or Path(tempfile.gettempdir()))}",
        next_step="Name a backup that is there, or make room. Nothing was changed.",
    )


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


def _make(service: Path, target: Path, recipients: Sequence[str], scratch: Path) -> Backup:
    packed = scratch / "packed"
    with at_rest(service, scratch) as plain:
        describe = _describing(service, _schema_version(plain))
        description = pack(chunks(plain, FRAME_BYTES), describe, packed)
    with Path(os.devnull).open("wb") as nowhere:
        unpack(packed, nowhere)
    if recipients:
        sealed = scratch / "sealed"
        encrypt(packed, sealed, recipients)
        packed = sealed
    sync(packed)
    made = Backup(target, file_sha256(packed), description)
    packed.rename(target)
    sync(target)
    return made


def _describing(service: Path, schema_version: int) -> Callable[[int, str], Description]:
    def describe(size_bytes: int, sha256: str) -> Description:
        return Description(
            format=FORMAT,
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            tool_version=version("flagday"),
            database=str(service.absolute()),
            generation=generation_of(service),
            schema_version=schema_version,
            size_bytes=size_bytes,
            sha256=sha256,
        )

    return describe


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
    if file_sha256(target) != description.sha256:
        raise PreconditionFailed(
            f"what {target} holds on disk is not what was written to it",
            next_step="Look after the disk. Nothing was changed.",
        )
