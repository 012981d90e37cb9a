"""Prefect without a server of anyone's: ours, on this host, for as long as anyone needs it.

Its state lies beside the index. With ``PREFECT_API_URL`` set, that server is used instead. Ours
answers those alone who can read its record: other users of the host could start flow runs.
"""

import fcntl
import json
import logging
import os
import secrets
import shutil
import signal
import socket
import stat
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
from typing import IO, Final

import psutil

from flows import prefect_environment
from flows.prefect_history import forget_much
from tasks import stopping
from tasks.errors import StepFailed
from tasks.faults import full_disk
from tasks.store.permissions import PRIVATE
from tasks.timing import log, waiting
from tasks.whole_files import write_whole


@dataclass(frozen=True, slots=True)
class _Server:
    url: str
    pid: int
    password: str


_START_TIMEOUT_S: Final = 90.0
_STOP_TIMEOUT_S: Final = 10.0
_HASTY_S: Final = 1.0  # of which there are three, where a signal asks to end
_WATCH_S: Final = 0.2
_LOOK_S: Final = 0.02
_MAX_RESTARTS: Final = 3
_STATE_BYTES: Final = 8 << 20  # what it keeps of some runs
_CLIENT: Final = {"httpx", "prefect"}  # whose errors tell of the server
_RECORD: Final = "server.json"
_CHILD: Final = Path(__file__).with_name("prefect_child.py")


@contextmanager
def prefect_api(home: Path, *, has_ui: bool = False) -> Iterator[Callable[[], None]]:
    """Bring a Prefect API up, and yield what waits until it answers.

    A server of ours that is there is shared; it ends with the last that needs it, however that
    ends, and is started again where it ends before. To wait raises StepFailed where it does not
    start.
    """
    prefect_environment.prepare(home)
    if "PREFECT_API_URL" in os.environ:
        waiting("turning to the Prefect server of PREFECT_API_URL")
        yield lambda: None
        return
    waiting("starting Prefect's server")
    home.mkdir(parents=True, exist_ok=True)
    with (home / "server.lock").open("w") as turn, (home / "server.users").open("w") as users:
        with _alone(turn):
            if _is_last(users) and not _running(home):
                forget_much(home)
        fcntl.flock(users, fcntl.LOCK_SH)
        kept = _Kept(home, turn, has_ui=has_ui)
        prefect_environment.turn_to(kept.server.url, kept.server.password)
        try:
            yield kept.wait
        except Exception as error:
            if _is_of_server(error) and not _has_room(home):
                raise StepFailed(
                    f"{full_disk(home)}, and Prefect's state does not fit any more",
                    next_step="Make room, or name another place with --db. The index in service "
                    "is whole; `flagday status` tells which one it is.",
                ) from error
            raise
        finally:
            kept.leave_alone()
            _drain()
            prefect_environment.turn_away()
            with _alone(turn):
                if _is_last(users):
                    _stop(kept.server, home)
                    (home / _RECORD).unlink(missing_ok=True)


def _is_of_server(error: Exception) -> bool:
    """Tell whether Prefect's client raised an error: the server refuses, or is not there."""
    modules = (kind.__module__.partition(".")[0] for kind in type(error).mro())
    return not _CLIENT.isdisjoint(modules)


def _has_room(home: Path) -> bool:
    return shutil.disk_usage(home).free >= _STATE_BYTES


