"""Maintenance as a flow of its own, to be served or deployed on a schedule.

``flagday maintain`` does the same without Prefect. What a deployment passes is plain: a plan file,
or the path of an index.
"""

from pathlib import Path
from typing import Any

from prefect import State, Task, flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import TaskRun

from flows.showing import told
from tasks.errors import AnotherRun
from tasks.maintain import maintain
from tasks.plan import Plan
from tasks.read_plan import read_plan
from tasks.upkeep.chores import Chore


@flow(name="maintenance")
def maintenance(
    plan_file: str | None = None, db: str | None = None, is_dry_run: bool = False
) -> list[Chore] | State[Any]:
    """Do the chores of an index, and tell what each came to."""
    file = Path(plan_file) if plan_file else None
    return told(lambda: do_chores(read_plan(file, {"db": Path(db) if db else None}), is_dry_run))


def _is_beside_a_run(_task: Task[..., Any], _run: TaskRun, state: State[Any]) -> bool:
    """Tell whether to wait helps: whatever else fails fails again."""
    return isinstance(state.result(raise_on_failure=False), AnotherRun)


@task(
    name="maintain",
    cache_policy=NO_CACHE,
    retries=3,
    retry_delay_seconds=600,
    retry_condition_fn=_is_beside_a_run,
)
def do_chores(plan: Plan, is_dry_run: bool) -> list[Chore]:
    """Do the chores. Raises AnotherRun where runs go on for half an hour."""
    return maintain(plan, is_dry_run=is_dry_run)
