"""Whether the audit log is as it was written: by its chain, its head, and the index in service."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tasks.errors import PreconditionFailed
from tasks.store.audit import NOTHING_BEFORE, head_of, raw_lines
from tasks.store.connection import open_read_only


def problems(service: Path) -> list[str]:
    """Tell where the log of an index was changed or cut, one sentence each."""
    raw = raw_lines(service)
    digests = [hashlib.sha256(text).hexdigest() for text in raw]
    head = _head(service)
    return [
        *_broken_links(raw, digests),
        *_away_from_head(digests, head),
        *_missing_from_log(service, digests, has_head=head is not None),
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


def _missing_from_log(service: Path, digests: list[str], *, has_head: bool) -> Iterator[str]:
    """An index may have come from elsewhere, with lines of another log: they are let be."""
    for number, digest, of_log in _known_to_index(service):
        is_ours = not digests or of_log == digests[0] or not has_head
        if is_ours and digest not in digests:
            yield f"line {number} is in the table of the index, and not in the log"


def _head(service: Path) -> tuple[int, str] | None:
    try:
        number, digest = head_of(service).read_text("utf-8").split()
        return max(int(number), 1), digest
    except (OSError, ValueError):
        return None


def _known_to_index(service: Path) -> list[tuple[int, str, str]]:
    """Return (line, its digest, the digest of its log's first line); none of a broken index."""
    try:
        connection = open_read_only(service)
    except PreconditionFailed:
        return []
    with closing(connection):
        if not connection.table_exists("main", "audit_log"):
            return []
        found = connection.execute(
            "SELECT line, lower(hex(line_sha256)), lower(hex(log_sha256)) FROM audit_log ORDER BY 1"
        )
        return [(int(line), str(digest), str(log)) for line, digest, log in found]
