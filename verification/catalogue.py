"""All checks: a check is a query for offences where SQL can say it, a function where it cannot.

A query's file is named ``V-<number>_<words>.sql`` and starts with the header
``id``, ``title``, ``severity``, ``protocol``, ``group``, one comment line each.
"""

import json
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import apsw

from verification.checks import (
    analyses,
    artifacts,
    binding,
    carried,
    code,
    database,
    disk,
    exports,
    extraction,
    lineage,
    loss,
    names,
    objects,
    outcomes,
    schema,
    tree,
)
from verification.subject import Check, Severity, Subject

_FOLDER: Final = Path(__file__).parent / "checks"
_HEADER: Final = ("id", "title", "severity", "protocol", "group")
_LINE: Final = re.compile(r"-- (?P<key>[a-z]+): +(?P<value>\S.*)")
_MODULES: Final = (
    analyses,
    artifacts,
    binding,
    carried,
    code,
    database,
    disk,
    exports,
    extraction,
    lineage,
    loss,
    names,
    objects,
    outcomes,
    schema,
    tree,
)


class MalformedCheck(Exception):  # noqa: N818 -- says what is wrong
    """A check's file is not as the catalogue wants it."""


def checks() -> tuple[Check, ...]:
    """Return all checks, ordered by id. Raises MalformedCheck."""
    written = [read_check(path) for path in sorted(_FOLDER.glob("V-*.sql"))]
    found = sorted(
        [*written, *(check for module in _MODULES for check in module.CHECKS)],
        key=lambda check: check.id,
    )
    ids = [check.id for check in found]
    if twice := sorted({name for name in ids if ids.count(name) > 1}):
        raise MalformedCheck(f"ids used twice: {', '.join(twice)}")
    return tuple(found)


def read_check(path: Path) -> Check:
    """Read one check from its SQL file. Raises MalformedCheck."""
    sql = path.read_text("utf-8")
    header = _header(path, sql.splitlines()[: len(_HEADER)])
    if header["id"] != path.name.partition("_")[0]:
        raise MalformedCheck(f"{path.name} has the id {header['id']}")
    if header["severity"] not in list(Severity):
        raise MalformedCheck(f"{path.name} has the severity {header['severity']}")
    return Check(
        id=header["id"],
        title=header["title"],
        severity=Severity(header["severity"]),
        section=header["protocol"],
        group=header["group"],
        find=partial(_offences, sql),
    )


def _header(path: Path, lines: list[str]) -> dict[str, str]:
    found = [match for line in lines if (match := _LINE.fullmatch(line))]
    keys = tuple(match["key"] for match in found)
    if keys != _HEADER:
        raise MalformedCheck(
            f"{path.name} starts with {', '.join(keys) or 'no header'}, not {', '.join(_HEADER)}"
        )
    return {match["key"]: match["value"].rstrip() for match in found}


def _offences(
    sql: str, connection: apsw.Connection, subject: Subject
) -> Iterator[dict[str, object]]:
    """Run a query for offences; ``:dropped`` is a JSON list of names."""
    cursor = connection.execute(sql, {"dropped": json.dumps(subject.dropped)})
    for row in cursor:
        names = (column[0] for column in cursor.get_description())
        yield dict(zip(names, row, strict=True))
