"""Clearing and rediscovery: both, or neither."""

import json
from datetime import UTC, datetime, timedelta

import apsw
import pytest

from tasks.errors import StepFailed
from tests.legacy import v4

SOURCE = "def f():\n    return 1\n"
QUEUES = "SELECT (SELECT COUNT(*) FROM build_queue), (SELECT COUNT(*) FROM discovery_queue)"
WAITING = [(2, 1)]


@pytest.fixture
def legacy(bench):
    """A v4 index with work in its queues, and a root."""
    v4(bench.db)
    bench.write(src={"a.py": SOURCE})
    return bench


def change(database, script):
    connection = apsw.Connection(str(database))
    connection.execute(script).fetchall()
    connection.close()


def failed_step(bench):
    (folder,) = (bench.folder / ".flagday" / "runs").iterdir()
    return json.loads((folder / "run_results.json").read_text())["failed_step"]


def test_a_failing_rediscovery_leaves_the_work_in_the_queues(legacy, at_each_step):
    gone = legacy.folder / "src"
    results = at_each_step(lambda: gone.exists() and gone.rename(legacy.folder / "gone"), first=7)
    with pytest.raises(Exception, match="src"):
        legacy.run("src")

    assert (failed_step(legacy), sorted(results)) == (7, [7])
    assert legacy.rows(QUEUES) == WAITING


def test_a_queue_that_fills_again_as_it_is_cleared_stops_the_run_before_rediscovery(legacy):
    trigger = (
        "CREATE TRIGGER again AFTER DELETE ON build_queue BEGIN"
        " INSERT INTO build_queue (file_id) VALUES (old.file_id); END"
    )
    change(legacy.db, trigger)
    before = legacy.rows("SELECT * FROM files")
    with pytest.raises(StepFailed, match="queues that fill again: build_queue"):
        legacy.run("src")

    assert failed_step(legacy) == 6
    assert legacy.rows("SELECT * FROM files") == before
    assert legacy.rows(QUEUES) == WAITING


def test_a_queue_that_the_record_of_the_run_would_fill_stops_the_run(bench):
    bench.write(src={"a.py": SOURCE})
    bench.run("src")
    trigger = (
        "CREATE TABLE build_queue (run, state); CREATE TRIGGER again AFTER INSERT ON runs BEGIN"
        " INSERT INTO build_queue VALUES (new.run_id, 'pending'); END"
    )
    change(bench.db, trigger)

    with pytest.raises(StepFailed, match="new rows fill: build_queue by again, on runs"):
        bench.run("src")


def test_a_queue_that_fills_after_it_was_cleared_fails_the_verdict(legacy, at_each_step):
    def refill():
        (candidate,) = (legacy.folder / "index.db.generations").glob("*.db")
        change(candidate, "INSERT INTO discovery_queue (root) VALUES ('/again')")

    results = at_each_step(refill, first=10)
    with pytest.raises(Exception, match="V-051 Every queue is empty"):
        legacy.run("src")

    assert sorted(results) == [10]
    assert legacy.rows(QUEUES) == WAITING


def test_what_is_scheduled_for_a_deployment_after_the_stop_is_cleared_too(legacy, at_each_step):
    from prefect.client.orchestration import get_client  # noqa: PLC0415 -- after the server is up
    from prefect.states import Scheduled  # noqa: PLC0415 -- as above

    builder = {"kind": "deployment", "name": "n", "deployment": "queues/nightly", "settle_s": 0}
    with get_client(sync_client=True) as client:
        deployment = client.create_deployment(client.create_flow_from_name("queues"), "nightly")
        tomorrow = Scheduled(scheduled_time=datetime.now(UTC) + timedelta(days=1))
        runs = at_each_step(
            lambda: client.create_flow_run_from_deployment(deployment, state=tomorrow).id, first=4
        )
        legacy.run("src", builders=[builder])
        after = {step: client.read_flow_run(run).state_name for step, run in runs.items()}
        is_paused = client.read_deployment(deployment).paused
        client.delete_deployment(deployment)

    assert {step: after[step] for step in (4, 5, 6)} == dict.fromkeys((4, 5, 6), "Cancelled")
    assert not is_paused
