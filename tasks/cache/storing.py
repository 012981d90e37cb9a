"""Rows of the cache as they are written and read."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import apsw

from tasks.cache.accounting import Maker, maker_of, month_of
from tasks.cache.coding import Stored
from tasks.cache.entries import History, Item
from tasks.cache.keys import RECIPE, key_of

_ENTRY: Final = """
INSERT INTO analysis_cache (
    cache_key, recipe, maker_id, content_hash, prompt_hash, schema_version, json_bytes,
    stored_bytes, input_tokens, output_tokens, cached_tokens, cost_nano, created_at_ms,
    updated_at_ms, accessed_at_ms, access_count
)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (cache_key) DO UPDATE
SET
    json_bytes = excluded.json_bytes,
    stored_bytes = excluded.stored_bytes,
    input_tokens = excluded.input_tokens,
    output_tokens = excluded.output_tokens,
    cached_tokens = excluded.cached_tokens,
    cost_nano = excluded.cost_nano,
    updated_at_ms = excluded.updated_at_ms
RETURNING entry_id
"""

_VALUE: Final = """
INSERT INTO analysis_values (entry_id, dictionary_id, value) VALUES (?, ?, ?)
ON CONFLICT (entry_id) DO UPDATE
SET dictionary_id = excluded.dictionary_id, value = excluded.value
"""

_MONTH: Final = """
INSERT INTO analysis_months (
    month, maker_id, sets, input_tokens, output_tokens, cached_tokens, cost_nano
)
VALUES (?, ?, 1, ?, ?, ?, ?)
ON CONFLICT (month, maker_id) DO UPDATE
SET
    sets = sets + 1,
    input_tokens = input_tokens + excluded.input_tokens,
    output_tokens = output_tokens + excluded.output_tokens,
    cached_tokens = cached_tokens + excluded.cached_tokens,
    cost_nano = cost_nano + excluded.cost_nano
"""


@dataclass(frozen=True, slots=True)
class Row:
    """An item with all that is worked out before the lock is taken."""

    key: bytes
    item: Item
    stored: Stored
    cost_nano: int | None
    history: History
    updated_at_ms: int


def row_of(item: Item, stored: Stored, cost_nano: int | None, at_ms: int) -> Row:
    """Put a row together; without a history it begins now."""
    history = item.history or History(created_at_ms=at_ms)
    updated_at_ms = history.created_at_ms if item.history else at_ms
    return Row(key_of(item.factors), item, stored, cost_nano, history, updated_at_ms)


def store(connection: apsw.Connection, rows: Iterable[Row]) -> None:
    """Write rows; one of a key that is there keeps when it was made and how often it was read.

    Within a transaction.
    """
    makers: dict[Maker, int] = {}
    for row in rows:
        maker = row.item.factors.maker
        if maker not in makers:
            makers[maker] = maker_of(connection, maker)
        _store(connection, row, makers[maker])


def _store(connection: apsw.Connection, row: Row, maker_id: int) -> None:
    factors, tokens, history = row.item.factors, row.item.tokens, row.history
    spent = (tokens.input, tokens.output, tokens.cached)
    entry_id = connection.execute(
        _ENTRY,
        (
            *(row.key, RECIPE, maker_id, factors.content_hash),
            *(factors.prompt_hash, factors.schema_version),
            *(row.stored.json_bytes, len(row.stored.frame), *spent, row.cost_nano),
            *(history.created_at_ms, row.updated_at_ms),
            *(history.accessed_at_ms, history.access_count),
        ),
    ).get
    connection.execute(_VALUE, (entry_id, row.stored.dictionary_id, row.stored.frame))
    month = month_of(row.updated_at_ms)
    connection.execute(_MONTH, (month, maker_id, *spent, row.cost_nano or 0))
