"""Flags that several commands have, in one meaning each."""

from pathlib import Path
from typing import Annotated, Final

import typer

TABLE_CHARS: Final = 200  # off a terminal a row of a table is one line

Db = Annotated[Path | None, typer.Option(help="The index. Default: the plan's.")]
PlanFile = Annotated[
    Path | None, typer.Option("--plan", help="A plan. Default: ./flagday.toml, where there is one.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only tell what would change.")]
Review = Annotated[
    bool | None,
    typer.Option("--review/--no-review", help="Wait for a person's approval before the cut-over."),
]
IfChanged = Annotated[
    bool | None,
    typer.Option(
        "--if-changed/--no-if-changed",
        help="Run no flag day where it would make the index in service again.",
    ),
]
