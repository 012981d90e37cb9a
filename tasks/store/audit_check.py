"""Whether the audit log is as it was written: by its chain, its head, and the index in service.

What the index says of its lines is held against the log, in every column.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final, TypeAlias

from tasks.errors import PreconditionFailed
from tasks.store.audit import COLUMNS, NOTHING_BEFORE, Value, head_of, raw_lines, rows_of
from tasks.store.connection import open_read_only

_LISTED: Final = ", ".join(COLUMNS)
_Row: TypeAlias = dict[str, Value]  # of the table audit_log, by column


def problems(service: Path) -> list[str]:
    """Tell where the log of an index was changed or cut, one sentence each."""
    raw = raw_lines(service)
    digests = [hashlib.sha256(text).hexdigest() for text in raw]
    head = _head(service)
    known = _known_to_index(service)
    return [
        *_broken_links(raw, digests),
        *_away_from_head(digests, head),
        *_missing_from_log(known, digests, has_head=head is not None),
        *_unlike_log(service, known),
    ]


def _broken_links(raw: list[bytes], digests: list[str]) -> Iterator[str]:
    for number, (text, expected) in enumerate(
        zip(raw, [NOTHING_BEFORE, *digests], strict=False), 1
    ):
        try:
            previous = json.loads(text)["previous"]
        except (ValueError, TypeError, KeyError):
            yield f"line {number} is no entry"
            continue
        if previous != expected:
            where = f"line {number - 1} was changed, or" if number > 1 else "the start was cut:"
            yield f"{where} line {number} does not follow it"


def _away_from_head(digests: list[str], head: tuple[int, str] | None) -> Iterator[str]:
    if head is None:
        return
    number, digest = head
    if number > len(digests):
        yield f"lines {len(digests) + 1} to {number} are missing"
    elif digests[number - 1] != digest:
        yield f"line {number} is not the one that was written"


def _missing_from_log(known: list[_Row], digests: list[str], *, has_head: bool) -> Iterator[str]:
    """An index may have come from elsewhere, with lines of another log: they are let be."""
    logged = set(map(bytes.fromhex, digests))
    for row in known:
        is_ours = not digests or row["log_sha256"] == bytes.fromhex(digests[0]) or not has_head
        if is_ours and row["line_sha256"] not in logged:
            yield f"line {row['line']!r} is in the table of the index, and not in the log"


def _unlike_log(service: Path, known: list[_Row]) -> Iterator[str]:
    """Compare every column of a row with the line of the log that it names, where that is there."""
    logged = rows_of(service)
    for row in known:
        line = dict(zip(COLUMNS, logged.get(row["line_sha256"], row.values()), strict=True))
        if other := [column for column in COLUMNS if row[column] != line[column]]:
            where = f"line {line['line']!r} is not in the table of the index as it is in the log"
            yield f"{where}: {', '.join(other)}"


def _head(service: Path) -> tuple[int, str] | None:
    try:
        number, digest = head_of(service).read_text("utf-8").split()
        return max(int(number), 1), digest
    except (OSError, ValueError):
        return None


def _known_to_index(service: Path) -> list[_Row]:
    """Return the rows of the table of the index; none of a broken one."""
    try:
        connection = open_read_only(service)
    except PreconditionFailed:
        return []
    with closing(connection):
        if not connection.table_exists("main", "audit_log"):
            return []
        found = connection.execute(f"SELECT {_LISTED} FROM audit_log ORDER BY line, line_sha256")
        return [dict(zip(COLUMNS, row, strict=True)) for row in found]
