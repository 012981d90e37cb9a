"""Write entries as JSON lines that an import reads: one object an analysis, its keys in order."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from tasks.cache.cache import Cache
from tasks.cache.entries import Entry
from tasks.cache.listing import entries
from tasks.cache.selection import Selection


def lines(cache: Cache, selection: Selection) -> Iterator[str | None]:
    """Yield a line an entry of a selection, without its newline, in the order of their making.

    None stands for an entry whose value cannot be read any more.
    """
    for entry, value in entries(cache, selection):
        told = {**described(entry), "value": value}
        yield None if value is None else json.dumps(told, separators=(",", ":"))


def described(entry: Entry) -> dict[str, Any]:
    """Return all that is known of an entry but its value, as JSON has it."""
    return {
        "cache_type": entry.factors.cache_type,
        "content_hash": entry.factors.content_hash.hex(),
        "provider": entry.factors.provider,
        "model": entry.factors.model,
        "prompt_hash": entry.factors.prompt_hash,
        "schema_version": entry.factors.schema_version,
        "cache_key": entry.key.hex(),
        "tokens": {
            "input": entry.tokens.input,
            "output": entry.tokens.output,
            "cached": entry.tokens.cached,
        },
        "created_at": told_time(entry.created_at_ms),
        "last_accessed": told_time(entry.accessed_at_ms),
        "access_count": entry.access_count,
    }


def told_time(at_ms: int | None) -> str | None:
    """Write a time as ISO 8601 in UTC."""
    if at_ms is None:
        return None
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds")
