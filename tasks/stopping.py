"""A request to end, kept until the run hears it.

What a signal handler raises can vanish on its way: in a finaliser, in a library that takes it for
an error of its own. So the request is kept as well, and each step asks for it before it starts.
Python hears of a signal between two of its own instructions alone, so a long statement of SQLite
asks as well, every now and then.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import apsw

_INSTRUCTIONS: Final = 500_000  # of SQLite's machine: some hundredths of a second

NEXT_STEP: Final = (  # of a run that was told to end
    "Run again when you like. The index in service is whole; `flagday status` tells which it is."
)

_AGAIN_S: Final = 0.5  # from a request, or from one reminder of it, to the next

asked: Final[list[int]] = []  # the signals that came, the first one first
_known: Final[list[int]] = []  # how many had come when each block that is not interrupted began
_insisting: Final[list[bool]] = []  # one for each block that is reminded


class Stopped(BaseException):
    """A signal asks to end. No KeyboardInterrupt, for Typer would end the process on that one."""

    def __init__(self) -> None:
        """Say which signal came."""
        by = f" by {signal.Signals(asked[0]).name}" if asked else ""
        super().__init__(f"ended{by} before it was done")


def ask(number: int, _frame: FrameType | None) -> None:
    """Handle a signal: keep it, and end what runs, unless that may not be interrupted."""
    asked.append(number)
    if _insisting:
        signal.setitimer(signal.ITIMER_REAL, _AGAIN_S, _AGAIN_S)
    if not _known:
        raise Stopped


@contextmanager
def insisting() -> Iterator[None]:
    """Remind a block of a request until it ends, where it runs in the main thread.

    A library that handles what was raised may itself wait: Prefect does, for as long as minutes,
    where its server does not answer.
    """
    if current_thread() is not main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _remind)
    _insisting.append(True)
    try:
        yield
    finally:
        _insisting.pop()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _remind(_number: int, _frame: FrameType | None) -> None:
    if not _known:
        raise Stopped


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Let a block end before a request is heard: what it does must not be left half done.

    Raises Stopped after the block, or the outermost of such blocks, where a request came meanwhile.
    """
    _known.append(len(asked))
    try:
        yield
    finally:
        known = _known.pop()
    if len(asked) > known and not _known:
        raise Stopped


def heed_in_statements() -> None:
    """Have every connection that is opened from now on end its statement where a signal came."""
    import apsw  # noqa: PLC0415 -- a question that loads it anyway loads it later

    if _look_now_and_then not in apsw.connection_hooks:
        apsw.connection_hooks.append(_look_now_and_then)


def _look_now_and_then(connection: "apsw.Connection") -> None:
    connection.set_progress_handler(_is_asked, _INSTRUCTIONS, id=_is_asked)  # beside bounds


def _is_asked() -> bool:
    """Hear of a signal, which raises in the main thread; in another one, tell whether one came."""
    return bool(asked)


def heed() -> None:
    """Raise Stopped where a signal came and what it raised was lost.

    In a block that is reminded, take SIGTERM back as well: Prefect takes it when a flow begins.
    """
    if _insisting:
        signal.signal(signal.SIGTERM, ask)
    if asked:
        raise Stopped
