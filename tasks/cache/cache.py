"""The cache: get, set, and both for many. Threads may share one; it works for one at a time.

What is set is in the companion when ``set`` returns; what is read is counted in batches (see
accounting). A companion that turns out to be damaged is quarantined, and what it held is missed.
"""

import atexit
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from threading import RLock
from typing import Any, Final, NamedTuple, Self, TypeVar

import apsw

from tasks.cache.accounting import Reads, now_ms
from tasks.cache.coding import Codec, document_of
from tasks.cache.entries import Item
from tasks.cache.keys import Factors, key_of
from tasks.cache.prices import NO_TOKENS, Prices, Tokens, cost_nano
from tasks.cache.storing import Row, row_of, store
from tasks.companion.opening import DAMAGE, open_existing, open_or_begin
from tasks.companion.place import companion_of
from tasks.companion.quarantine import quarantine
from tasks.companion.transaction import writing
from tasks.errors import FlagDayError

R = TypeVar("R")
BATCH: Final = 1000  # items a transaction

_VALUE: Final = """
SELECT dictionary_id, value, ifnull(cost_nano, 0)
FROM analysis_cache
INNER JOIN analysis_values USING (entry_id)
WHERE cache_key = ?
"""


class Opened(NamedTuple):
    """A companion that is open."""

    connection: apsw.Connection
    codec: Codec
    inode: int  # of the file; 0: it has gone since


class Cache:
    """The analyses of one index. Close it, or use it as a context: then its reads are counted."""

    def __init__(
        self, index: Path, prices: Prices | None = None, clock: Callable[[], int] = now_ms
    ) -> None:
        """Use the companion of the index at a path; what is set costs what ``prices`` say.

        ``clock`` tells the time in milliseconds since the epoch, UTC.
        """
        self.index = index
        self._prices = prices or {}
        self._clock = clock
        self._lock = RLock()
        self._opened: Opened | None = None
        self._reads = Reads()
        atexit.register(self.close)

    def __enter__(self) -> Self:
        """Use it until the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def get(self, factors: Factors) -> Any:
        """Return the value of an analysis, or None where it is not there."""
        return self.get_many([factors])[0]

    def get_many(self, wanted: Sequence[Factors]) -> list[Any]:
        """Return the value of each analysis in the order asked for, None where it is not there."""
        with self._lock:
            values = self._spared(lambda: [self._read(factors) for factors in wanted])
            if self._reads.is_due:
                self.merge()
        return values

    def set(self, factors: Factors, value: Any, tokens: Tokens = NO_TOKENS) -> None:
        """Keep a value. One that is there keeps when it was made and how often it was read.

        Raises PlanInvalid where the value is not JSON or null, PreconditionFailed where the
        companion cannot be written to.
        """
        self.set_many([Item(factors, value, tokens)])

    def set_many(self, items: Iterable[Item]) -> int:
        """Keep values, a thousand in a transaction; return how many. Raises as ``set`` does."""
        kept, rest = 0, iter(items)
        while batch := list(islice(rest, BATCH)):
            documents = [document_of(item.value) for item in batch]
            with self._lock:
                self._spared(lambda: self._write(batch, documents))  # noqa: B023 -- called at once
            kept += len(batch)
        return kept

    def merge(self) -> bool:
        """Write what was read into the companion; tell whether nothing is left to write."""
        with self._lock, suppress(apsw.Error, FlagDayError):
            opened = None if self._reads.is_empty else self._open()
            if opened is None or opened.connection.readonly("main"):
                self._reads.forget()
            else:
                self._reads.merge(opened.connection)
            return True
        return False

    def close(self) -> None:
        """Count what was read, and let go of the companion."""
        atexit.unregister(self.close)
        self.merge()
        with self._lock:
            self._let_go()

    @contextmanager
    def reading(self) -> Iterator[Opened | None]:
        """Lend the companion with all reads counted; None where there is none."""
        with self._lock:
            self.merge()
            yield self._open()

    @contextmanager
    def writing(self) -> Iterator[Opened]:
        """Lend the companion to write to, with all reads counted. Raises PreconditionFailed."""
        with self._lock:
            self.merge()
            yield self._open_to_write()

    def rows_of(self, items: Sequence[Item], documents: Sequence[bytes], codec: Codec) -> list[Row]:
        """Compress and price items; all that can be done before the lock is taken."""
        newest = {t: codec.newest(t) for t in {item.factors.cache_type for item in items}}
        at_ms = self._clock()
        return [
            row_of(
                item,
                codec.encode(document, newest[item.factors.cache_type]),
                cost_nano(item.tokens, self._prices.get(item.factors.maker[1:])),
                at_ms,
            )
            for item, document in zip(items, documents, strict=True)
        ]

    def _read(self, factors: Factors) -> Any | None:
        """Return the value of an analysis; one that cannot be read any more is missed."""
        opened, key, at_ms = self._open(), key_of(factors), self._clock()
        row: Any = opened.connection.execute(_VALUE, (key,)).fetchone() if opened else None
        value = opened.codec.value(row[1], row[0]) if opened and row else None
        if value is None:
            self._reads.miss(factors.maker, at_ms)
        else:
            self._reads.hit(key, factors.maker, row[2], at_ms)
        return value

    def _write(self, items: Sequence[Item], documents: Sequence[bytes]) -> None:
        opened = self._open_to_write()
        rows = self.rows_of(items, documents, opened.codec)
        with writing(opened.connection):
            store(opened.connection, rows)

    def _open(self) -> Opened | None:
        """Return the companion as it is now: another process may have moved it away."""
        inode = _inode(companion_of(self.index))
        if self._opened is None or self._opened.inode != inode:
            self._let_go()
            if connection := open_existing(self.index):
                self._take(connection)
        return self._opened

    def _open_to_write(self) -> Opened:
        opened = self._open()
        if opened is None or opened.connection.readonly("main"):
            self._let_go()
            opened = self._take(open_or_begin(self.index))
        return opened

    def _take(self, connection: apsw.Connection) -> Opened:
        inode = _inode(companion_of(self.index))
        self._opened = Opened(connection, Codec(connection), inode)
        return self._opened

    def _let_go(self) -> None:
        if self._opened is not None:
            self._opened.connection.close()
        self._opened = None

    def _spared(self, work: Callable[[], R]) -> R:
        """Do something; where the companion is damaged, do it on a new one."""
        try:
            return work()
        except DAMAGE:
            inode = self._opened.inode if self._opened else 0
            self._let_go()
            quarantine(companion_of(self.index), inode)
            return work()


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0
