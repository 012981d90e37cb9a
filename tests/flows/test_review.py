"""A run waits for a person before its cut-over: approved, rejected, and what is on record then."""

import hashlib
import json
import re
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from uuid import UUID

import pytest

from flows.review import answer
from tasks.errors import NotApproved, PreconditionFailed
from tasks.store import audit
from tasks.store.lock import only_one
from tasks.store.review_record import Waiting, noted, waiting

SOURCE = "def f():\n    return g()\n"
FLAGDAY = "from flows.start_up import main; main()"
PLAN = """
db = "index.db"
artifacts = "reports"
workers = 1
oracle = "off"

[[roots]]
path = "src"

[[builders]]
kind = "command"
name = "b"
settle_s = 0
stop = ["sh", "-c", "echo stop >> log"]
start = ["sh", "-c", "echo start >> log"]
"""
PATIENCE_S = 120.0


class Reviewer(threading.Thread):
    """Wait until a run waits, look around, and answer it by the command."""

    def __init__(self, bench, *flags, look=lambda: None):
        super().__init__(daemon=True)
        self._bench, self._look, self._flags = bench, look, flags
        self.found = self.saw = self.wrong = self.told = None
        self.start()

    def run(self):
        deadline = time.monotonic() + PATIENCE_S
        while not (found := waiting(self._bench.db)) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.found, self.saw = found, self._look()
        try:
            answer(self._bench.db, "another", is_approved=True, note="")
        except PreconditionFailed as refused:
            self.wrong = str(refused)
        done = flagday("approve", found.run_id, *self._flags, "--db", str(self._bench.db))
        self.told = done.returncode, done.stderr


@pytest.fixture
def indexed(indexed):
    """The bench with new content, a plan, and a builder that tells of its stops and starts."""
    indexed.write(src={"b.py": "def new(): pass\n"})
    (indexed.folder / "flagday.toml").write_text(PLAN)
    return indexed


def flagday(*words):
    """Run a command as another process does."""
    process = [sys.executable, "-c", FLAGDAY, *words]
    return subprocess.run(process, capture_output=True, text=True, check=False)


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_an_approved_run_cuts_over_and_has_on_record_who_approved_what(indexed):
    from flows import deployed  # noqa: PLC0415 -- imports Prefect

    log, status = indexed.folder / "log", ("status", "--db", str(indexed.db))
    reviewer = Reviewer(
        indexed,
        *("--note", "looks right"),
        look=lambda: (log.read_text(), digest(indexed.db), flagday(*status).stdout),
    )
    before = digest(indexed.db)
    deployed.flag_day("flagday.toml", review=True)
    run = indexed.rows("SELECT MAX(run_id) FROM runs")[0][0]
    manifest = digest(indexed.folder / "reports/manifest.json")
    (approved,) = (line for line in audit.lines(indexed.db) if line.action == "approve")
    builder_then, index_then, status_then = reviewer.saw
    reviewer.join()

    assert indexed.where("new") == [("src", "b.py", 1)]
    assert (builder_then, index_then, log.read_text()) == ("stop\n", before, "stop\nstart\n")
    assert status_then.startswith(f"run {run} waits until {reviewer.found.until}: ")
    assert reviewer.wrong.endswith(f"does not wait for a review; run {run} does")
    assert (approved.detail["note"], approved.detail["manifest_sha256"]) == (
        "looks right",
        manifest,
    )
    assert reviewer.told == (0, f"run {run} approved\n")
    assert waiting(indexed.db) is None


def test_a_rejected_run_changes_nothing_and_says_who_rejected_it_and_why(indexed, command):
    reviewer = Reviewer(indexed, "--reject", "--note", "too much is gone")
    before = digest(indexed.db)
    code, _, told = command("run", "--review")
    results = json.loads((indexed.folder / "reports" / "run_results.json").read_text())
    last = audit.lines(indexed.db)[-1]
    reviewer.join()

    assert reviewer.told == (0, f"run {reviewer.found.run_id} rejected\n")
    assert digest(indexed.db) == before
    assert (indexed.folder / "log").read_text() == "stop\nstart\n"
    assert code == NotApproved.exit_code
    assert re.search(rf"has rejected run {reviewer.found.run_id}: too much is gone\n", told)
    assert (results["failure"] in told, results["failed_step"]) == (True, 13)
    assert (last.action, last.result, last.detail["why"]) == ("run", "refused", results["failure"])


@pytest.mark.parametrize(("flag", "code"), [("--no-review", 3), ("--review", 2)])
def test_a_flag_says_that_the_review_of_the_plan_does_not_count(
    command, tmp_path, monkeypatch, flag, code
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flagday.toml").write_text("[review]\ntimeout_s = 0\n")  # which is refused
    ended, _, told = command("run", "gone", flag)

    assert (ended, "review.timeout_s" in told) == (code, flag == "--review")


class _Refusing(BaseHTTPRequestHandler):
    """A server that takes no password."""

    def do_POST(self):
        self.send_error(401)

    do_GET = do_POST  # noqa: N815 -- the name that the server asks for


def test_a_run_of_another_flagday_is_answered_with_that_one(tmp_path):
    db = tmp_path / "index.db"
    with HTTPServer(("127.0.0.1", 0), _Refusing) as server, only_one(db):
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/api"
        with noted(db, Waiting("1", "reports", "", "", url, str(UUID(int=1)))):
            done = flagday("approve", "1", "--db", str(db))
        server.shutdown()

    assert done.returncode == 3
    assert f"Prefect at {url} does not know this flagday: another has begun the run" in done.stderr


def test_where_no_run_waits_an_answer_is_refused(command, tmp_path):
    code, _, err = command("approve", "20260101T000000.000000Z-1", "--db", tmp_path / "index.db")

    assert code == 3
    assert "does not wait for a review" in err
