"""A builder that writes its process id into a file, and ends on a signal."""

import os
import signal
from typing import Final

import psutil

from tasks.builders.builder import BuilderFailed
from tasks.builders.processes import command_of, is_alive, process_of, worded
from tasks.builders.programs import run_start
from tasks.plan import PidFileBuilder

_CLOCK_SLACK_S: Final = 2.0  # by which start times of processes and times of files may differ


class PidFile:
    """It runs while the process that the file names runs, or the one that was signalled.

    The id may belong to another process by now: one that started after the file was written, or
    whose command line does not hold the plan's ``command``. That one is no builder.
    """

    def __init__(self, plan: PidFileBuilder) -> None:
        """Take file, signal and command from the plan."""
        self._plan = plan
        self._signalled: psutil.Process | None = None
        self.must_start = False

    def running(self) -> str:
        """Name the process. Raises BuilderFailed where the file holds no process id."""
        process = self._named()
        if process is None and self._signalled and is_alive(self._signalled):
            process = self._signalled
        return worded(process) if process else ""

    def stop(self) -> None:
        """Send the signal. Raises BuilderFailed where this user may not."""
        process = self._named()
        if process is None:
            return
        try:
            process.send_signal(signal.Signals[self._plan.signal])
        except psutil.AccessDenied as error:
            raise BuilderFailed(f"{worded(process)} belongs to another user") from error
        except psutil.NoSuchProcess:
            return
        self._signalled = process
        self.must_start = True

    def start(self) -> None:
        """Run the start command of the plan, unless the builder never stopped."""
        if self._plan.start and self.must_start and not self.running():
            run_start(self._plan.start)

    def _named(self) -> psutil.Process | None:
        try:
            text = self._plan.pid_file.read_text("utf-8")
            written_at = self._plan.pid_file.stat().st_mtime
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise BuilderFailed(f"{self._plan.pid_file} cannot be read: {error}") from error
        pid = self._pid(text)
        process = process_of(pid)
        return process if process and self._is_builder(process, written_at) else None

    def _pid(self, text: str) -> int:
        words = text.split()
        if not words or not words[0].isdecimal() or int(words[0]) in {0, 1, os.getpid()}:
            raise BuilderFailed(f"{self._plan.pid_file} names no process of a builder: {text!r}")
        return int(words[0])

    def _is_builder(self, process: psutil.Process, written_at: float) -> bool:
        try:
            is_younger = process.create_time() > written_at + _CLOCK_SLACK_S
        except psutil.NoSuchProcess:
            return False
        return not is_younger and (self._plan.command or "") in command_of(process)