class _Kept:
    """A server that is there for as long as this process needs it, whoever started it."""

    def __init__(self, home: Path, turn: IO[str], *, has_ui: bool) -> None:
        """Share the one that is there, or start one."""
        self._home, self._turn, self._has_ui = home, turn, has_ui
        self._is_over = threading.Event()
        self._watch = threading.Thread(target=self._keep, daemon=True)
        with _alone(turn):
            self.server = _running(home) or self._started(_free_port(), _password())

    def wait(self) -> None:
        """Wait until it answers; from then on, see that it goes on doing so."""
        deadline = time.monotonic() + _START_TIMEOUT_S
        while not _is_healthy(self.server.url):
            if _has_ended(self.server.pid) or time.monotonic() > deadline:
                raise self._why_not()
            time.sleep(_LOOK_S)
        self._watch.start()

    def _why_not(self) -> StepFailed:
        """Say why it does not start; a full disk is no fault of Prefect's."""
        if not _has_room(self._home):
            return StepFailed(
                f"{full_disk(self._home)}, and Prefect's state does not fit",
                next_step="Make room, or name another place with --db. "
                "The index in service is unchanged.",
            )
        return StepFailed(
            "Prefect's server did not start",
            next_step=f"Read {self._home}/server.log, or set PREFECT_API_URL to a server "
            "of yours. The index in service is unchanged.",
        )

    def leave_alone(self) -> None:
        """Start it no more."""
        self._is_over.set()
        if self._watch.is_alive():
            self._watch.join()

    def _keep(self) -> None:
        """Start it again where it ends; what asks it meanwhile tries again for a minute."""
        for _ in range(_MAX_RESTARTS):
            while not _has_ended(self.server.pid):
                if self._is_over.wait(_WATCH_S):
                    return
            log.warning("Prefect's server has ended, and is started again")
            port = urllib.parse.urlsplit(self.server.url).port or 0
            with _alone(self._turn):  # another that needs it may have been faster
                running = _running(self._home)
                self.server = running or self._started(port, self.server.password)

    def _started(self, port: int, password: str) -> _Server:
        with (self._home / "server.log").open("ab") as server_log:
            process = subprocess.Popen(
                _command(self._home, port),
                env=prefect_environment.of_server(self._home, password, has_ui=self._has_ui),
                stdin=subprocess.DEVNULL,
                stdout=server_log,
                stderr=server_log,
                start_new_session=True,
            )
        server = _Server(_url(port), process.pid, password)
        write_whole(self._home / _RECORD, json.dumps(asdict(server)), PRIVATE)
        return server


def _command(home: Path, port: int) -> list[str]:
    """Return what starts a server, and tells it from all other processes."""
    words = ["server", "start", "--host", "127.0.0.1", "--port", str(port)]
    return [sys.executable, "-P", str(_CHILD), str(home.resolve()), *words]


def _url(port: int) -> str:
    return f"http://127.0.0.1:{port}/api"


def reach(home: Path, url: str) -> None:
    """Turn to a Prefect API that somebody else has told of, with the password where it is ours."""
    prefect_environment.prepare(home)
    server = _running(home)
    if server and server.url == url:
        prefect_environment.turn_to(server.url, server.password)
    os.environ["PREFECT_API_URL"] = url


@contextmanager
def _alone(turn: IO[str]) -> Iterator[None]:
    fcntl.flock(turn, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(turn, fcntl.LOCK_UN)


def _is_last(users: IO[str]) -> bool:
    """Tell whether nobody else uses the server. The kernel lets go for those that are killed."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _running(home: Path) -> _Server | None:
    """Return the recorded server where it is one of ours: a root may bring a record along."""
    record = home / _RECORD
    try:
        if not _is_private(record.lstat()):
            return None
        server = _Server(**json.loads(record.read_text("utf-8")))
        return server if _is_ours(server, home) else None
    except (OSError, ValueError, TypeError):
        return None


def _is_private(file: os.stat_result) -> bool:
    return file.st_uid == os.getuid() and file.st_mode == stat.S_IFREG | PRIVATE


def _is_ours(server: _Server, home: Path) -> bool:
    """Tell whether a process has been started as the server of this folder, at this URL."""
    try:
        words = psutil.Process(server.pid).cmdline()[1:]
    except psutil.Error:
        return False
    port = urllib.parse.urlsplit(str(server.url)).port or 0
    return server.url == _url(port) and words == _command(home, port)[1:]


def _password() -> str:
    return f"flagday:{secrets.token_urlsafe(24)}"


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
        worker.drain_all(timeout=_patience_s())


def _stop(server: _Server, home: Path) -> None:
    """End the server's whole process session: politely, then for certain."""
    if not _is_ours(server, home):
        return
    pid, deadline = server.pid, time.monotonic() + _patience_s()
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGTERM)
        while time.monotonic() < deadline and not _has_ended(pid):
            time.sleep(_LOOK_S)
        os.killpg(pid, signal.SIGKILL)


def _patience_s() -> float:
    """Return how long to wait for what ends; who asked a run to end waits as well."""
    return _HASTY_S if stopping.asked else _STOP_TIMEOUT_S


def _has_ended(pid: int) -> bool:
    """Tell whether a process is gone; where it is our child, let it go."""
    with suppress(ChildProcessError):
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    return not Path(f"/proc/{pid}").exists()
