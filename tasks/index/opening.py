"""Open an index to read, for as many threads as ask, and keep it while another takes its place.

A connection serves one question at a time, and all connections of an ``OpenIndex`` are of one
generation. Where that file is gone from its folder, questions wait for the connections that still
have it; whoever opens the index anew sees the new one.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

import apsw

from migrations.manifest import newest
from migrations.opening import FEW_STEPS, bound
from tasks.companion.query_stats import QueryStats
from tasks.errors import FlagDayError, PreconditionFailed
from tasks.store.header import flaw_of
from tasks.store.in_place import connect_to_read
from tasks.store.refusals import damaged, unusable

TIMEOUT_S: Final = 30.0
_QUERIES: Final = Path(__file__).parent / "queries"
_MOST_CONNECTIONS: Final = 32
_STEPS: Final = 10_000  # of SQLite's machine between two looks at the clock: under a millisecond
_ATTEMPTS: Final = 200
_PAUSE_S: Final = 0.01
_SIZE: Final = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
# More than any index: apsw's SQLite maps all of it. A warm question takes a fifth less then, and
# a larger cache gains nothing.
_MMAP_BYTES: Final = 1 << 40
_CACHE_KIB: Final = 16_384

Identity = tuple[int, int]  # device and inode


class OpenIndex:
    """An index of today's schema, open to read. Safe from threads; not to be taken over a fork."""

    def __init__(self, path: Path, *, timeout_s: float | None = TIMEOUT_S) -> None:
        """Open ``path``; a question that takes longer than ``timeout_s`` is given up.

        Raises PreconditionFailed where there is no index, it is of another schema, locked, or
        another takes its place again and again; IndexDamaged where its bytes are not whole.
        """
        self.path = path
        self._timeout_s = timeout_s
        self.location, self._identity, first = _open_first(path)
        self.size_bytes = first.execute(_SIZE).get
        self._count = 1
        self._idle = [first]
        self._is_closed = False
        self._estimates: dict[tuple[object, ...], list[tuple[Any, ...]]] = {}
        self._changed = threading.Condition()
        self._times = QueryStats(path)

    def ask(self, question: str, /, **params: object) -> list[tuple[Any, ...]]:
        """Return the rows of ``queries/<question>.sql``, in the order of the query."""
        with self.connection() as connection:
            return list(connection.execute(statement(question), params))

    def estimate(self, question: str, /, **params: object) -> list[tuple[Any, ...]]:
        """Return what a question had for an answer when it was first asked here.

        It is good enough to choose a way to an answer by, and costs nothing from then on.
        """
        key = (question, *sorted(params.items()))
        if key not in self._estimates:
            self._estimates[key] = self.ask(question, **params)
        return self._estimates[key]

    @contextmanager
    def connection(self) -> Iterator[apsw.Connection]:
        """Lend a connection to one question; the time runs from here.

        Raises FlagDayError where the time is up or no connection becomes free in time, and
        IndexDamaged where the index is damaged.
        """
        connection = self._take()
        try:
            self._limit(connection)
            yield connection
        except apsw.Error as error:
            raise self._explained(error) from error
        finally:
            self._give_back(connection)

    def timed(self, kind: str) -> AbstractContextManager[None]:
        """Count a question of a kind, and how long it takes, in the companion."""
        return self._times.timed(kind)

    def close(self) -> None:
        """Close all connections; those that still answer, when they have answered."""
        self._times.close()
        with self._changed:
            self._is_closed = True
            for connection in self._idle:
                connection.close()
            self._idle.clear()
            self._changed.notify_all()

    def _take(self) -> apsw.Connection:
        with self._changed:
            while not self._is_closed:
                if self._idle:
                    return self._idle.pop()
                if another := self._another():
                    self._count += 1
                    return another
                if not self._changed.wait(self._timeout_s):
                    raise FlagDayError(
                        f"no connection was free within {self._timeout_s:g} s: the index that was "
                        "opened is gone, and others ask what is left of it",
                        next_step="Open it anew, which opens the index in service now.",
                    )
        raise FlagDayError(f"{self.path} was closed here", next_step="Open it anew.")

    def _give_back(self, connection: apsw.Connection) -> None:
        with self._changed:
            if self._is_closed:
                connection.close()
            else:
                self._idle.append(connection)
                self._changed.notify()

    def _another(self) -> apsw.Connection | None:
        """Open one more connection to this generation, where its file is still there."""
        if self._count >= _MOST_CONNECTIONS or _identity(self.location) != self._identity:
            return None
        try:
            connection = _connect(self.location)
        except apsw.Error:
            return None
        if _identity(self.location) == self._identity:
            return connection
        connection.close()
        return None

    def _limit(self, connection: apsw.Connection) -> None:
        if self._timeout_s is None:
            connection.set_progress_handler(None)
            return
        until = time.monotonic() + self._timeout_s
        connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)

    def _explained(self, error: apsw.Error) -> Exception:
        if isinstance(error, apsw.InterruptError):
            return FlagDayError(
                f"the question was given up after {self._timeout_s:g} s",
                next_step="Narrow it by type, language, root or path, or allow more time.",
            )
        if isinstance(error, apsw.SQLError | apsw.ReadOnlyError):
            return error
        return unusable(self.path, error)


