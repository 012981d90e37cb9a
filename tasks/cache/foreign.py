"""Analyses of other caches: what one tells, and how it becomes an item of ours.

A content is identified by the SHA-256 of its bytes. Where a cache has another hash of a file, and
the file is there and still has that hash, the file tells the SHA-256.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import zstandard

from tasks.cache.accounting import now_ms
from tasks.cache.coding import unpacked
from tasks.cache.entries import History, Item
from tasks.cache.keys import Factors
from tasks.cache.prices import MOST_TOKENS, Tokens
from tasks.errors import PlanInvalid
from tasks.regular_file import read_regular

_MOST_CONTENT_BYTES: Final = 256 << 20  # of a file that a record names
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_BY_LENGTH: Final[dict[int, Callable[..., Any]]] = {
    32: hashlib.md5,
    40: hashlib.sha1,
    128: hashlib.sha512,
}
_SHA256_DIGITS: Final = 64
_MOST: Final = 2**53  # what any program counts exactly
_MOST_SECONDS: Final = 10**11  # a time of more is in milliseconds


class Refusal(StrEnum):
    """Why an analysis of another cache is not imported."""

    NO_RECORD = "it is no record of an analysis"
    NO_TYPE = "it does not say of what type it is"
    NO_CONTENT = "its content cannot be identified"
    NO_VALUE = "its value cannot be read"


class Refused(Exception):  # noqa: N818 -- a decision, and counted
    """An analysis is not imported."""

    def __init__(self, why: Refusal) -> None:
        """Keep the reason."""
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Foreign:
    """An analysis as another cache tells it, by the names of its columns."""

    where: str  # a file, or a row
    fields: dict[str, Any]

    @property
    def old_key(self) -> str:
        """The key that it had, '' where it had none."""
        return str(self.fields.get("cache_key") or "")


def item_of(foreign: Foreign) -> Item:
    """Make an item of it. Raises Refused."""
    told = foreign.fields
    if not (cache_type := _text(told, "cache_type", "type")):
        raise Refused(Refusal.NO_TYPE)
    try:
        factors = Factors(
            cache_type,
            _content_hash(told),
            _text(told, "provider"),
            _text(told, "model"),
            _text(told, "prompt_hash"),
            _text(told, "schema_version"),
        )
    except PlanInvalid as error:
        raise Refused(Refusal.NO_RECORD) from error
    return Item(factors, _value(told), _tokens(told), _history(told))


def plain_value(stored: object) -> Any:
    """Return the JSON value in a text, in bytes, or in a zstd frame. Raises Refused."""
    try:
        raw = stored.encode() if isinstance(stored, str) else bytes(stored)  # type: ignore[call-overload]
        value = json.loads(unpacked(raw) if raw.startswith(_ZSTD) else raw)
    except (ValueError, TypeError, RecursionError, zstandard.ZstdError) as error:
        raise Refused(Refusal.NO_VALUE) from error
    if value is None:
        raise Refused(Refusal.NO_VALUE)
    return value


def _value(told: dict[str, Any]) -> Any:
    if "result_blob" in told:
        return plain_value(told["result_blob"])
    value = told.get("value", told.get("result"))
    if value is None:
        raise Refused(Refusal.NO_VALUE)
    return value


def _content_hash(told: dict[str, Any]) -> bytes:
    digits = _text(told, "content_hash", "file_hash").lower()
    try:
        digest = bytes.fromhex(digits)
    except ValueError as error:
        raise Refused(Refusal.NO_CONTENT) from error
    if len(digits) == _SHA256_DIGITS:
        return digest
    content = _file(told)
    if content is None or len(digits) not in _BY_LENGTH:
        raise Refused(Refusal.NO_CONTENT)
    if _BY_LENGTH[len(digits)](content, usedforsecurity=False).digest() != digest:
        raise Refused(Refusal.NO_CONTENT)
    return hashlib.sha256(content).digest()


def _file(told: dict[str, Any]) -> bytes | None:
    path = Path(_text(told, "repo_path"), _text(told, "file_path"))
    try:
        return read_regular(path.absolute().parent.resolve() / path.name, _MOST_CONTENT_BYTES)
    except (OSError, ValueError):  # a path that holds a NUL
        return None


def _tokens(told: dict[str, Any]) -> Tokens:
    """Read tokens by kind; a mere sum counts as input."""
    stated = told.get("tokens")
    if isinstance(stated, dict):
        kinds = ("input", "output", "cached")
        return Tokens(*(_count(stated.get(kind), MOST_TOKENS) for kind in kinds))
    return Tokens(input=_count(told.get("tokens_used", stated), MOST_TOKENS))


def _history(told: dict[str, Any]) -> History:
    accessed = told.get("last_accessed", told.get("accessed_at"))
    return History(
        created_at_ms=_time_ms(told.get("created_at")) or now_ms(),
        accessed_at_ms=_time_ms(accessed),
        access_count=_count(told.get("access_count")),
    )


def _time_ms(stated: object) -> int | None:
    """Read ISO 8601, UTC where it says nothing else, or seconds or milliseconds of the epoch."""
    try:
        if isinstance(stated, int | float):
            time_ms = round(stated if stated > _MOST_SECONDS else stated * 1000)
        else:
            at = datetime.fromisoformat(str(stated))
            time_ms = round((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
    return time_ms if 0 <= time_ms < _MOST else None


def _count(stated: object, most: int = _MOST) -> int:
    is_count = isinstance(stated, int | float) and 0 <= stated <= most
    return int(stated) if is_count else 0  # type: ignore[call-overload]


def _text(told: dict[str, Any], *names: str) -> str:
    found = (str(told[name]) for name in names if told.get(name) is not None)
    return next(found, "")
