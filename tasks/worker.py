"""One parser process and the eye on it.

The process tells which content it begins with, through memory that both share: two words, so it
costs nothing. Where it stays there for too long, takes too much memory or dies, the content is
known.
"""

import math
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import RawArray
from typing import Any, Final, TypeVar

import psutil

from tasks.errors import FlagDayError

R = TypeVar("R")

_WATCH_S: Final = 0.1
_PARENT_WATCH_S: Final = 1.0
_LAST_WORDS_S: Final = 5.0  # for a process that said goodbye to be gone
_MORE_FOR_MANY_S: Final = 120.0  # where the work is on many contents
_SAFE_PATH: Final = "PYTHONSAFEPATH"
_starting: Final = threading.Lock()  # the environment is one for all threads
_spawn: Final = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a worker may take."""

    content_timeout_s: float  # for one content
    memory_bytes: int  # resident, of its own


class ContentFailed(Exception):  # noqa: N818 -- says what happened
    """The work on a content ended badly; ``ast_id`` is 0 where it was on none in particular."""

    def __init__(self, ast_id: int, reason: str) -> None:
        """Keep which content it was and what happened, in the words of the ledger."""
        super().__init__(reason)
        self.ast_id: Final = ast_id
        self.reason: Final = reason


class Worker:
    """A process that runs one function at a time."""

    def __init__(self, bounds: Bounds) -> None:
        """Start the process."""
        self._bounds: Final = bounds
        self._mark: Final = RawArray("q", 2)  # AST id, and since when in monotonic nanoseconds
        self._connection, theirs = _spawn.Pipe()
        patience_s = math.ceil(bounds.content_timeout_s + _MORE_FOR_MANY_S)
        self._process: Final = _spawn.Process(
            target=_serve, args=(theirs, self._mark, os.getpid(), patience_s), daemon=True
        )
        with _safe_path():
            self._process.start()
        theirs.close()

    def call(self, function: Callable[..., R], args: tuple[Any, ...]) -> R:
        """Run ``function`` and wait for it. Raises ContentFailed, or what flagday itself raises."""
        self._mark[:] = [0, time.monotonic_ns()]
        try:
            self._connection.send((function, args))
            while not self._connection.poll(_WATCH_S):
                self._end_where_out_of_bounds()
            result, error = self._connection.recv()
        except (EOFError, ConnectionError, OSError) as lost:
            self._process.join(_LAST_WORDS_S)
            self.end()
            raise ContentFailed(self._mark[0], _how_it_ended(self._process.exitcode)) from lost
        if isinstance(error, str):
            raise ContentFailed(self._mark[0], error)
        if error is not None:
            raise error
        answer: R = result
        return answer

    def is_alive(self) -> bool:
        """Tell whether it can be called again."""
        return self._process.is_alive()

    def end(self) -> None:
        """End the process at once."""
        self._process.kill()
        self._process.join()

    def _end_where_out_of_bounds(self) -> None:
        ast_id, since = self._mark
        reason = self._why_out_of_bounds(ast_id, (time.monotonic_ns() - since) / 1e9)
        if reason:
            self.end()
            raise ContentFailed(ast_id, reason)

    def _why_out_of_bounds(self, ast_id: int, took_s: float) -> str | None:
        timeout_s = self._bounds.content_timeout_s + (0 if ast_id else _MORE_FOR_MANY_S)
        if took_s > timeout_s:
            return f"timed out after {timeout_s:g} s"
        if _own_memory(self._process.pid) > self._bounds.memory_bytes:
            return f"out of memory: more than {self._bounds.memory_bytes / (1 << 30):.1f} GiB"
        return None


@contextmanager
def _safe_path() -> Iterator[None]:
    """Let what is started import no module of the working folder, which may be a root."""
    with _starting:
        was = os.environ.get(_SAFE_PATH)
        os.environ[_SAFE_PATH] = "1"
        try:
            yield
        finally:
            if was is None:
                del os.environ[_SAFE_PATH]
            else:
                os.environ[_SAFE_PATH] = was


def _own_memory(pid: int | None) -> int:
    """Return the resident bytes that the process shares with no file; 0 where it is gone."""
    try:
        memory = psutil.Process(pid).memory_info()
    except psutil.Error:
        return 0
    own: int = memory.rss - getattr(memory, "shared", 0)  # Linux alone tells
    return own


def _how_it_ended(exit_code: int | None) -> str:
    if exit_code is not None and exit_code < 0:
        return f"crashed the parser: {signal.Signals(-exit_code).name}"
    return f"crashed the parser: exit code {exit_code}"


def _serve(connection: Connection, mark: Any, parent: int, patience_s: int) -> None:
    """Do one order after the other, until nobody is there to give one."""
    _settle_in(parent, patience_s)

    def begin(ast_id: int) -> None:
        mark[:] = [ast_id, time.monotonic_ns()]

    while True:
        try:
            function, args = connection.recv()
        except EOFError:
            return
        connection.send(_attempt(function, (*args, begin)))


def _attempt(function: Callable[..., R], args: tuple[Any, ...]) -> tuple[R | None, object]:
    """Return the result, or what was raised: in words, where it is the content's fault."""
    try:
        return function(*args), None
    except (FlagDayError, OSError) as error:
        return None, error
    except Exception as error:
        return None, f"cannot be extracted: {type(error).__name__}"


def _settle_in(parent: int, patience_s: int) -> None:
    """Leave Ctrl-C to the parent, and end when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent, patience_s), daemon=True).start()


def _end_with(parent: int, patience_s: int) -> None:
    """End when the parent is gone; where a grammar never gives this thread its turn, by alarm."""
    while os.getppid() == parent:
        signal.alarm(patience_s)  # longer than the parent waits: it fires where nobody is left
        time.sleep(_PARENT_WATCH_S)
    os._exit(1)
