"""Whether all that a legacy index kept of analyses can be carried over.

The rows of ``cache_entries`` go into the companion just before the switch. One that is refused
there is lost with its table; the backup has it.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

import apsw
import zstandard

from verification.inventory.take import untouched
from verification.subject import NO_INDEX_BEFORE, Check, NotApplicable, Severity, Subject

_TABLE: Final = "cache_entries"
_COLUMNS: Final = {"cache_key", "content_hash", "value", "created_at"}
_STEP_BYTES: Final = 1024  # can become 32 MiB at most
_MOST_BYTES: Final = 256 << 20  # of a value
_HASH_DIGITS: Final = 64


def _lost(_: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    if subject.previous is None or not subject.previous.exists():
        raise NotApplicable(NO_INDEX_BEFORE)
    with untouched(subject.previous) as before:
        columns = before.execute("SELECT name FROM pragma_table_info(?)", (_TABLE,)).fetchall()
        if {str(name) for (name,) in columns} != _COLUMNS:
            raise NotApplicable("the index before kept no analyses")
        rows: Any = before.execute(
            f"SELECT cache_key, content_hash, value FROM {_TABLE} ORDER BY cache_key"
        )
        for key, content_hash, value in rows:
            if why := _why_lost(str(content_hash), value):
                yield {"cache_key": key, "content_hash": content_hash, "why": why}


def _why_lost(content_hash: str, value: object) -> str:
    try:
        is_hash = len(content_hash) == _HASH_DIGITS and bool(bytes.fromhex(content_hash))
    except ValueError:
        is_hash = False
    if not is_hash:
        return "the content hash is no SHA-256"
    try:
        text = _unpacked(value)
    except (zstandard.ZstdError, UnicodeDecodeError, TypeError):
        return "the value is no text in a zstd frame"
    return "the value is null" if _is_null(text) else ""


def _unpacked(value: object) -> str:
    raw = value.encode() if isinstance(value, str) else bytes(value)  # type: ignore[call-overload]
    reader = zstandard.ZstdDecompressor().decompressobj()
    text = bytearray()
    for first in range(0, len(raw), _STEP_BYTES):
        text += reader.decompress(raw[first : first + _STEP_BYTES])
        if reader.eof:
            return str(text, "utf-8")
        if len(text) > _MOST_BYTES:
            raise zstandard.ZstdError(f"more than {_MOST_BYTES} bytes")
    raise zstandard.ZstdError("the frame is cut off")


def _is_null(text: str) -> bool:
    try:
        return json.loads(text) is None
    except (ValueError, RecursionError):
        return False


CHECKS: Final = (
    Check(
        id="V-057",
        title="Every analysis that the index before kept can be carried over",
        severity=Severity.WARN,
        section="§2",
        group="carried over",
        find=_lost,
    ),
)
