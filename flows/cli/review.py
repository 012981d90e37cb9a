"""``flagday approve``: the answer to a run that waits for its review."""

from typing import Annotated

import typer

from flows.cli.flags import Db, PlanFile
from flows.review import answer
from tasks.read_plan import read_plan


def approve(
    run: Annotated[str, typer.Argument(help="The run that waits, as `flagday status` names it.")],
    reject: Annotated[bool, typer.Option("--reject", help="Say no: nothing is changed.")] = False,
    note: Annotated[str, typer.Option(help="Why; it stands in the audit log.")] = "",
    db: Db = None,
    plan: PlanFile = None,
) -> None:
    """Let a run that waits for its review put its index in service, or reject it."""
    answer(read_plan(plan, {"db": db}).db, run, is_approved=not reject, note=note)
    typer.echo(f"run {run} {'rejected' if reject else 'approved'}", err=True)
