"""Prefect without a server of anyone's: ours, on this host, for as long as a run takes.

Its state lies beside the index. Importing Prefect reads the environment once, so this module sets
it before anything imports Prefect. With ``PREFECT_API_URL`` set, that server is used instead.
"""

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from tasks.errors import StepFailed


@dataclass(frozen=True, slots=True)
class _Server:
    url: str
    pid: int


_START_TIMEOUT_S: Final = 90.0
_STOP_TIMEOUT_S: Final = 10.0
_RECORD: Final = "server.json"
_SETTINGS: Final = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
    "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "false",
    "PREFECT_LOGGING_LEVEL": "CRITICAL",  # the narration tells, and an error is told once
    "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
    "PREFECT_CLI_PROMPT": "false",
    "NO_PROXY": "127.0.0.1,localhost",
}


@contextmanager
def prefect_api(home: Path) -> Iterator[Callable[[], None]]:
    """Bring a Prefect API up, and yield what waits until it answers.

    A server that an earlier, killed run left behind is taken over, and stopped at the end. To wait
    raises StepFailed where the server does not start.
    """
    os.environ.update({key: os.environ.get(key, value) for key, value in _SETTINGS.items()})
    os.environ.setdefault("PREFECT_HOME", str(home))
    if "PREFECT_API_URL" in os.environ:
        yield lambda: None
        return
    home.mkdir(parents=True, exist_ok=True)
    server = _running(home) or _start(home)
    os.environ["PREFECT_API_URL"] = server.url
    try:
        yield lambda: _wait(server, home)
    finally:
        _drain()
        del os.environ["PREFECT_API_URL"]
        _stop(server.pid)
        (home / _RECORD).unlink(missing_ok=True)


def _running(home: Path) -> _Server | None:
    """Return the recorded server, where it still answers."""
    try:
        server = _Server(**json.loads((home / _RECORD).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return server if _is_healthy(server.url) else None


def _start(home: Path) -> _Server:
    port = _free_port()
    command = [sys.executable, "-m", "prefect", "server", "start", "--no-ui"]
    with (home / "server.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    server = _Server(f"http://127.0.0.1:{port}/api", process.pid)
    (home / _RECORD).write_text(json.dumps(asdict(server)))
    return server


def _wait(server: _Server, home: Path) -> None:
    deadline = time.monotonic() + _START_TIMEOUT_S
    while not _is_healthy(server.url):
        if _has_ended(server.pid) or time.monotonic() > deadline:
            raise StepFailed(
                "Prefect's server did not start",
                next_step=f"Read {home}/server.log, or set PREFECT_API_URL to a server of yours. "
                "The index in service is unchanged.",
            )
        time.sleep(0.05)


def _is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:  # noqa: S310 -- http on this host
            return bool(answer.status == 200)  # noqa: PLR2004 -- OK
    except (OSError, urllib.error.URLError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _drain() -> None:
    """Hand over the last events and log lines before the server goes."""
    if "prefect" not in sys.modules:
        return
    from prefect.events.worker import EventsWorker  # noqa: PLC0415 -- after the environment is set
    from prefect.logging.handlers import APILogWorker  # noqa: PLC0415 -- as above

    for worker in (EventsWorker, APILogWorker):
        logging.getLogger(worker.__name__).setLevel(logging.ERROR)  # it warns of what it waits for
        worker.drain_all(timeout=_STOP_TIMEOUT_S)


def _stop(pid: int) -> None:
    """End the server's whole process session: politely, then for certain."""
    deadline = time.monotonic() + _STOP_TIMEOUT_S
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGTERM)
        while time.monotonic() < deadline and not _has_ended(pid):
            time.sleep(0.05)
        os.killpg(pid, signal.SIGKILL)


def _has_ended(pid: int) -> bool:
    """Tell whether a process is gone; where it is our child, let it go."""
    with suppress(ChildProcessError):
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    return not Path(f"/proc/{pid}").exists()
