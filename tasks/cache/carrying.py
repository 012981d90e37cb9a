"""The cache of a v4 index, carried over into its companion.

v4 kept a value by a key of the reader's own making: here it is of type ``v4``, with the old key as
prompt hash, so whoever knows the content and the old key finds it. Hits and misses of a type stand
under provider ``v4``. What is there already stays: to carry over twice is to do it once.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import apsw
import zstandard

from tasks.cache.accounting import maker_of
from tasks.cache.cache import Cache
from tasks.cache.coding import unpacked
from tasks.cache.foreign import Foreign
from tasks.cache.importing import Imported, import_from
from tasks.companion.transaction import writing
from tasks.store.untouched import untouched

VERSION: Final = 4  # of the schema: no other one kept analyses
TABLES: Final = ("cache_entries", "cache_stats")
_TYPE: Final = "v4"
_ENTRIES: Final = """
SELECT cache_key, content_hash, value, created_at
FROM cache_entries
ORDER BY cache_key
"""
_STATS: Final = "SELECT cache_type, hits, misses FROM cache_stats ORDER BY cache_type"
_AT_LEAST: Final = """
UPDATE analysis_makers
SET hits = max(hits, ?), misses = max(misses, ?)
WHERE maker_id = ?
"""


def carry_over(index: Path) -> Imported:
    """Carry the cache of a v4 index over into its companion; the index is only read.

    Raises PreconditionFailed where the companion cannot be written to.
    """
    with untouched(index) as legacy, Cache(index) as cache:
        imported = Imported()
        if legacy.table_exists("main", "cache_entries"):
            imported = import_from(cache, _entries(legacy))
        if legacy.table_exists("main", "cache_stats"):
            _carry_counts(cache, list(legacy.execute(_STATS)))
    return imported


def _entries(legacy: apsw.Connection) -> Iterator[Foreign]:
    rows: Any = legacy.execute(_ENTRIES)
    for cache_key, content_hash, value, created_at in rows:
        fields = {
            "cache_type": _TYPE,
            "content_hash": content_hash,
            "prompt_hash": cache_key,
            "value": _value(value),
            "created_at": created_at,
            "cache_key": cache_key,
        }
        yield Foreign(f"cache_entries {cache_key}", fields)


def _value(stored: bytes) -> Any:
    """Return the JSON in a frame, else its text; None where it is neither."""
    try:
        text = unpacked(stored).decode()
    except (zstandard.ZstdError, UnicodeDecodeError, TypeError):
        return None
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return text


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _carry_counts(cache: Cache, counts: list[Any]) -> None:
    if not counts:
        return
    with cache.writing() as opened, writing(opened.connection):
        for cache_type, hits, misses in counts:
            maker_id = maker_of(opened.connection, (str(cache_type), _TYPE, ""))
            opened.connection.execute(_AT_LEAST, (hits, misses, maker_id))
