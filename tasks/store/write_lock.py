"""The lock that keeps late writers off a database while it is rebuilt; readers go on reading.

A process of its own holds it. Locks of a file belong to a process, and end as soon as that process
closes any descriptor of the file: here another library, a copy or a hash would undo it unnoticed.
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

from tasks.errors import StepFailed

_KEEPER: Final = Path(__file__).with_name("lock_keeper.py")
_RELEASE_TIMEOUT_S: Final = 10.0


class WriteLock:
    """A held lock. It ends with ``release``, or with this process."""

    def __init__(self, database: Path, wait_s: float) -> None:
        """Take the lock, waiting for a writer to end its transaction.

        Raises StepFailed where it cannot be had in that time.
        """
        self._database = database
        self._keeper = subprocess.Popen(
            [sys.executable, "-P", str(_KEEPER), str(database), str(wait_s)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for the run, which then lets go
        )
        self.pid = self._keeper.pid
        assert self._keeper.stdout  # noqa: S101 -- it is a pipe, see above
        if self._keeper.stdout.readline() != "held\n":
            _, said = self._keeper.communicate()
            raise StepFailed(
                f"{database} cannot be locked against writers: {said.strip()}",
                next_step="Stop whatever writes to it, or make it writable. "
                "The index in service is unchanged.",
            )

    def require(self) -> None:
        """Raise StepFailed where the lock has been lost: then a writer may have come."""
        if self._keeper.poll() is not None:
            raise StepFailed(
                f"the lock on {self._database} was lost: its keeper, pid {self.pid}, is gone",
                next_step="Find out what ended it, and run again. "
                "The index in service is as its builders left it.",
            )

    def release(self) -> None:
        """Let writers in again."""
        try:
            self._keeper.communicate(timeout=_RELEASE_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._keeper.kill()
            self._keeper.communicate()
