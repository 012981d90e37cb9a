"""The flows that Prefect runs at their time: the flag day and its rehearsal, from plain parameters.

What a deployment passes is JSON: a plan file, and a few flags that win over it. The thirteen steps
are those of the deployed flow run itself. Its end says what ``flagday run`` would say on stderr.
"""

from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from flows.execution import execute_here
from flows.showing import told
from tasks.name_roots import with_roots_in_service
from tasks.plan import Plan
from tasks.read_plan import read_plan


@flow(name="flag day")
def flag_day(  # noqa: PLR0913, PLR0917 -- what a deployment may pass
    plan_file: str | None = None,
    db: str | None = None,
    reuse: bool | None = None,
    workers: int | None = None,
    review: bool | None = None,
    if_changed: bool | None = None,
) -> str | State[Any]:
    """Rebuild the index from content, prove it, and put it in service.

    Returns the folder of the reports. ``plan_file`` defaults to ./flagday.toml of the process that
    runs this; the other parameters win over it.
    """
    flags = {"reuse": reuse, "workers": workers, "review": review, "if_changed": if_changed}
    return told(
        lambda: str(execute_here(_plan(plan_file, db, flags), is_rehearsal=False).artifacts)
    )


@flow(name="rehearsal")
def rehearsal(
    plan_file: str | None = None,
    db: str | None = None,
    reuse: bool | None = None,
    workers: int | None = None,
) -> str | State[Any]:
    """Do all that the flag day does but the cut-over; parameters as there."""
    flags = {"reuse": reuse, "workers": workers}
    return told(lambda: str(execute_here(_plan(plan_file, db, flags), is_rehearsal=True).artifacts))


def _plan(plan_file: str | None, db: str | None, flags: dict[str, Any]) -> Plan:
    file = Path(plan_file) if plan_file else None
    return with_roots_in_service(read_plan(file, {"db": Path(db) if db else None, **flags}))
