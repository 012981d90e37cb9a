"""Checks of the database as a file: its bytes, who may change it, and what is on record of it."""

import hashlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from stat import S_IMODE, S_IWGRP, S_IWOTH
from tempfile import TemporaryDirectory
from typing import Final

import apsw

from migrations.opening import connect
from verification.subject import Check, NotApplicable, Severity, Subject

_CHUNK_BYTES: Final = 4 << 20
_PIECE_PAGES: Final = 4096


def _writable(_: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    mode = S_IMODE(subject.database.stat().st_mode)
    for who, bit in (("its group", S_IWGRP), ("everyone", S_IWOTH)):
        if mode & bit:
            yield {"mode": f"{mode:04o}", "writable_by": who}


def _waiting(_: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    for suffix, size_bytes in _logs(subject.database):
        yield {"log": suffix, "size_bytes": size_bytes}


def _logs(database: Path) -> Iterator[tuple[str, int]]:
    """Yield what lies beside a database and holds something: its suffix and size."""
    location = database.resolve()
    for suffix in ("-wal", "-journal"):
        log = location.with_name(location.name + suffix)
        if log.exists() and log.stat().st_size:
            yield suffix, log.stat().st_size


def _other_bytes(connection: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    """Compare digests; where a log lies beside the file, of a copy that holds both."""
    if subject.recorded_sha256 is None:
        raise NotApplicable("no digest of it is on record that can be read here")
    if any(_logs(subject.database)):
        with TemporaryDirectory(prefix="flagday-verify-") as folder:
            copied = Path(folder) / "copy.db"
            _copy(connection, copied)
            found = _sha256(copied)
    else:
        found = _sha256(subject.database.resolve())
    if found != subject.recorded_sha256:
        yield {"sha256": found, "on_record": subject.recorded_sha256}


def _copy(connection: apsw.Connection, target: Path) -> None:
    with (
        closing(connect(target)) as writer,
        writer.backup("main", connection, "main") as backup,
    ):
        while not backup.done:
            backup.step(_PIECE_PAGES)


def _sha256(database: Path) -> str:
    """Hash a file through SQLite: to close a plain one would drop the locks of this process."""
    found = hashlib.sha256()
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_MAIN_DB
    file = apsw.VFSFile("", str(database), [flags, 0])
    try:
        end = file.xFileSize()
        for at in range(0, end, _CHUNK_BYTES):
            found.update(file.xRead(min(_CHUNK_BYTES, end - at), at))
    finally:
        file.xClose()
    return found.hexdigest()


def _unknown_origin(connection: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    if not subject.is_finished:
        raise NotApplicable("it is a candidate: the cut-over records its run")
    if not connection.execute("SELECT EXISTS (SELECT 1 FROM runs)").get:
        yield {"runs": 0}


CHECKS: Final = (
    Check(
        id="V-062",
        title="Nobody but its owner can write to the database",
        severity=Severity.WARN,
        section="§6",
        group="database",
        find=_writable,
    ),
    Check(
        id="V-063",
        title="No change waits in a log beside the database",
        severity=Severity.WARN,
        section="§6",
        group="database",
        find=_waiting,
    ),
    Check(
        id="V-065",
        title="The database has the very bytes that the audit log has on record",
        severity=Severity.FAIL,
        section="§6",
        group="database",
        find=_other_bytes,
    ),
    Check(
        id="V-066",
        title="A finished index names the run that made it",
        severity=Severity.FAIL,
        section="§5",
        group="database",
        find=_unknown_origin,
    ),
)
