"""Deployments and schedules on a real Prefect server: times, review, cancellation, kills."""

import hashlib
import shutil
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from flows.review import answer
from tasks.store.review_record import waiting
from tests.flows.test_schedule import STEPS
from tests.served import (
    UNFINISHED,
    Served,
    artifacts_of,
    ask,
    lines_of,
    program,
    steps_of,
    until,
)
from tests.torture import IS_LONG
from tests.torture.conftest import BUILDER, REPOSITORY

pytestmark = pytest.mark.skipif(not IS_LONG, reason="waits for clocks; `make torture` runs it")

PLAN = 'db = "index.db"\nworkers = 1\noracle = "off"\n\n[[roots]]\npath = "src"\n'
SLOW_BUILDER = """
[[builders]]
kind = "command"
name = "indexer"
settle_s = 0
stop_timeout_s = 150
stop = ["sh", "-c", "touch stopping; until test -e go; do sleep 0.2; done"]
start = "true"
"""
REVIEW = "\n[review]\ntimeout_s = {}\n"
KATHMANDU = ZoneInfo("Asia/Kathmandu")  # 5:45 ahead of UTC: both differ
ENDED = ("COMPLETED", "FAILED", "CANCELLED", "CRASHED")


@pytest.fixture
def indexed(bench):
    """An index in service, its plan, and a source that it does not know yet."""
    bench.write(src={"a.py": "def f(): pass\n"})
    bench.run("src")
    bench.write(src={"b.py": "def new(): pass\n"})
    (bench.folder / "flagday.toml").write_text(PLAN)
    return bench


@pytest.fixture
def serve(indexed, prefect):
    """Serve a schedule; end it after the test."""
    made = []

    def start(*words, plan=PLAN):
        (indexed.folder / "flagday.toml").write_text(plan)
        made.append(Served(prefect, indexed.folder, *(words or ("--every", "86400"))))
        return made[-1]

    yield start
    for served in made:
        if served.process.poll() is None:
            served.end()


@pytest.fixture
def reviewed(serve):
    """Serve with a review; return the schedule, and its run that waits."""

    def start(timeout_s=300):
        served = serve(plan=PLAN + REVIEW.format(timeout_s))
        run = served.trigger()
        served.reached(run, "PAUSED", *ENDED)
        return served, run

    return start


def digest(index):
    return hashlib.sha256(index.db.read_bytes()).hexdigest()


def beside(index):
    """Return what killed and cancelled runs leave among the generations: nothing."""
    folder = index.folder / "index.db.generations"
    return [path.name for path in folder.iterdir() if path.suffix in {".scratch", ".json"}]


def test_a_cron_fires_at_the_hour_and_minute_of_its_time_zone(serve, indexed):
    due = datetime.now(KATHMANDU).replace(second=0, microsecond=0) + timedelta(minutes=2)
    served = serve("--cron", f"{due.minute} {due.hour} * * *", "--timezone", KATHMANDU.key)
    until(lambda: served.runs(any_=["COMPLETED"]))
    served.end()
    (run,) = served.runs(any_=["COMPLETED"])

    assert datetime.fromisoformat(run["expected_start_time"]) == due
    assert indexed.where("new") == [("src", "b.py", 1)]


def test_upkeep_and_rehearsal_are_served_and_replace_nothing(serve, indexed):
    before = digest(indexed)
    states = []
    for flag in ("--rehearse", "--maintain"):
        served = serve("--every", "86400", flag)
        states.append(served.reached(served.trigger(), *ENDED)["state_type"])
        served.end()

    assert states == ["COMPLETED", "COMPLETED"]
    assert digest(indexed) == before


def test_a_run_that_the_ui_approves_cuts_over_and_its_reviewer_saw_links(reviewed, indexed):
    served, run = reviewed()
    before = digest(indexed)
    shown = artifacts_of(served.api, run)
    said = {"decision": "approve", "by": "someone", "note": ""}
    until(lambda: ask(served.api, f"flow_runs/{run}/resume", {"run_input": said})["state"])
    ended = served.reached(run, *ENDED)

    assert (shown["flag-day-review"], shown["flag-day-report"]) == ("markdown", "markdown")
    assert ended["state_type"] == "COMPLETED"
    assert digest(indexed) != before
    assert indexed.where("new") == [("src", "b.py", 1)]


def test_a_run_that_the_command_rejects_fails_with_the_reason_and_changes_nothing(
    reviewed, indexed
):
    served, run = reviewed()
    before, found = digest(indexed), until(lambda: waiting(indexed.db))
    answer(indexed.db, found.run_id, is_approved=False, note="not today")
    ended = served.reached(run, *ENDED)

    assert ended["state_type"] == "FAILED"
    assert f"has rejected run {found.run_id}: not today" in ended["state"]["message"]
    assert (digest(indexed), beside(indexed)) == (before, [])


def test_a_run_that_nobody_reviews_fails_in_its_own_words_and_changes_nothing(reviewed, indexed):
    served, run = reviewed(timeout_s=3)
    before = digest(indexed)
    ended = served.reached(run, *ENDED)

    assert ended["state_type"] == "FAILED"
    assert "nobody has reviewed run" in ended["state"]["message"]
    assert (digest(indexed), beside(indexed)) == (before, [])


def test_a_run_that_is_cancelled_while_it_waits_changes_nothing(reviewed, indexed):
    served, run = reviewed()
    before = digest(indexed)
    ask(served.api, f"flow_runs/{run}/set_state", {"state": {"type": "CANCELLING"}})
    ended = served.reached(run, *ENDED)

    assert ended["state_type"] == "CANCELLED"
    assert (digest(indexed), beside(indexed), waiting(indexed.db)) == (before, [], None)


