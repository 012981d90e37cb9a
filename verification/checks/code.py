"""Checks of consumer code: what was found before the day must be refactored by its end (§6.4)."""

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Final

import apsw

from verification.inventory.code_paths import find_code_paths
from verification.inventory.gate import ruled
from verification.inventory.model import Area, CodePath, Operation
from verification.inventory.walking import root_name
from verification.subject import Check, NotApplicable, Severity, Subject

_ALWAYS_LEGACY: Final = frozenset({"symbols", "refs"})
_READS: Final = re.compile(r"CREATE\s+(?:TEMP\w*\s+)?(?:VIEW|TRIGGER)\b", re.IGNORECASE)


def _remaining_code_paths(_: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    for path in _stale(subject):
        if path.area is Area.CODE and path.accepted is None:
            yield _evidence(path)


def _remaining_elsewhere(_: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    for path in _stale(subject):
        if path.area is not Area.CODE and path.accepted is None:
            yield {"area": path.area.value, **_evidence(path)}


def _stale(subject: Subject) -> Iterator[CodePath]:
    """Search the deployed code again; yield what reads or writes what is dropped."""
    if not subject.code:
        raise NotApplicable("no code was named")
    tables = _ALWAYS_LEGACY.union(subject.dropped)
    if subject.legacy is None:
        search = find_code_paths(subject.code, tables, None)
    else:
        flags = apsw.SQLITE_OPEN_READONLY
        with closing(apsw.Connection(str(subject.legacy), flags=flags)) as legacy:
            search = find_code_paths(subject.code, tables, legacy)
    places = {root_name(root): root for root in subject.code}
    for path in ruled(search, subject.rules, places).code_paths:
        is_history = path.operation is Operation.DDL and not _READS.match(path.statement)
        if path.is_classified and path.breaks_on_v5 and not is_history:
            yield path


def _evidence(path: CodePath) -> dict[str, object]:
    return {
        "place": path.place,
        "statement": path.statement,
        "error": path.error or f"uses {', '.join(path.forbidden_columns)}",
    }


CHECKS: Final = (
    Check(
        id="V-080",
        title="No code reads or writes a dropped table: every statement on them compiles on v5",
        severity=Severity.FAIL,
        section="§6.4",
        group="code",
        find=_remaining_code_paths,
    ),
    Check(
        id="V-081",
        title="Nor do tests, archives and documentation",
        severity=Severity.WARN,
        section="§6.4",
        group="code",
        find=_remaining_elsewhere,
    ),
)
