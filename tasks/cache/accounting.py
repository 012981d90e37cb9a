"""Hits and misses, last access and counts, without a write per read.

They are counted in memory and merged in one transaction every MERGE_READS reads or MERGE_S seconds,
when the cache is closed, and at the end of the process. A process that is killed loses what it
counted since: at most MERGE_READS reads, and no value.
"""

import time
from datetime import UTC, datetime
from typing import Final

import apsw

from tasks.companion.transaction import writing

MERGE_READS: Final = 1000
MERGE_S: Final = 10.0

Maker = tuple[str, str, str]  # cache type, provider, model

_ACCESSED: Final = """
UPDATE analysis_cache
SET access_count = access_count + ?, accessed_at_ms = max(ifnull(accessed_at_ms, 0), ?)
WHERE cache_key = ?
"""

_MADE: Final = """
INSERT INTO analysis_makers (cache_type, provider, model) VALUES (?, ?, ?)
ON CONFLICT DO NOTHING
"""

_MAKER: Final = """
SELECT maker_id
FROM analysis_makers
WHERE cache_type = ? AND provider = ? AND model = ?
"""

_TOTALS: Final = """
UPDATE analysis_makers
SET hits = hits + ?, misses = misses + ?, saved_nano = saved_nano + ?
WHERE maker_id = ?
"""

_MONTH: Final = """
INSERT INTO analysis_months (hits, misses, saved_nano, maker_id, month) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (month, maker_id) DO UPDATE
SET
    hits = hits + excluded.hits,
    misses = misses + excluded.misses,
    saved_nano = saved_nano + excluded.saved_nano
"""


class Reads:
    """What was read since the last merge. For one thread at a time."""

    def __init__(self) -> None:
        """Count from nothing."""
        self._accesses: dict[bytes, tuple[int, int]] = {}
        self._sums: dict[tuple[Maker, str], list[int]] = {}
        self._count = 0
        self._merge_at = time.monotonic() + MERGE_S

    def hit(self, key: bytes, maker: Maker, saved_nano: int, at_ms: int) -> None:
        """Count a value that was found."""
        count, _ = self._accesses.get(key, (0, 0))
        self._accesses[key] = (count + 1, at_ms)
        self._add(maker, at_ms, hits=1, saved_nano=saved_nano)

    def miss(self, maker: Maker, at_ms: int) -> None:
        """Count a value that was not there."""
        self._add(maker, at_ms, misses=1)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to merge."""
        return self._count == 0

    @property
    def is_due(self) -> bool:
        """Whether it is time to merge."""
        return self._count >= MERGE_READS or (
            self._count > 0 and time.monotonic() >= self._merge_at
        )

    def merge(self, connection: apsw.Connection) -> None:
        """Write all counts in one transaction; they stay counted where that fails."""
        if self._count:
            with writing(connection):
                self._write(connection)
        self.forget()

    def forget(self) -> None:
        """Count from nothing again."""
        self._accesses, self._sums, self._count = {}, {}, 0
        self._merge_at = time.monotonic() + MERGE_S

    def _add(
        self, maker: Maker, at_ms: int, *, hits: int = 0, misses: int = 0, saved_nano: int = 0
    ) -> None:
        sums = self._sums.setdefault((maker, month_of(at_ms)), [0, 0, 0])
        for place, more in enumerate((hits, misses, saved_nano)):
            sums[place] += more
        self._count += 1

    def _write(self, connection: apsw.Connection) -> None:
        connection.executemany(
            _ACCESSED, [(count, at_ms, key) for key, (count, at_ms) in self._accesses.items()]
        )
        for (maker, month), sums in self._sums.items():
            maker_id = maker_of(connection, maker)
            connection.execute(_TOTALS, (*sums, maker_id))
            connection.execute(_MONTH, (*sums, maker_id, month))


def maker_of(connection: apsw.Connection, maker: Maker) -> int:
    """Return the row of a maker; the first time, make it."""
    connection.execute(_MADE, maker)
    maker_id: int = connection.execute(_MAKER, maker).get
    return maker_id


def now_ms() -> int:
    """Return the time in milliseconds since the epoch, UTC."""
    return time.time_ns() // 1_000_000


def month_of(at_ms: int) -> str:
    """Return the month of a time, as 2026-01, in UTC."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m")
