"""Parser processes. The bindings of tree-sitter hold the GIL, so threads would wait for each other.

Workers know nothing of Prefect: they start quickly, and each of Prefect's tasks waits for one.
"""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Final, ParamSpec, Self, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_WATCH_S: Final = 1.0


class Workers:
    """A pool that is built anew when one of its processes was killed."""

    def __init__(self, count: int) -> None:
        """Start up to ``count`` processes, as they are needed."""
        self._count = count
        self._lock = threading.Lock()
        self._pool = self._new_pool()

    def call(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run ``function`` in a worker and wait for it; callable from many threads.

        Raises BrokenProcessPool where a worker died; the next call finds a new pool.
        """
        pool = self._pool
        try:
            return pool.submit(function, *args, **kwargs).result()
        except BrokenProcessPool:
            with self._lock:
                if self._pool is pool:
                    self._pool = self._new_pool()
            raise

    def __enter__(self) -> Self:
        """Use the workers inside of a ``with`` block."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """End the workers: after their work, or at once where the block failed."""
        if kind is not None:
            for process in list((self._pool._processes or {}).values()):
                process.terminate()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _new_pool(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(
            self._count, mp_context=context, initializer=_settle_in, initargs=(os.getpid(),)
        )


def _settle_in(parent: int) -> None:
    """Leave Ctrl-C to the parent, and end when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCH_S)
    os._exit(1)
