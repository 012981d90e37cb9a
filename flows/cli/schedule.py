"""``flagday schedule``: rebuild, rehearse or look after an index at fixed times."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.flags import Db, IfChanged, Review
from flows.schedule import Kind, Schedule, Times, serve
from tasks.errors import PlanInvalid
from tasks.read_plan import FILE_NAME, read_plan

Cron = Annotated[
    str | None,
    typer.Option(help='When, as cron has it: minute hour day month weekday, "0 2 * * *".'),
]
Every = Annotated[float | None, typer.Option(help="Seconds from one run to the next, instead.")]
Timezone = Annotated[str, typer.Option(help="Of the cron, as Europe/Berlin.")]
PlanFile = Annotated[Path, typer.Option("--plan", help="The plan. It names the roots.")]


def schedule(  # noqa: PLR0913, PLR0917 -- one parameter a flag
    cron: Cron = None,
    every: Every = None,
    timezone: Timezone = "UTC",
    plan: PlanFile = Path(FILE_NAME),
    db: Db = None,
    rehearse: Annotated[bool, typer.Option("--rehearse", help="Rehearse instead.")] = False,
    maintain: Annotated[bool, typer.Option("--maintain", help="Look after it instead.")] = False,
    review: Review = None,
    if_changed: IfChanged = None,
) -> None:
    """Run the flag day at fixed times, until a signal ends it; no Prefect server is needed."""
    times = Times(cron, every, timezone)
    if rehearse and maintain:
        raise PlanInvalid(
            "--rehearse or --maintain: one of both", next_step="Start two schedules, one for each."
        )
    kind = Kind.REHEARSAL if rehearse else Kind.UPKEEP if maintain else Kind.REBUILD
    if review is not None and kind is not Kind.REBUILD:
        raise PlanInvalid(f"{kind} has no cut-over to review", next_step="Leave --review out.")
    if if_changed is not None and kind is not Kind.REBUILD:
        raise PlanInvalid(f"{kind} is done at each time", next_step="Leave --if-changed out.")
    chosen = read_plan(plan, {"db": db})
    parameters: dict[str, str | bool] = {"plan_file": str(plan.absolute()), "db": str(chosen.db)}
    flags = {"review": review, "if_changed": if_changed}
    parameters |= {name: flag for name, flag in flags.items() if flag is not None}
    serve(
        Schedule(kind, times, chosen, parameters),
        lambda said: typer.echo(f"schedule: {said}", err=True),
    )
