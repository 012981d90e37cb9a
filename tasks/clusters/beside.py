"""What an engine runs in its workers: it asks a process of ours beside it, which does the work.

Bytes go in and come out, so nothing of ours is loaded in the engine's own process, and what crashes
there is never the engine. The processes stay for the next question (tasks/clusters/host.py).
"""

import atexit
import multiprocessing
import platform
import queue
import shutil
import subprocess
import sys
import tempfile
from typing import Final

from tasks.errors import StepFailed

_ATTEMPTS: Final = 3  # somebody may end such a process
_LAST_WORDS_S: Final = 5.0


class Beside:
    """A process of ours that answers one question at a time."""

    def __init__(self) -> None:
        """Start it."""
        self._connection, theirs = multiprocessing.Pipe()
        self._folder: Final = tempfile.mkdtemp(prefix="flagday-")
        with theirs:
            words = ["-P", "-m", "tasks.clusters.host", str(theirs.fileno()), self._folder]
            self._process: Final = subprocess.Popen(
                [sys.executable, *words],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )

    def ask(self, question: bytes) -> bytes:
        """Wait for an answer. Raises EOFError or ConnectionError where the process is lost."""
        self._connection.send_bytes(question)
        return self._connection.recv_bytes()

    def is_alive(self) -> bool:
        """Tell whether it can be asked; it ends when nobody has done so for long."""
        return self._process.poll() is None

    def end(self) -> None:
        """Take leave of it and of its folder."""
        self._connection.close()
        try:
            self._process.wait(_LAST_WORDS_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


_idle: Final[queue.LifoQueue[Beside]] = queue.LifoQueue()


def ask(question: bytes) -> bytes:
    """Have a question answered beside this worker; callable from many threads.

    Raises StepFailed where the processes that should answer are lost one after the other.
    """
    for _ in range(_ATTEMPTS):
        beside = _take()
        try:
            answer = beside.ask(question)
        except (EOFError, OSError):
            beside.end()
        else:
            _idle.put(beside)
            return answer
    raise StepFailed(
        f"{platform.node()}: flagday's own processes are lost again and again",
        next_step="See the log of the worker there. The index in service is unchanged.",
    )


@atexit.register
def _take_leave() -> None:
    while not _idle.empty():
        _idle.get().end()


def _take() -> Beside:
    while True:
        try:
            beside = _idle.get_nowait()
        except queue.Empty:
            return Beside()
        if beside.is_alive():
            return beside
        beside.end()
