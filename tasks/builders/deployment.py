"""A builder that Prefect runs. This module alone of the builders knows Prefect."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelling

from tasks.builders.builder import BuilderFailed
from tasks.flow_runs import flow_runs
from tasks.plan import DeploymentBuilder

_WAITING: Final = (StateType.SCHEDULED, StateType.PENDING, StateType.PAUSED)
_UNFINISHED: Final = (*_WAITING, StateType.RUNNING, StateType.CANCELLING)


class Deployment:
    """It runs while it is not paused, or has flow runs that are not finished."""

    def __init__(self, plan: DeploymentBuilder) -> None:
        """Take the deployment's name from the plan."""
        self._plan = plan
        self.must_start = False

    def running(self) -> str:
        """Name its unfinished flow runs. Raises BuilderFailed where Prefect has no such one."""
        with self._found() as (client, deployment):
            runs = _runs(client, deployment, _UNFINISHED)
        said = [f"deployment {self._plan.deployment} is not paused"] * (not deployment.paused)
        return ", ".join([*said, *map(_worded, runs)])

    def stop(self) -> None:
        """Pause it, and cancel its late, scheduled and running flow runs."""
        with self._found() as (client, deployment):
            if not deployment.paused:
                client.pause_deployment(deployment.id)
                self.must_start = True
            _cancel(client, deployment)

    def start(self) -> None:
        """Resume it, if it was we who paused it."""
        if self.must_start:
            with self._found() as (client, deployment):
                client.resume_deployment(deployment.id)

    def clear(self) -> int:
        """Cancel what waits to run; return how many flow runs that were.

        Raises BuilderFailed where some still wait.
        """
        with self._found() as (client, deployment):
            waiting = len(_runs(client, deployment, _WAITING))
            _cancel(client, deployment)
            left = _runs(client, deployment, _WAITING)
        if left:
            raise BuilderFailed(", ".join(map(_worded, left)))
        return waiting

    @contextmanager
    def _found(self) -> Iterator[tuple[SyncPrefectClient, DeploymentResponse]]:
        with get_client(sync_client=True) as client:
            try:
                yield client, client.read_deployment_by_name(self._plan.deployment)
            except ObjectNotFound as error:
                server = str(client.api_url).rstrip("/")
                raise BuilderFailed(
                    f"Prefect at {server} has no deployment {self._plan.deployment}; "
                    "PREFECT_API_URL says where to look"
                ) from error


def _cancel(client: SyncPrefectClient, deployment: DeploymentResponse) -> None:
    """Cancel what is not finished, and what the scheduler adds meanwhile.

    A run without a process is cancelled at once; a worker ends the process of any other.
    """
    told = set()
    while new := [run for run in _runs(client, deployment, _UNFINISHED) if run.id not in told]:
        for run in new:
            told.add(run.id)
            if run.state_type != StateType.CANCELLING:
                client.set_flow_run_state(run.id, Cancelling())


def _runs(
    client: SyncPrefectClient, deployment: DeploymentResponse, states: tuple[StateType, ...]
) -> list[FlowRun]:
    return flow_runs(
        client,
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment.id])),
        flow_run_filter=FlowRunFilter(
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(states)))
        ),
    )


def _worded(run: FlowRun) -> str:
    pid = f", process {run.infrastructure_pid}" if run.infrastructure_pid else ""
    return f"flow run {run.name} is {run.state_name}{pid}"
