"""A schedule in a process of its own, and what Prefect's server says of its runs."""

import json
import os
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psutil

R = TypeVar("R")

BUSY = 503  # its database is locked; Prefect's own clients ask again, too
UNFINISHED = ["PENDING", "RUNNING", "PAUSED", "CANCELLING"]
_FLAGDAY = "from flows.start_up import main; main()"
_REPOSITORY = Path(__file__).parents[1]
_PATIENCE_S = 180.0


def ask(api: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """Ask Prefect's server as its UI does: POST where there is a body, else GET."""
    password = b64encode(os.environ.get("PREFECT_API_AUTH_STRING", "").encode()).decode()
    question = Request(
        f"{api}/{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Basic {password}"},
    )
    try:
        with urlopen(question, timeout=30) as said:
            return json.load(said)
    except HTTPError as error:
        if error.code != BUSY:
            raise
    time.sleep(1)
    return ask(api, path, body)


def until(found: Callable[[], R | None]) -> R:
    """Wait until there is something to be found; fail after some minutes."""
    deadline = time.monotonic() + _PATIENCE_S
    while not (it := found()):
        if time.monotonic() > deadline:
            raise TimeoutError(found)
        time.sleep(0.2)
    return it


def program(*words: str, folder: Path, log: Path) -> "subprocess.Popen[bytes]":
    """Start a Python program that polls Prefect often; what it says goes into ``log``."""
    with log.open("ab") as said:
        return subprocess.Popen(
            [sys.executable, *words],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(_REPOSITORY), "PREFECT_RUNNER_POLL_FREQUENCY": "1"},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )


class Served:
    """``flagday schedule`` at work, until it is ended."""

    def __init__(self, api: str, folder: Path, *words: str) -> None:
        self.api = api
        self._log = folder / "schedule.log"
        self._log.write_bytes(b"")
        words = ("-c", _FLAGDAY, "schedule", *words)
        self.process = program(*words, folder=folder, log=self._log)
        until(lambda: "schedule: serving" in self.said() or self.process.poll() is not None)
        self.name = self.said().partition("serving ")[2].partition(":")[0]

    def said(self) -> str:
        return self._log.read_text()

    def runs(self, **state: list[str]) -> list[dict[str, Any]]:
        flow, _, name = self.name.partition("/")
        filters = {
            "flows": {"name": {"any_": [flow]}},
            "deployments": {"name": {"any_": [name]}},
            "flow_runs": {"state": {"type": state}} if state else None,
        }
        return ask(self.api, "flow_runs/filter", filters)

    def trigger(self) -> str:
        deployment = ask(self.api, f"deployments/name/{self.name.replace(' ', '%20')}")
        at_once = {"state": {"type": "SCHEDULED"}}
        made = ask(self.api, f"deployments/{deployment['id']}/create_flow_run", at_once)
        return made["id"]

    def reached(self, run: str, *types: str) -> dict[str, Any]:
        """Wait until a run is in one of these states; return the run."""

        def there() -> dict[str, Any] | None:
            found = ask(self.api, f"flow_runs/{run}")
            return found if found["state_type"] in types else None

        return until(there)

    def kill(self) -> None:
        """Kill it and its run as the kernel does, when memory is short."""
        below = psutil.Process(self.process.pid).children(recursive=True)
        for process in [self.process, *below]:
            process.kill()
        self.process.wait()
        psutil.wait_procs(below)

    def end(self, by: signal.Signals = signal.SIGTERM) -> int:
        """End it, and return its exit code."""
        self.process.send_signal(by)
        return self.process.wait(_PATIENCE_S)


def steps_of(api: str, run: str) -> set[str]:
    """Return the names of the steps that Prefect shows of a run; a moment after they end."""
    found = ask(api, "task_runs/filter", {"flow_runs": {"id": {"any_": [run]}}})
    return {task["name"].rpartition("-")[0] for task in found}


def lines_of(api: str, run: str) -> list[str]:
    """Return what Prefect shows as the log of a run."""
    logs = {"logs": {"flow_run_id": {"any_": [run]}}, "limit": 200}
    return [line["message"] for line in ask(api, "logs/filter", logs)]


def artifacts_of(api: str, run: str) -> dict[str, str]:
    """Return the types of what Prefect shows of a run, by their keys."""
    found = ask(api, "artifacts/filter", {"artifacts": {"flow_run_id": {"any_": [run]}}})
    return {item["key"]: item["type"] for item in found}
