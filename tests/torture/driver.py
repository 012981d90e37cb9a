"""Run a flagday command, and tell on stdout when each step starts.

python -m tests.torture.driver [--pause=STEP] [--ahead=DAYS [--from=STEP]] run ROOT --db INDEX …
python -m tests.torture.driver --nursery SOCKET

A nursery has all loaded that a run needs, which is half of what a short one costs, and forks a
process for each run that is asked for. It ends with its stdin.
"""

import gc
import json
import logging
import os
import select
import signal
import socket
import sys
from datetime import datetime, timedelta, tzinfo
from importlib import import_module
from pathlib import Path

from flows.start_up import main
from tasks.timing import log

_NEEDED = (
    "flows.cli.run",
    "flows.execution",
    "flows.flag_day",
    "flows.stale_runs",
    "tasks.read_plan",
)
_MOST_BYTES = 1 << 20  # of a command line and its environment


class Teller(logging.Handler):
    """Write the number of each step that starts; there stop, or have the clock jump."""

    def __init__(self, pause: str, jumps: str, ahead: timedelta) -> None:
        super().__init__()
        self._pause, self._jumps, self._ahead = pause, jumps, ahead

    def emit(self, record: logging.LogRecord) -> None:
        """Tell of a step that starts; where parts are counted, of each."""
        if hasattr(record, "started"):
            sys.stdout.write(f"step {record.started[0]}\n")
        elif hasattr(record, "progress"):
            sys.stdout.write("progress\n")
        elif record.getMessage().startswith("extracted"):
            sys.stdout.write(f"{record.getMessage()}\n")
        sys.stdout.flush()
        starts = str(record.started[0]) if hasattr(record, "started") else None
        if starts == self._jumps:
            jump(self._ahead)
        if starts == self._pause:
            os.kill(os.getpid(), signal.SIGSTOP)


def taken(flag: str) -> str:
    """Take a flag of ours from before the command; return its value, "" where it is not there."""
    is_there = sys.argv[1].startswith(f"{flag}=")
    return sys.argv.pop(1).partition("=")[2] if is_there else ""


def jump(ahead: timedelta) -> None:
    """Have a clock that is ahead of the true one, or behind it, in all that is ours."""

    class Jumped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) + ahead

    for name in _NEEDED:
        import_module(name)
    for name, module in list(sys.modules.items()):
        is_ours = name.partition(".")[0] in {"flows", "tasks", "verification"}
        if is_ours and getattr(module, "datetime", None) is datetime:
            module.datetime = Jumped  # type: ignore[attr-defined]


def nurse(address: str) -> None:
    """Fork a process for each run that is asked for; return in these alone."""
    for name in _NEEDED:
        import_module(name)
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries them
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(f"{address}~")
        listening.listen()
        Path(f"{address}~").rename(address)  # whoever sees it is answered
        while listening in select.select([listening, sys.stdin], [], [])[0]:
            asked, _ = listening.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                become(asked)
                return
            asked.close()
    os._exit(0)


def become(asked: socket.socket) -> None:
    """Fork once more: the one tells pid and exit code, the other returns and is the run."""
    asked_for, descriptors, _, _ = socket.recv_fds(asked, _MOST_BYTES, 2)
    if pid := os.fork():
        for descriptor in descriptors:
            os.close(descriptor)
        asked.sendall(f"{pid}\n".encode())
        _, status = os.waitpid(pid, 0)
        asked.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os._exit(0)
    asked.close()
    for descriptor, place in zip(
        (*descriptors, os.open(os.devnull, os.O_RDONLY)), (1, 2, 0), strict=True
    ):
        os.dup2(descriptor, place)
        os.close(descriptor)
    folder, environment, sys.argv[1:] = json.loads(asked_for)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)


if __name__ == "__main__":
    if sys.argv[1] == "--nursery":
        nurse(sys.argv[2])
    pause, ahead = taken("--pause"), timedelta(days=int(taken("--ahead") or 0))
    jumps = taken("--from")
    log.addHandler(Teller(pause, jumps, ahead))
    if ahead and not jumps:
        jump(ahead)
    main()
