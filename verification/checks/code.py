"""Checks of consumer code: what was found before the day must be refactored by its end."""

from collections.abc import Iterator
from typing import Final

import apsw

from verification.inventory.code_paths import find_code_paths
from verification.inventory.model import Operation
from verification.subject import Check, NotApplicable, Severity, Subject

_ALWAYS_LEGACY: Final = frozenset({"symbols", "refs"})


def _stale_code_paths(_: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    if not subject.code:
        raise NotApplicable("no code was named")
    paths, _unreadable = find_code_paths(subject.code, _ALWAYS_LEGACY.union(subject.dropped), None)
    for path in paths:
        is_stale = path.forbidden_columns or not path.compiles_on_v5
        if is_stale and path.operation is not Operation.SCHEMA:
            yield {
                "place": f"{path.root}/{path.file}:{path.line}",
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
        find=_stale_code_paths,
    ),
)