@cache
def statement(question: str) -> str:
    """Return the SQL of ``queries/<question>.sql``."""
    return (_QUERIES / f"{question}.sql").read_text("utf-8")


def _open_first(path: Path) -> tuple[Path, Identity, apsw.Connection]:
    """Open the index in service, and try again where it is replaced between two looks at it."""
    if not os.path.lexists(path):
        raise PreconditionFailed(
            f"there is no index at {path}",
            next_step=f"Build one with `flagday run --db {path}`, or name another with --db.",
        )
    for _ in range(_ATTEMPTS):
        location = path.resolve()
        if opened := _open_generation(path, location):
            _require_current(path, opened[1])
            return location, *opened
        time.sleep(_PAUSE_S)
    raise PreconditionFailed(
        f"{path} leads to {path.resolve()}, which is being replaced, or gone",
        next_step="Ask again in a moment. If it stays gone, bring a backup back with "
        f"`flagday restore FILE --db {path}`, or build it with `flagday run --db {path}`.",
    )


def _open_generation(path: Path, location: Path) -> tuple[Identity, apsw.Connection] | None:
    """Open the file behind ``path``, None where that is another one or gone by now."""
    identity = _identity(location)
    if identity is None:
        return None
    try:
        if flaw := flaw_of(path):
            raise damaged(path, flaw)
        connection = _connect(location)
    except (apsw.Error, OSError) as error:
        if _identity(location) != identity:
            return None
        if isinstance(error, OSError):
            raise
        raise unusable(path, error) from error
    if _identity(location) == identity:
        return identity, connection
    connection.close()
    return None


def _connect(location: Path) -> apsw.Connection:
    connection = connect_to_read(location)
    bound(connection, FEW_STEPS)  # until a question sets its own
    try:
        # Else SQLite plans a statement anew for each value that it is asked with.
        connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
        connection.pragma("query_only", True)
        # A page that is mapped would be looked through whenever it is turned to.
        connection.pragma("cell_size_check", False)
        connection.pragma("mmap_size", _MMAP_BYTES)
        connection.pragma("cache_size", -_CACHE_KIB)
        connection.pragma("temp_store", "MEMORY")
    except apsw.Error:
        connection.close()
        raise
    return connection


def _require_current(path: Path, connection: apsw.Connection) -> None:
    """Close the connection and say what the database is, unless it is of today's schema."""
    try:
        problem = _why_not_current(path, connection)
    except apsw.Error as error:
        problem = unusable(path, error)
    if problem is not None:
        connection.close()
        raise problem


def _why_not_current(path: Path, connection: apsw.Connection) -> FlagDayError | None:
    latest, _ = newest()
    if _record(connection) == newest():
        return None
    from migrations import runner  # noqa: PLC0415 -- slow to load, and for the refusal alone

    version = runner.actual_version(connection)
    if version > latest:
        return PreconditionFailed(
            f"{path} has schema v{version}, newer than this flagday, which knows v{latest}",
            next_step="Use the flagday that built it, or a newer one. Nothing was changed.",
        )
    if not version:
        what = f"{path} is not a flagday index"
    elif version < latest:
        what = f"{path} has schema v{version}, not v{latest}"
    else:
        what = f"{path} has schema v{version} of another flagday"
    return PreconditionFailed(
        what, next_step=f"Rebuild it with `flagday run --db {path}`. Nothing was changed."
    )


def _record(connection: apsw.Connection) -> tuple[int, str] | None:
    """Return the newest version on record and its checksum, None where there is no record."""
    try:
        found = connection.execute(
            "SELECT version, checksum FROM schema_migrations ORDER BY version DESC LIMIT 1"
        ).fetchone()
    except apsw.SQLError:
        return None
    return (found[0], found[1]) if found else None


def _identity(location: Path) -> Identity | None:
    try:
        status = location.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
