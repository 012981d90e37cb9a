"""What the cache holds, how often it helped, what it saved: read from sums, not from entries."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, Final

import apsw

from tasks.cache.cache import Cache
from tasks.companion.place import companion_of, quarantined

_SUMS: Final = """
SELECT
    cache_type, provider, model, entries, json_bytes, stored_bytes, input_tokens, output_tokens,
    cached_tokens, cost_nano, unpriced, hits, misses, saved_nano
FROM analysis_makers
ORDER BY cache_type, provider, model
"""

_MONTHS: Final = """
SELECT
    month, sum(sets), sum(hits), sum(misses), sum(input_tokens), sum(output_tokens),
    sum(cached_tokens), sum(cost_nano), sum(saved_nano)
FROM analysis_months
GROUP BY month
ORDER BY month
"""


@dataclass(frozen=True, slots=True)
class Sums:
    """Of the entries of one maker, or of several."""

    entries: int = 0
    json_bytes: int = 0  # of the values, not compressed
    stored_bytes: int = 0  # of the values, as stored
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    cost_nano: int = 0  # 1e-9 of the currency
    unpriced: int = 0  # entries with tokens and without a known price
    hits: int = 0
    misses: int = 0
    saved_nano: int = 0  # what the hits would have cost

    @property
    def hit_rate(self) -> float | None:
        """Which part of what was asked for was there; None: nobody asked."""
        asked = self.hits + self.misses
        return self.hits / asked if asked else None


@dataclass(frozen=True, slots=True)
class MakerSums:
    """What is kept of one maker."""

    cache_type: str
    provider: str
    model: str
    sums: Sums


@dataclass(frozen=True, slots=True)
class Month:
    """What happened in a month, whether its entries are still there or not."""

    month: str  # 2026-01, UTC
    sets: int
    hits: int
    misses: int
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    cost_nano: int  # that was spent
    saved_nano: int


@dataclass(frozen=True, slots=True)
class CacheStats:
    """The whole account."""

    total: Sums
    by_type: dict[str, Sums]
    by_model: dict[str, Sums]  # provider/model
    makers: tuple[MakerSums, ...]
    months: tuple[Month, ...]
    file_bytes: int  # of the companion; 0: there is none
    quarantined: tuple[Path, ...]  # damaged companions that were moved away


def cache_stats(cache: Cache) -> CacheStats:
    """Return the account of a cache, with all that this process has read."""
    with cache.reading() as opened:
        makers = _makers(opened.connection) if opened else ()
        months = _months(opened.connection) if opened else ()
        companion = companion_of(cache.index)
        return CacheStats(
            total=_added(item.sums for item in makers),
            by_type=_grouped((item.cache_type, item.sums) for item in makers),
            by_model=_grouped((f"{item.provider}/{item.model}", item.sums) for item in makers),
            makers=makers,
            months=months,
            file_bytes=companion.stat().st_size if opened else 0,
            quarantined=tuple(quarantined(cache.index)),
        )


def _makers(connection: apsw.Connection) -> tuple[MakerSums, ...]:
    rows: Any = connection.execute(_SUMS)
    return tuple(MakerSums(row[0], row[1], row[2], Sums(*row[3:])) for row in rows)


def _months(connection: apsw.Connection) -> tuple[Month, ...]:
    rows: Any = connection.execute(_MONTHS)
    return tuple(Month(*row) for row in rows)


def _grouped(items: Iterable[tuple[str, Sums]]) -> dict[str, Sums]:
    groups: dict[str, list[Sums]] = {}
    for name, sums in items:
        groups.setdefault(name, []).append(sums)
    return {name: _added(groups[name]) for name in sorted(groups)}


def _added(items: Iterable[Sums]) -> Sums:
    columns = zip(*map(astuple, items), strict=True)
    return Sums(*map(sum, columns))
