"""Processes by their ids, which are reused: one is the same only with the same start time."""

from typing import Final

import psutil

_SHOWN: Final = 120  # characters of a command


def process_of(pid: int) -> psutil.Process | None:
    """Return the process of this id; None where there is none, or only what is left of one."""
    if pid <= 0:
        return None
    try:
        process = psutil.Process(pid)
    except psutil.NoSuchProcess:
        return None
    return process if is_alive(process) else None


def is_alive(process: psutil.Process) -> bool:
    """Tell whether this very process still runs; one that nobody has waited for does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def command_of(process: psutil.Process) -> str:
    """Return its command line; a question mark where it has none, or may not be seen."""
    try:
        return " ".join(process.cmdline()) or "?"
    except psutil.Error:
        return "?"


def worded(process: psutil.Process) -> str:
    """Write a process as messages do, on one short line."""
    line = " ".join(command_of(process).split())
    return f"pid {process.pid} ({line if len(line) <= _SHOWN else f'{line[: _SHOWN - 1]}…'})"
