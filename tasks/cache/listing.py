"""Entries as they are kept, of a selection, in the order of their making."""

from collections.abc import Iterator
from typing import Any, Final

from tasks.cache.cache import Cache, Opened
from tasks.cache.entries import Entry
from tasks.cache.keys import Factors
from tasks.cache.prices import Tokens
from tasks.cache.selection import Selection, condition, with_index

_PAGE: Final = 1000

_ENTRIES: Final = """
SELECT
    entry_id, cache_key, cache_type, content_hash, provider, model, prompt_hash, schema_version,
    analysis_cache.input_tokens, analysis_cache.output_tokens, analysis_cache.cached_tokens,
    analysis_cache.json_bytes, analysis_cache.stored_bytes, analysis_cache.cost_nano,
    created_at_ms, updated_at_ms, accessed_at_ms, access_count,
    analysis_values.dictionary_id, analysis_values.value
FROM analysis_cache
INNER JOIN analysis_makers USING (maker_id)
INNER JOIN analysis_values USING (entry_id)
WHERE entry_id > :after AND {condition}
ORDER BY entry_id
LIMIT :limit
"""


def entries(cache: Cache, selection: Selection) -> Iterator[tuple[Entry, Any | None]]:
    """Yield entries with their values, None for a damaged one, by and by.

    No transaction stays open, and nothing is counted as read. Raises PreconditionFailed where the
    selection needs an index.
    """
    after: int = 0
    while page := _page(cache, selection, after):
        yield from ((entry, value) for _, entry, value in page)
        after = page[-1][0]


def _page(cache: Cache, selection: Selection, after: int) -> list[tuple[int, Entry, Any | None]]:
    with cache.reading() as opened:
        if opened is None:
            return []
        with with_index(opened.connection, cache.index, selection):
            where, params = condition(selection)
            rows = opened.connection.execute(
                _ENTRIES.format(condition=where), {**params, "after": after, "limit": _PAGE}
            ).fetchall()
        return [_entry(opened, row) for row in rows]


def _entry(opened: Opened, row: tuple[Any, ...]) -> tuple[int, Entry, Any | None]:
    factors = Factors(row[2], row[3], *row[4:8])
    entry = Entry(row[1], factors, Tokens(*row[8:11]), *row[11:18])
    return row[0], entry, opened.codec.value(row[19], row[18])
