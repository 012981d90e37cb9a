"""Maintenance as a flow of its own, to be served or deployed on a schedule.

``flagday maintain`` does the same without Prefect. What a deployment passes is plain: a plan file,
or the path of an index.
"""

from pathlib import Path

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from tasks.maintain import maintain
from tasks.plan import Plan
from tasks.read_plan import read_plan
from tasks.upkeep.chores import Chore


@flow(name="maintenance", validate_parameters=False)
def maintenance(
    plan_file: str | None = None, db: str | None = None, is_dry_run: bool = False
) -> list[Chore]:
    """Do the chores of an index, and tell what each came to."""
    plan = read_plan(Path(plan_file) if plan_file else None, {"db": Path(db) if db else None})
    return do_chores(plan, is_dry_run)


@task(name="maintain", cache_policy=NO_CACHE)
def do_chores(plan: Plan, is_dry_run: bool) -> list[Chore]:
    """Do the chores. Raises PreconditionFailed beside a run."""
    return maintain(plan, is_dry_run=is_dry_run)
