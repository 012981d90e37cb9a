"""How often questions are asked and how long they take, by kind of question.

A recorder counts in memory and merges into the companion now and then, in one short transaction. It
waits for no lock: what cannot be merged now is kept for the next time, and lost at the end of the
process. It never fails a reader; where nobody may write, nothing is kept.
"""

import atexit
import math
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import accumulate, groupby
from operator import itemgetter
from pathlib import Path
from threading import Lock
from typing import Any, Final, NamedTuple

import apsw

from tasks.companion.opening import open_existing, open_or_begin
from tasks.errors import FlagDayError

_BUCKETS_A_DOUBLING: Final = 4  # a bucket's ends differ by 19 %
_LAST_BUCKET: Final = 255
_MERGE_EVERY_S: Final = 30.0
_LOG_BYTES: Final = 512 << 10  # a log that is longer is copied into the companion

_MERGE: Final = """
INSERT INTO query_stats (kind, bucket, queries, total_us) VALUES (?, ?, ?, ?)
ON CONFLICT (kind, bucket) DO UPDATE
SET queries = queries + excluded.queries, total_us = total_us + excluded.total_us
"""


class QueryTimes(NamedTuple):
    """How long questions of one kind took; percentiles are right to 10 %."""

    kind: str
    queries: int
    mean_ms: float
    p50_ms: float
    p95_ms: float
    p99_ms: float


class QueryStats:
    """The recorder of one index. Any thread may use it."""

    def __init__(self, index: Path) -> None:
        """Record for the index at a path; nothing is opened yet."""
        self._index = index
        self._counts: dict[tuple[str, int], tuple[int, int]] = {}
        self._lock = Lock()
        self._merge_at = time.monotonic() + _MERGE_EVERY_S
        atexit.register(self.close)

    def record(self, kind: str, took_s: float) -> None:
        """Count one question; every half a minute, merge."""
        self._add([(kind, _bucket(took_s), 1, round(took_s * 1e6))])
        if time.monotonic() >= self._merge_at:
            self.merge()

    @contextmanager
    def timed(self, kind: str) -> Iterator[None]:
        """Count one question, and how long what is done meanwhile takes, should it fail or not."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.record(kind, time.perf_counter() - began)

    def merge(self) -> bool:
        """Write what is counted into the companion; tell whether nothing is left to write."""
        with self._lock:
            counts, self._counts = self._counts, {}
            self._merge_at = time.monotonic() + _MERGE_EVERY_S
        rows = [(kind, bucket, *sums) for (kind, bucket), sums in counts.items()]
        try:
            if rows:
                _write(self._index, rows)
        except (FlagDayError, apsw.Error, OSError):
            self._add(rows)
            return False
        return True

    def close(self) -> None:
        """Merge for the last time."""
        atexit.unregister(self.close)
        self.merge()

    def _add(self, rows: Iterable[tuple[str, int, int, int]]) -> None:
        with self._lock:
            for kind, bucket, queries, total_us in rows:
                before = self._counts.get((kind, bucket), (0, 0))
                self._counts[kind, bucket] = (before[0] + queries, before[1] + total_us)


def query_times(index: Path) -> list[QueryTimes]:
    """Return the times of all questions on record, by kind. Raises PreconditionFailed."""
    connection = open_existing(index)
    if connection is None:
        return []
    with closing(connection):
        return times_in(connection)


def times_in(connection: apsw.Connection) -> list[QueryTimes]:
    """Return the times of all questions that a companion has on record, by kind."""
    rows: Any = connection.execute(
        "SELECT kind, bucket, queries, total_us FROM query_stats"
        " WHERE queries > 0 ORDER BY kind, bucket"
    )
    return [
        _times(kind, [row[1:] for row in group]) for kind, group in groupby(rows, itemgetter(0))
    ]


def _write(index: Path, rows: list[tuple[str, int, int, int]]) -> None:
    with closing(open_or_begin(index, busy_ms=0)) as connection:
        # The last to close copies the log and waits for the disk: one short command in many does.
        log = Path(f"{connection.filename}-wal")
        is_short = not log.exists() or log.stat().st_size < _LOG_BYTES
        connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, int(is_short))
        with connection:
            connection.executemany(_MERGE, rows)


def _bucket(took_s: float) -> int:
    microseconds = max(took_s * 1e6, 1.0)
    return min(int(math.log2(microseconds) * _BUCKETS_A_DOUBLING), _LAST_BUCKET)


def _times(kind: str, histogram: list[tuple[int, int, int]]) -> QueryTimes:
    queries = sum(count for _, count, _ in histogram)
    mean_ms = sum(total_us for _, _, total_us in histogram) / queries / 1000
    p50, p95, p99 = (_percentile(histogram, queries * share) for share in (0.50, 0.95, 0.99))
    return QueryTimes(kind, queries, mean_ms, p50, p95, p99)


def _percentile(histogram: list[tuple[int, int, int]], rank: float) -> float:
    """Return the time below which ``rank`` of the questions took, in ms: its bucket's mean."""
    ranks = accumulate(count for _, count, _ in histogram)
    reached = (bucket for bucket, last in zip(histogram, ranks, strict=True) if last >= rank)
    _, count, total_us = next(reached)
    return total_us / count / 1000
