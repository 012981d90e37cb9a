"""``flagday clones``: definitions that occur identically, found by their definition hash."""

from collections.abc import Iterator
from typing import Annotated

import typer

from flows.cli.completing import names
from flows.cli.plain import plain
from flows.cli.read import Db, Json, line_of, print_json, print_lines
from tasks.home import DB
from tasks.index import Index
from tasks.index.answers import Clones


def clones(
    what: Annotated[
        str,
        typer.Argument(
            metavar="NAME|FILE:LINE",
            autocompletion=names,
            help="A name, exactly; or a place inside of a definition, as `where` prints it.",
        ),
    ],
    as_json: Json = False,
    db: Db = DB,
) -> None:
    """Tell which definitions occur identically, and in which roots and files."""
    with Index(db) as index:
        groups = index.clones(what)
    if as_json:
        print_json(groups)
        return
    if not groups:
        typer.echo(plain(f"no definition with a body for {what} in this index"), err=True)
    elif all(len(group.places) == 1 for group in groups):
        typer.echo(plain(f"every definition for {what} occurs once: {len(groups)}"), err=True)
    for group in groups:
        if len(group.places) > 1:
            print_lines(_lines(group))


def _lines(group: Clones) -> Iterator[str]:
    yield f"{group.definition}  {len(group.places)} places in {len(group.roots)} roots"
    for place in group.places:
        yield f"  {line_of(place)}"
