"""Run the commands of a plan so that none can hang a run, and none leaves processes behind.

They are words of one program: no shell reads them.
"""

import os
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from tasks import working_folder
from tasks.builders.builder import BuilderFailed, NotRunnable
from tasks.stopping import uninterrupted

START_TIMEOUT_S: Final = 90.0  # as long as systemd gives a service
_SAID_BYTES: Final = 2000  # of the end of what a command says


def run(command: Sequence[str], timeout_s: float) -> tuple[int, str]:
    """Run a program; return its exit code and what it said.

    Raises NotRunnable where it is not there, and BuilderFailed where it takes too long: it is then
    ended, with all that it has started.
    """
    return _run(command, timeout_s, has_to_end=True)


def run_start(command: Sequence[str]) -> None:
    """Run what starts a builder.

    Raises BuilderFailed where it fails, or does not return: it may be the builder itself, and is
    left running.
    """
    code, said = _run(command, START_TIMEOUT_S, has_to_end=False)
    if code:
        raise failed(command, code, said)


def failed(command: Sequence[str], code: int, said: str) -> BuilderFailed:
    """Say that a command exited with a code that is not 0."""
    return BuilderFailed(f"{worded(command)} exited {code}{': ' if said else ''}{said}")


def worded(command: Sequence[str]) -> str:
    """Write a command as messages do."""
    return repr(shlex.join(command))


def _run(command: Sequence[str], timeout_s: float, *, has_to_end: bool) -> tuple[int, str]:
    # A file and no pipe: a daemon that is started keeps stderr, and would never end a pipe.
    with tempfile.TemporaryFile() as said:
        process = None
        try:
            with uninterrupted():  # a program that has begun is known
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=said if has_to_end else subprocess.DEVNULL,
                    stderr=said,
                    cwd=working_folder.started_in(),
                    env=working_folder.environment(),
                    start_new_session=True,
                )
            code = process.wait(timeout_s)
        except OSError as error:
            raise NotRunnable(f"{worded(command)} cannot be run: {error.strerror}") from error
        except BaseException as error:
            if has_to_end and process:
                _end(process)
            if isinstance(error, subprocess.TimeoutExpired) and process:
                what = f"pid {process.pid} ({worded(command)}) took longer than {timeout_s:g} s"
                raise BuilderFailed(what) from error
            raise
        said.seek(max(0, said.tell() - _SAID_BYTES))
        return code, said.read().decode(errors="replace").strip()


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
