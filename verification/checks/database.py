"""Checks of the database as a file: who may change it, and whether a change waits beside it."""

from collections.abc import Iterator
from stat import S_IMODE, S_IWGRP, S_IWOTH
from typing import Final

import apsw

from verification.subject import Check, Severity, Subject


def _writable(_: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    mode = S_IMODE(subject.database.stat().st_mode)
    for who, bit in (("its group", S_IWGRP), ("everyone", S_IWOTH)):
        if mode & bit:
            yield {"mode": f"{mode:04o}", "writable_by": who}


def _waiting(_: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    location = subject.database.resolve()
    for suffix in ("-wal", "-journal"):
        log = location.with_name(location.name + suffix)
        if log.exists() and log.stat().st_size:
            yield {"log": suffix, "size_bytes": log.stat().st_size}


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
)
