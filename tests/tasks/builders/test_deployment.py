"""Builders that Prefect runs: deployments made by its own client on the session's server."""

from datetime import UTC, datetime, timedelta

import pytest

from tasks.builders.builder import BuilderFailed
from tasks.plan import DeploymentBuilder


@pytest.fixture
def client(prefect):  # noqa: ARG001 -- the client asks its server
    from prefect.client.orchestration import get_client  # noqa: PLC0415 -- after the server is up

    with get_client(sync_client=True) as made:
        yield made


@pytest.fixture
def deployment(client):
    """A deployment ``index/nightly`` that is not paused."""
    made = client.create_deployment(client.create_flow_from_name("index"), "nightly", paused=False)
    yield made
    client.delete_deployment(made)


@pytest.fixture
def builder(prefect):  # noqa: ARG001 -- as above
    from tasks.builders.deployment import Deployment  # noqa: PLC0415 -- as above

    def make(name="index/nightly"):
        return Deployment(DeploymentBuilder(kind="deployment", name="nightly", deployment=name))

    return make


@pytest.fixture
def run_of(client, deployment):
    """Make flow runs of the deployment in some state; yield what tells their states later."""
    from prefect import states  # noqa: PLC0415 -- as above

    wanted = {
        "late": states.Late(scheduled_time=datetime.now(UTC) - timedelta(hours=1)),
        "scheduled": states.Scheduled(scheduled_time=datetime.now(UTC) + timedelta(hours=1)),
        "running": states.Running(),
        "completed": states.Completed(),
    }

    def make(name):
        run = client.create_flow_run_from_deployment(
            deployment, name=name, state=wanted["scheduled"]
        )
        client.set_flow_run_state(run.id, wanted[name], force=True)
        return run.id

    return make


def test_more_runs_than_prefect_tells_of_at_a_time_are_all_cancelled(
    client, run_of, builder, monkeypatch
):
    runs = [run_of("late") for _ in range(5)]
    monkeypatch.setattr("tasks.flow_runs._AT_A_TIME", 2)
    cleared = builder().clear()

    assert (cleared, states_of(client, runs)) == (5, ["Cancelled"] * 5)


def states_of(client, runs):
    return [client.read_flow_run(run).state_name for run in runs]


@pytest.mark.usefixtures("deployment")
def test_a_deployment_that_is_not_paused_runs(builder):
    assert builder().running() == "deployment index/nightly is not paused"


def test_it_is_paused_and_its_late_and_scheduled_runs_are_cancelled(
    builder, client, deployment, run_of
):
    runs = [run_of(name) for name in ("late", "scheduled", "completed")]
    nightly = builder()
    nightly.stop()

    assert client.read_deployment(deployment).paused
    assert states_of(client, runs) == ["Cancelled", "Cancelled", "Completed"]
    assert nightly.running() == ""


def test_a_running_flow_run_is_told_to_end_and_runs_until_its_worker_has_ended_it(
    builder, client, run_of
):
    from prefect.states import Cancelled  # noqa: PLC0415 -- after the server is up

    run = run_of("running")
    nightly = builder()
    nightly.stop()
    waiting = nightly.running()
    client.set_flow_run_state(run, Cancelled())

    assert waiting == "flow run running is Cancelling"
    assert nightly.running() == ""


def test_it_is_resumed_afterwards(builder, client, deployment):
    nightly = builder()
    nightly.stop()
    nightly.start()

    assert not client.read_deployment(deployment).paused


def test_a_deployment_that_someone_else_has_paused_stays_paused(
    builder, client, deployment, run_of
):
    client.pause_deployment(deployment)
    run = run_of("late")
    nightly = builder()
    before = nightly.running()
    nightly.stop()
    nightly.start()

    assert before == "flow run late is Late"
    assert states_of(client, [run]) == ["Cancelled"]
    assert client.read_deployment(deployment).paused


def test_runs_that_are_scheduled_after_the_stop_are_cleared_and_counted(builder, client, run_of):
    nightly = builder()
    nightly.stop()
    runs = [run_of("late"), run_of("scheduled")]

    assert (nightly.clear(), nightly.clear()) == (2, 0)
    assert states_of(client, runs) == ["Cancelled", "Cancelled"]


def test_a_deployment_that_is_not_there_is_refused_with_the_server(builder, prefect):
    with pytest.raises(BuilderFailed) as refused:
        builder("index/hourly").running()

    assert str(refused.value) == (
        f"Prefect at {prefect} has no deployment index/hourly; PREFECT_API_URL says where to look"
    )
