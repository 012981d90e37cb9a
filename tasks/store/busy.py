"""Wait for a lock that another connection holds: longer each time, never together or for ever.

Each pause is about twice the one before, up to a bound, and shortened by chance, so that several
who wait for one lock do not come back together.
"""

import os
import time
from collections.abc import Callable
from typing import Final

import apsw

WAIT_S: Final = 5.0  # for a lock, in all
_FIRST_PAUSE_S: Final = 0.001
_LONGEST_PAUSE_S: Final = 0.1


def be_patient(connection: apsw.Connection) -> None:
    """Have a connection wait up to WAIT_S for a lock before SQLite says that it is busy."""
    connection.set_busy_handler(Patience(WAIT_S))


class Patience:
    """How one connection waits. SQLite calls it each time that it meets a lock."""

    def __init__(
        self,
        wait_s: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Wait up to ``wait_s`` for a lock, in seconds of ``clock``."""
        self._wait_s = wait_s
        self._clock = clock
        self._sleep = sleep
        self._until = 0.0

    def __call__(self, calls: int) -> bool:
        """Pause before the next try; tell that it is over once the time is up.

        ``calls`` is how often this lock has been met before.
        """
        now = self._clock()
        if not calls:
            self._until = now + self._wait_s
        left_s = self._until - now
        if left_s <= 0:
            return False
        longest_s = min(_FIRST_PAUSE_S * 2 ** min(calls, 10), _LONGEST_PAUSE_S)
        self._sleep(min(left_s, longest_s * _share()))
        return True


def _share() -> float:
    """Return a number between a half and one, by chance; to load a generator would take longer."""
    return 0.5 + int.from_bytes(os.urandom(2), "big") / (2 << 16)
