"""Checks of consumer code: what was found before the day must be refactored by its end (§6.4)."""

from collections.abc import Iterator
from contextlib import closing
from typing import Final
from weakref import WeakKeyDictionary

import apsw

from migrations.opening import connect
from verification.inventory.code_paths import find_code_paths
from verification.inventory.gate import ruled, to_mend
from verification.inventory.model import Area, CodePath, Kind
from verification.inventory.schema import schema_objects
from verification.inventory.walking import root_name
from verification.subject import NO_CODE, Check, NotApplicable, Severity, Subject

_ALWAYS_LEGACY: Final = frozenset({"symbols", "refs"})
_SEARCHED: Final = WeakKeyDictionary[apsw.Connection, tuple[Subject, tuple[CodePath, ...]]]()


def _remaining_code_paths(
    connection: apsw.Connection, subject: Subject
) -> Iterator[dict[str, object]]:
    for path in _remaining(connection, subject):
        if path.area is Area.CODE:
            yield _evidence(path)


def _remaining_elsewhere(
    connection: apsw.Connection, subject: Subject
) -> Iterator[dict[str, object]]:
    for path in _remaining(connection, subject):
        if path.area is not Area.CODE:
            yield {"area": path.area.value, **_evidence(path)}


def _remaining(connection: apsw.Connection, subject: Subject) -> tuple[CodePath, ...]:
    """Search the deployed code once per verification, which one connection serves."""
    if not subject.code:
        raise NotApplicable(NO_CODE)
    known = _SEARCHED.get(connection)
    if known is None or known[0] is not subject:
        known = _SEARCHED[connection] = (subject, _stale(subject))
    return known[1]


def _stale(subject: Subject) -> tuple[CodePath, ...]:
    """Return what reads or writes what is dropped, and is not accepted."""
    tables = _ALWAYS_LEGACY.union(subject.dropped)
    if subject.legacy is None:
        search = find_code_paths(subject.code, tables, None)
    else:
        flags = apsw.SQLITE_OPEN_READONLY
        with closing(connect(subject.legacy, flags=flags)) as legacy:
            indexes = {item.name for item in schema_objects(legacy) if item.kind is Kind.INDEX}
            search = find_code_paths(subject.code, tables - indexes, legacy)
    places = {root_name(root): root for root in subject.code}
    return to_mend(ruled(search, subject.rules, places))


def _evidence(path: CodePath) -> dict[str, object]:
    return {
        "place": path.place,
        "statement": path.statement,
        "error": path.error or f"uses {', '.join(path.forbidden_columns)}",
        "instead": path.rewrite or path.advice,
    }


CHECKS: Final = (
    Check(
        id="V-080",
        title="No code reads or writes a dropped table: every code path to them works on v5",
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
