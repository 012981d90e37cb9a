"""``flagday clones``: definitions that occur identically, found by their definition hash."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.completing import names
from flows.cli.places import paths_from_here
from flows.cli.printing import line_of, print_json, print_lines, say
from flows.cli.read import Db, ExitCode, Json, leave, on_disk
from tasks.home import DB
from tasks.index import Index
from tasks.index.index import place_of

if TYPE_CHECKING:
    from flows.cli.places import PathOf
    from tasks.index import Clones


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
    exit_code: ExitCode = False,
    db: Db = DB,
) -> None:
    """Tell which definitions occur identically, and in which roots and files."""
    with Index(db) as index:
        place = place_of(what)
        file = on_disk(index, place[0]) if place else None
        groups = index.clones(f"{file}:{place[1]}" if place else what)
        several = [group for group in groups if len(group.places) > 1]
        if as_json:
            print_json(groups)
        else:
            path_of = paths_from_here(index, (each for group in several for each in group.places))
            print_lines(line for group in several for line in _lines(group, path_of))
        if not several:
            say(_why_none(index, what, groups, place[0] if place else None, file))
    leave(several, exit_code=exit_code)


def _why_none(
    index: Index, what: str, groups: list[Clones], asked: str | None, file: str | None
) -> str:
    from flows.cli.nothing import no_clones, no_file, no_others  # noqa: PLC0415 -- as it says

    if groups:
        return no_others(index, what, groups)
    if asked is not None and file is not None and not index.files(file):
        return no_file(index, asked)
    return no_clones(index, what, file)


def _lines(group: Clones, path_of: PathOf) -> Iterator[str]:
    yield f"{group.definition}  {len(group.places)} places in {len(group.roots)} roots"
    for place in group.places:
        yield f"  {line_of(place, path_of)}"
