"""Flow runs that nobody will end: Prefect's server shows them for ever, unless somebody says so.

Whoever has the lock of an index knows that every other flow run on it is over, whatever the server
says. It is a view: where the server does not answer, the run says so and goes on.
"""

import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.states import Cancelled, Crashed

from tasks.flow_runs import flow_runs
from tasks.timing import log

_BEGUN: Final = [StateType.RUNNING, StateType.PAUSED, StateType.CANCELLING]


def tag_of(service: Path) -> str:
    """Return the tag of all flow runs on an index."""
    return f"index {platform.node()}:{service}"


def mark(service: Path, flow_run: UUID) -> None:
    """Tag a flow run that Prefect has begun, so that it is found should it be killed."""
    with _asked() as client:
        tags = {*client.read_flow_run(flow_run).tags, tag_of(service)}
        client.update_flow_run(flow_run, tags=sorted(tags))


def end_stale(service: Path, but: UUID | None = None) -> None:
    """Call the runs on an index crashed that have not ended, except for one."""
    with _asked() as client:
        _end(client, FlowRunFilter(tags=FlowRunFilterTags(all_=[tag_of(service)])), _BEGUN, but)


def end_stale_of(deployment: UUID) -> None:
    """Call the runs of a deployment crashed that have not ended: nobody serves it any more."""
    with _asked() as client:
        _end(client, _of(deployment), [*_BEGUN, StateType.PENDING])


def drop_missed(deployment: UUID) -> None:
    """Cancel the runs whose time by the schedule has passed: the next one is as good."""
    missed: State[Any] = Cancelled(message="its time passed while nobody could run it")
    with _asked() as client:
        for run in _in(client, _of(deployment), [StateType.SCHEDULED]):
            at = run.next_scheduled_start_time
            if run.auto_scheduled and at and at < datetime.now(UTC):
                client.set_flow_run_state(run.id, missed)


def is_unfinished(deployment: UUID) -> bool:
    """Tell whether a run of a deployment is under way, as far as Prefect knows."""
    with _asked() as client:
        return bool(_in(client, _of(deployment), [*_BEGUN, StateType.PENDING]))
    return True


def _end(
    client: SyncPrefectClient,
    found: FlowRunFilter,
    types: list[StateType],
    but: UUID | None = None,
) -> None:
    killed: State[Any] = Crashed(message="its process ended without a word; nothing was changed")
    for run in _in(client, found, types):
        if run.id != but:
            client.set_flow_run_state(run.id, killed, force=True)


def _of(deployment: UUID) -> FlowRunFilter:
    return FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[deployment]))


def _in(client: SyncPrefectClient, found: FlowRunFilter, types: list[StateType]) -> list[FlowRun]:
    in_state = FlowRunFilterState(type=FlowRunFilterStateType(any_=types))
    return flow_runs(client, flow_run_filter=found.model_copy(update={"state": in_state}))


@contextmanager
def _asked() -> Iterator[SyncPrefectClient]:
    try:
        with get_client(sync_client=True) as client:
            yield client
    except Exception as error:
        log.warning("runs that were killed may show as running in Prefect error=%s", error)
