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
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from tasks.errors import StepFailed
from tasks.timing import log
from tasks.whole_files import write_whole


@dataclass(frozen=True, slots=True)
class _Server:
    url: str
    pid: int


_START_TIMEOUT_S: Final = 90.0
_STOP_TIMEOUT_S: Final = 10.0
_WATCH_S: Final = 0.2
_MAX_RESTARTS: Final = 3
_RECORD: Final = "server.json"
_CHILD: Final = Path(__file__).with_name("prefect_child.py")
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

    The server of another run from the same folder is used as long as it is there. To wait raises
    StepFailed where the server does not start; one that ends later is started again.
    """
    os.environ.update({key: os.environ.get(key, value) for key, value in _SETTINGS.items()})
    os.environ.setdefault("PREFECT_HOME", str(home))
    if "PREFECT_API_URL" in os.environ:
        yield lambda: None
        return
    home.mkdir(parents=True, exist_ok=True)
    kept = _Kept(home)
    os.environ["PREFECT_API_URL"] = kept.server.url
    try:
        yield kept.wait
    finally:
        kept.leave_alone()
        _drain()
        del os.environ["PREFECT_API_URL"]
        kept.stop()


class _Kept:
    """A server that is there for as long as a run is."""

    def __init__(self, home: Path) -> None:
        """Use the one that is there, or start one."""
        self._home = home
        self._process: subprocess.Popen[bytes] | None = None  # None: it is another run's
        self._is_over = threading.Event()
        self._watch = threading.Thread(target=self._keep, daemon=True)
        self.server = _running(home) or self._start(_free_port())

    def wait(self) -> None:
        """Wait until it answers; from then on, see that it goes on doing so."""
        deadline = time.monotonic() + _START_TIMEOUT_S
        while not _is_healthy(self.server.url):
            if self._has_ended() or time.monotonic() > deadline:
                raise StepFailed(
                    "Prefect's server did not start",
                    next_step=f"Read {self._home}/server.log, or set PREFECT_API_URL to a server "
                    "of yours. The index in service is unchanged.",
                )
            time.sleep(0.05)
        self._watch.start()

    def leave_alone(self) -> None:
        """Start it no more."""
        self._is_over.set()
        if self._watch.is_alive():
            self._watch.join()

    def stop(self) -> None:
        """End it, where it is this run's."""
        if self._process:
            _stop(self._process)
            (self._home / _RECORD).unlink(missing_ok=True)

    def _keep(self) -> None:
        """Start it again where it ends; what asks it meanwhile tries again for a minute."""
        for _ in range(_MAX_RESTARTS):
            while not self._has_ended():
                if self._is_over.wait(_WATCH_S):
                    return
            log.warning("Prefect's server has ended, and is started again")
            self._start(self._port())

    def _has_ended(self) -> bool:
        if self._process:
            return self._process.poll() is not None
        return not Path(f"/proc/{self.server.pid}").exists()

    def _port(self) -> int:
        return urllib.parse.urlsplit(self.server.url).port or 0

    def _start(self, port: int) -> _Server:
        if self._process and self._process.stdin:
            self._process.stdin.close()
        words = ["server", "start", "--no-ui", "--host", "127.0.0.1", "--port", str(port)]
        with (self._home / "server.log").open("ab") as server_log:
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(_CHILD), *words],
                stdin=subprocess.PIPE,
                stdout=server_log,
                stderr=server_log,
                start_new_session=True,
            )
        self.server = _Server(f"http://127.0.0.1:{port}/api", self._process.pid)
        write_whole(self._home / _RECORD, json.dumps(asdict(self.server)))
        return self.server


def _running(home: Path) -> _Server | None:
    """Return the recorded server, where it still answers."""
    try:
        server = _Server(**json.loads((home / _RECORD).read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return server if _is_healthy(server.url) else None


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


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server's whole process session: politely, then for certain."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_TIMEOUT_S)
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
