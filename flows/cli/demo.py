"""``flagday demo``: a whole flag day on a small legacy index, to look at."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.narration import narrated
from flows.cli.run import program, short
from flows.tour.stage import Stage
from flows.tour.tour import REPORTS, Toured, suggestions, told, tour


def demo(
    folder: Annotated[
        Path, typer.Argument(help="A new folder for everything that the demo makes.")
    ] = Path("flagday-demo"),
) -> None:
    """Show a whole flag day on a small legacy index, in a folder of its own.

    Needs git. Works offline, takes some ten seconds, and leaves nothing running.
    """
    stage = Stage(folder)
    with narrated() as console:

        def say(what: str) -> None:
            console.print(f"[bold]·[/] {what}", highlight=False, soft_wrap=True)

        toured = tour(stage, say)
    _show(stage, toured)


def _show(stage: Stage, toured: Toured) -> None:
    typer.echo("what happened")
    for word, sentence in told(stage, toured):
        typer.echo(f"  {word:<9} {sentence}")
    typer.echo("\nopen")
    for name, what in REPORTS.items():
        typer.echo(f"  {short(toured.workspace.artifacts / name)}  {what}")
    typer.echo("\ntry next:")
    for command in suggestions(program(), shlex.quote(short(stage.database))):
        typer.echo(f"  {command}")
