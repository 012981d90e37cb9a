"""Parser processes, watched: one that hangs, crashes or grows too large is replaced.

The bindings of tree-sitter hold the GIL, so threads would wait for each other. Workers know nothing
of Prefect: they start quickly, and each of Prefect's tasks waits for one.
"""

import queue
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self, TypeVar, TypeVarTuple

from tasks.contracts import Begin
from tasks.worker import Bounds, ContentFailed, Worker

R = TypeVar("R")
Ts = TypeVarTuple("Ts")


class WorkersEnded(Exception):  # noqa: N818 -- says what happened
    """The run is over; nothing is started any more."""


class Workers:
    """Up to ``count`` processes, started as they are needed."""

    def __init__(self, count: int, bounds: Bounds) -> None:
        """Start nothing yet."""
        self._count: Final = count
        self._bounds: Final = bounds
        self._is_ended = False
        self._lock: Final = threading.Lock()
        self._busy: Final[set[Worker]] = set()
        self._idle: Final[queue.LifoQueue[Worker | None]] = queue.LifoQueue()
        for _ in range(count):
            self._idle.put(None)

    def call(self, function: Callable[[*Ts, Begin], R], *args: *Ts) -> R:
        """Run ``function`` in a worker and wait for it; callable from many threads.

        Its last argument is what it tells the content to that it begins with. Raises ContentFailed
        where the worker was lost or the function raised, WorkersEnded where the block was left.
        """
        return self._call_in(self._idle.get(), function, args)

    def call_alone(self, function: Callable[[*Ts, Begin], R], *args: *Ts) -> R:
        """Run ``function`` as :meth:`call` does, in a process that has done nothing before."""
        worker = self._idle.get()
        if worker:
            worker.end()
        return self._call_in(None, function, args)

    def _call_in(
        self, worker: Worker | None, function: Callable[[*Ts, Begin], R], args: tuple[*Ts]
    ) -> R:
        """Run ``function`` in a worker, a new one where there is none, and give its place back."""
        try:
            worker = self._hold(worker)
            return worker.call(function, args)
        except ContentFailed as failed:
            if self._is_ended:
                raise WorkersEnded from failed
            raise
        finally:
            self._idle.put(self._let_go(worker))

    def __enter__(self) -> Self:
        """Use the workers inside of a ``with`` block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the workers; where the block failed, also those that are at work.

        The places stay: whoever waits for one takes it and learns that the run is over.
        """
        with self._lock:
            self._is_ended = True
            busy = list(self._busy)
        for worker in busy:
            worker.end()
        places = [self._idle.get() for _ in range(self._count)]
        for idle in places:
            if idle:
                idle.end()
            self._idle.put(None)

    def _hold(self, worker: Worker | None) -> Worker:
        with self._lock:
            if self._is_ended:
                raise WorkersEnded
            held = worker or Worker(self._bounds)
            self._busy.add(held)
            return held

    def _let_go(self, worker: Worker | None) -> Worker | None:
        with self._lock:
            if worker:
                self._busy.discard(worker)
            return worker if worker and worker.is_alive() else None
