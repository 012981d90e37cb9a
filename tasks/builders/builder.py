"""What every kind of builder can be told, and what it says when it does not obey."""

from contextvars import ContextVar
from typing import Protocol

not_started: ContextVar[list[str]] = ContextVar("not_started")  # builders of this run, and why


class BuilderFailed(Exception):  # noqa: N818 -- named after what happened
    """A builder did not do what it was told; the message says which command or process."""


class NotRunnable(BuilderFailed):
    """A command of the plan cannot be run at all: it is misspelt, or not there."""


class Builder(Protocol):
    """Something that writes to the index. Each method may raise BuilderFailed."""

    must_start: bool  # whether ``stop`` did anything that ``start`` has to undo

    def running(self) -> str:
        """Say what of it runs, with process id and command where known; nothing: it is stopped."""

    def stop(self) -> None:
        """Tell it to stop; it need not have stopped on return."""

    def start(self) -> None:
        """Undo what ``stop`` did, if it did anything; what still runs is left alone."""
