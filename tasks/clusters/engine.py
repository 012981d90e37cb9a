"""What flagday asks of the engine of a cluster: little, so that any engine will do."""

import socket
from collections.abc import Callable
from typing import Final, Protocol
from urllib.parse import urlsplit

from tasks.clusters.errors import unreachable

_TIMEOUT_S: Final = 10.0


class Engine(Protocol):
    """A cluster that exists. Raises StepFailed for whatever it cannot do."""

    def places(self) -> int:
        """Return how many questions are answered at a time."""
        ...

    def ask_each(self, question: bytes) -> dict[str, bytes]:
        """Return the answer of each worker that there is, by its name."""
        ...

    def ask(self, question: bytes) -> bytes:
        """Return the answer of any worker; where one is lost on the way, of another.

        Callable from many threads. Raises Withdrawn after :meth:`withdraw`.
        """
        ...

    def withdraw(self) -> None:
        """Give up on all that is asked and not answered."""
        ...


class Withdrawn(Exception):  # noqa: N818 -- says what happened
    """Nobody waits for this answer any more."""


def require_listener(address: str) -> None:
    """Raise StepFailed where nobody listens at an address: engines take long to say so."""
    parts = urlsplit(address)
    try:
        socket.create_connection((parts.hostname, parts.port), _TIMEOUT_S).close()
    except OSError as error:
        raise unreachable(address, error) from error


def asker() -> Callable[[bytes], bytes]:
    """Return what an engine runs in its workers to have a question answered.

    It is made here, so engines send it as code: only a worker must have flagday, no scheduler.
    """

    def ask(question: bytes) -> bytes:
        from tasks.clusters import beside  # noqa: PLC0415 -- of the worker

        return beside.ask(question)

    return ask
