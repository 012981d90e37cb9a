"""A request to end, kept until the run hears it.

What a signal handler raises can vanish on its way: in a finaliser, in a library that takes it for
an error of its own. So the request is kept as well, and each step asks for it before it starts.
Python hears of a signal between two of its own instructions alone, so a long statement of SQLite
asks as well, every now and then.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import apsw

_INSTRUCTIONS: Final = 500_000  # of SQLite's machine: some hundredths of a second

NEXT_STEP: Final = (  # of a run that was told to end
    "Run again when you like. The index in service is whole; `flagday status` tells which it is."
)

asked: Final[list[int]] = []  # the signals that came, the first one first
_known: Final[list[int]] = []  # how many had come when each block that is not interrupted began


class Stopped(BaseException):
    """A signal asks to end. No KeyboardInterrupt, for Typer would end the process on that one."""

    def __init__(self) -> None:
        """Say which signal came."""
        by = f" by {signal.Signals(asked[0]).name}" if asked else ""
        super().__init__(f"ended{by} before it was done")


def ask(number: int, _frame: FrameType | None) -> None:
    """Handle a signal: keep it, and end what runs, unless that may not be interrupted."""
    asked.append(number)
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
    """Raise Stopped where a signal came and what it raised was lost."""
    if asked:
        raise Stopped
