"""The working folder may be the root: nothing that lies there is run, heeded or believed."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import psutil
import pytest

from tests.conftest import Bench

REPOSITORY = Path(__file__).parents[2]
MODULES = ["flows", "json", "multiprocessing", "prefect", "sitecustomize", "tasks", "usercustomize"]
LOGGING = 'version: 1\nfilters:\n  trap:\n    "()": os.mkdir\n    path: {sprung}/logging\n'
TRAPS = {  # where one is heeded, something is made in {sprung}, or the run fails
    **{f"{module}.py": f"import os\nos.mkdir('{{sprung}}/{module}')\n" for module in MODULES},
    "logging.yml": LOGGING,
    "prefect.toml": '[logging]\nconfig_path = "logging.yml"\n'
    '[server]\nmemo_store_path = "{sprung}/prefect.toml"\n',
    "pyproject.toml": '[tool.prefect.client]\nmax_retries = "none, this is no number"\n',
    ".env": "PREFECT_SERVER_DATABASE_CONNECTION_URL=sqlite+aiosqlite:///{sprung}/.env\n",
    ".flagday/prefect/logging.yml": LOGGING,
    ".flagday/prefect/profiles.toml": 'active = "own"\n[profiles.own]\n'
    'PREFECT_SERVER_LOGS_STREAM_OUT_ENABLED = "this is no truth value"\n',
}


@dataclass(frozen=True)
class Ran:
    """What became of a run in a folder full of traps."""

    code: int
    told: str
    sprung: list[str]
    asked: list[str]  # of the server that the folder says is ours
    bystander: str  # the state of the process that the folder says is that server
    bench: Bench


class Listener(BaseHTTPRequestHandler):
    """Answer as a healthy server does, and keep what it was asked."""

    asked: ClassVar[list[str]] = []

    def do_GET(self):
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Run ``flagday run`` as its users do, in a root that means harm."""
    folder = tmp_path_factory.mktemp("hostile")
    root, sprung = folder / "root", folder / "sprung"
    sprung.mkdir()
    bench = Bench(root / ".flagday")
    set_traps(root, sprung)
    bystander = subprocess.Popen(["sleep", "300"], start_new_session=True)
    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        record = root / ".flagday/prefect/server.json"
        url = f"http://127.0.0.1:{server.server_port}/api"
        record.write_text(json.dumps({"url": url, "pid": bystander.pid, "password": "a:b"}))
        record.chmod(0o600)
        done = run(folder, root)
        server.shutdown()
    state = psutil.Process(bystander.pid).status()
    bystander.kill()
    bystander.wait()
    springs = sorted(path.name for path in sprung.iterdir())
    return Ran(done.returncode, done.stderr, springs, Listener.asked, state, bench)


def set_traps(root, sprung):
    """Fill a root with files that could be taken for settings or code."""
    for name, content in {**TRAPS, "code.py": "def f():\n    return 1\n"}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(content.replace("{sprung}", str(sprung)))


def run(folder, root):
    script = folder / "flagday"  # as pip writes it
    script.write_text("from flows.start_up import main\nif __name__ == '__main__':\n    main()\n")
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
    return subprocess.run(
        [sys.executable, script, "run", "--workers", "1", "--oracle", "off"],
        cwd=root,
        env=kept | {"PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_run_in_a_hostile_root_succeeds(ran):
    assert (ran.code, "cut over" in ran.told) == (0, True), ran.told
    assert ran.bench.where("f") == [("root", "code.py", 1)]


def test_nothing_of_the_working_folder_is_run_or_taken_for_settings(ran):
    assert ran.sprung == []


def test_no_server_is_believed_that_the_working_folder_names(ran):
    assert (ran.asked, ran.bystander) == ([], psutil.STATUS_SLEEPING)
