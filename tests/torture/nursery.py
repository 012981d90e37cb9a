"""Runs that need not load anything: processes that a driver forks, handled as if we had."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
_PATIENCE_S = 120.0


class Born:
    """A process of a nursery, with what tests use of a subprocess.Popen."""

    def __init__(self, asked: socket.socket, stdout: int) -> None:
        self._told = asked.makefile()
        self._asked = asked
        self.pid = int(self._told.readline())
        self.stdout = os.fdopen(stdout)
        self.returncode: int | None = None

    def send_signal(self, number: int) -> None:
        with suppress(ProcessLookupError):  # it has ended, and nobody has asked yet how
            if self.returncode is None:
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            self._asked.settimeout(timeout)
            self.returncode = int(self._told.readline())
            self._told.close()
            self._asked.close()
            self.stdout.close()
        return self.returncode


def born(words: list[str], stderr: int, folder: Path, environment: dict[str, str]) -> Born:
    """Have a flagday command run in a folder and an environment, in a process of its own."""
    read, write = os.pipe()
    asked = socket.socket(socket.AF_UNIX)
    asked.connect(str(_nursery()[1]))
    told = json.dumps([str(folder), environment, words])
    socket.send_fds(asked, [told.encode()], [write, stderr])
    os.close(write)
    return Born(asked, read)


@cache
def _nursery() -> tuple[subprocess.Popen[bytes], Path]:
    """Start the nursery of this session, in its environment; it ends with this process."""
    address = Path(tempfile.mkdtemp(prefix="nursery-"), "asked")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.torture.driver", "--nursery", str(address)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + _PATIENCE_S
    while not address.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise TimeoutError(address)
        time.sleep(0.05)
    return process, address