def test_a_run_that_is_cancelled_in_the_midst_of_its_steps_changes_nothing(serve, indexed):
    served = serve()
    before, run = digest(indexed), served.trigger()
    until(lambda: "number=7 " in served.said())
    ask(served.api, f"flow_runs/{run}/set_state", {"state": {"type": "CANCELLING"}})
    ended = served.reached(run, *ENDED)

    assert ended["state_type"] == "CANCELLED"
    assert (digest(indexed), beside(indexed)) == (before, [])


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_a_schedule_that_is_ended_ends_its_run_and_says_so_in_prefect(reviewed, indexed, by):
    served, run = reviewed()
    before = digest(indexed)
    code = served.end(by)

    assert code == 0
    assert served.reached(run, *ENDED)["state_type"] in {"CANCELLED", "CRASHED"}
    assert (digest(indexed), beside(indexed), served.runs(any_=UNFINISHED)) == (before, [], [])


def test_what_a_killed_schedule_leaves_running_in_prefect_ends_with_the_next_one(
    reviewed, serve, indexed
):
    served, run = reviewed()
    before = digest(indexed)
    served.kill()
    left = served.runs(any_=UNFINISHED)
    serve()

    assert [item["id"] for item in left] == [run]
    assert served.reached(run, *ENDED)["state_type"] == "CRASHED"
    assert digest(indexed) == before


@pytest.fixture
def pool(indexed, prefect):
    """The deployments of prefect.yaml on a work pool, with a worker."""
    folder = indexed.folder
    shutil.copy(REPOSITORY / "prefect.yaml", folder)
    for words in (
        "work-pool create flagday --type process --overwrite",
        "work-pool set-concurrency-limit flagday 1",
        "deploy --all --no-prompt",
    ):
        command = [sys.executable, "-m", "prefect", *words.split()]
        subprocess.run(command, cwd=folder, check=True, capture_output=True)
    words = ("-m", "prefect", "worker", "start", "--pool", "flagday")
    worker = program(*words, folder=folder, log=folder / "worker.log")
    yield prefect
    worker.send_signal(signal.SIGTERM)
    worker.wait(60)


def triggered(pool, name):
    deployment = ask(pool, f"deployments/name/{name}")
    path = f"deployments/{deployment['id']}/create_flow_run"
    return ask(pool, path, {"state": {"type": "SCHEDULED"}})["id"]


def ended(pool, run):
    until(lambda: ask(pool, f"flow_runs/{run}")["state_type"] in ENDED)
    return ask(pool, f"flow_runs/{run}")


def test_of_what_is_due_meanwhile_the_same_is_left_out_and_another_waits_for_its_turn(
    pool, indexed
):
    (indexed.folder / "flagday.toml").write_text(PLAN + SLOW_BUILDER)
    first = triggered(pool, "flag%20day/nightly")
    until((indexed.folder / "stopping").exists)
    same, other = (triggered(pool, name) for name in ("flag%20day/nightly", "rehearsal/weekly"))
    left_out = ended(pool, same)["state"]
    waits = ask(pool, f"flow_runs/{other}")["state_type"]
    (indexed.folder / "go").touch()
    done = [ended(pool, run) for run in (first, other)]

    assert (left_out["type"], left_out["message"]) == (
        "CANCELLED",
        "Deployment concurrency limit reached.",
    )
    assert waits == "SCHEDULED"
    assert [run["state_type"] for run in done] == ["COMPLETED", "COMPLETED"]
    assert done[0]["end_time"] <= done[1]["start_time"]


def test_the_deployments_of_prefect_yaml_run_on_a_work_pool(pool, indexed):
    names = ("flag%20day/nightly", "rehearsal/weekly", "maintenance/daily")
    runs = {name: ended(pool, triggered(pool, name)) for name in names}
    nightly = runs["flag%20day/nightly"]["id"]
    until(lambda: steps_of(pool, nightly) >= STEPS)

    assert {run["state_type"] for run in runs.values()} == {"COMPLETED"}
    assert steps_of(pool, nightly) == STEPS
    assert [line for line in lines_of(pool, nightly) if line.startswith("step done number=13")]
    assert indexed.where("new") == [("src", "b.py", 1)]


def test_a_run_of_the_pool_that_is_cancelled_changes_nothing_and_its_builder_runs_again(
    pool, indexed
):
    builder = indexed.folder / "running"
    builder.touch()
    plan = PLAN + BUILDER + REVIEW.format(300)  # it cannot be done before it is cancelled
    (indexed.folder / "flagday.toml").write_text(plan)
    before, run = digest(indexed), triggered(pool, "flag%20day/nightly")
    until(lambda: not builder.exists())
    ask(pool, f"flow_runs/{run}/set_state", {"state": {"type": "CANCELLING"}})
    state = ended(pool, run)["state_type"]
    until(builder.exists)

    assert state == "CANCELLED"
    assert (digest(indexed), beside(indexed), waiting(indexed.db)) == (before, [], None)


def test_a_deployed_run_that_fails_says_what_failed_and_what_to_do(pool):
    deployment = ask(pool, "deployments/name/flag%20day/nightly")
    wrong = {"state": {"type": "SCHEDULED"}, "parameters": {"plan_file": "nowhere.toml"}}
    run = ask(pool, f"deployments/{deployment['id']}/create_flow_run", wrong)["id"]
    until(lambda: ask(pool, f"flow_runs/{run}")["state_type"] in ENDED)
    state = ask(pool, f"flow_runs/{run}")["state"]

    assert (state["type"], state["message"]) == (
        "FAILED",
        "there is no plan at nowhere.toml\n\nnext: Name another.",
    )
