"""All of Prefect's flow runs of a kind: its server tells of 200 at a time."""

from typing import Any, Final

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort

_AT_A_TIME: Final = 200


def flow_runs(client: SyncPrefectClient, **filters: Any) -> list[FlowRun]:
    """Return the flow runs that ``filters`` of Prefect select, by the time they were expected."""
    found: list[FlowRun] = []
    while True:
        page = client.read_flow_runs(
            **filters,
            sort=FlowRunSort.EXPECTED_START_TIME_ASC,
            limit=_AT_A_TIME,
            offset=len(found),
        )
        found += page
        if len(page) < _AT_A_TIME:
            return found
