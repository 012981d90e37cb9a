"""``flagday clones``: definitions that occur identically, found by their definition hash."""

from dataclasses import asdict
from typing import Annotated, Final

import typer
from rich.console import Console

from flows.cli.read import Db, Json, line_of, print_json
from tasks.index import Index
from tasks.index.answers import Clones
from tasks.plan import Plan

_DB: Final = Plan().db


def clones(
    what: Annotated[
        str,
        typer.Argument(
            metavar="NAME|FILE:LINE",
            help="A name, exactly; or a place inside of a definition, as `where` prints it.",
        ),
    ],
    as_json: Json = False,
    db: Db = _DB,
) -> None:
    """Tell which definitions occur identically, and in which roots and files."""
    with Index(db) as index:
        groups = index.clones(what)
    if as_json:
        print_json([asdict(group) for group in groups])
        return
    if not groups:
        typer.echo(f"no definition with a body for {what} in this index", err=True)
    elif all(len(group.places) == 1 for group in groups):
        typer.echo(f"every definition for {what} occurs once: {len(groups)}", err=True)
    out = Console(soft_wrap=True)
    for group in groups:
        if len(group.places) > 1:
            _show(out, group)


def _show(out: Console, group: Clones) -> None:
    said = f"{group.definition}  {len(group.places)} places in {len(group.roots)} roots"
    out.print(said, markup=False, highlight=False)
    for place in group.places:
        out.print(f"  {line_of(place)}", markup=False, highlight=False)
