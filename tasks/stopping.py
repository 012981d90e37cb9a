"""A request to end, kept until the run hears it.

What a signal handler raises can vanish on its way: in a finaliser, in a library that takes it for
an error of its own. So the request is kept as well, and each step asks for it before it starts.
"""

from types import FrameType
from typing import Final

asked: Final[list[int]] = []  # the signals that came, the first one first


class Stopped(BaseException):
    """A signal asks to end. No KeyboardInterrupt, for Typer would end the process on that one."""


def ask(number: int, _frame: FrameType | None) -> None:
    """Handle a signal: keep it, and end what runs."""
    asked.append(number)
    raise Stopped


def heed() -> None:
    """Raise Stopped where a signal came and what it raised was lost."""
    if asked:
        raise Stopped
