"""What flagday asks of the engine of a cluster: little, so that any engine will do."""

import socket
from typing import Final, Protocol
from urllib.parse import urlsplit

from tasks.errors import StepFailed

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


def unreachable(address: str, why: object) -> StepFailed:
    """Say that there is no cluster at an address, or none that could do anything."""
    return StepFailed(
        f"the cluster at {address} cannot be used: {why}",
        next_step="Start it, correct runner.address, or leave --runner out: parts are made on this "
        "host then. The index in service is unchanged.",
    )


def failed(who: str, why: object) -> StepFailed:
    """Say that a cluster was lost, or did something that flagday does not know."""
    return StepFailed(
        f"{who} failed: {str(why).strip() or type(why).__name__}",
        next_step="See its logs and run again; parts that are done are taken over. "
        "The index in service is unchanged.",
    )
