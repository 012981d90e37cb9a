"""``flagday clones``: definitions that occur identically, found by their definition hash."""

import re
from itertools import groupby
from typing import Annotated, Any, Final

import typer
from rich.console import Console

from flows.cli.read import Db, Json, ask_index, print_json
from tasks.plan import Plan

_DB: Final = Plan().db
# As `where` prints it, with or without the column. What ends in a number otherwise is a name.
_PLACE: Final = re.compile(r"(?P<file>.*[./].*?):(?P<line>\d+)(:\d+)?")


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
    if place := _PLACE.fullmatch(what):
        rows = ask_index(db, "clones_at_place", file=place["file"], line=place["line"])
    else:
        rows = ask_index(db, "clones_of_name", name=what)
    groups = _groups(rows)
    if as_json:
        print_json(groups)
        return
    if not groups:
        typer.echo(f"no definition with a body for {what} in this index", err=True)
    elif all(len(group["places"]) == 1 for group in groups):
        typer.echo(f"every definition for {what} occurs once: {len(groups)}", err=True)
    out = Console(soft_wrap=True)
    for group in groups:
        if len(group["places"]) > 1:
            _show(out, group)


def _groups(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Gather the places of each definition; what occurs most often comes first."""
    groups = []
    for definition, found in groupby(rows, key=lambda row: row["definition"]):
        places = [{key: row[key] for key in row if key != "definition"} for row in found]
        roots = sorted({place["root"] for place in places})
        groups.append({"definition": definition, "roots": roots, "places": places})
    return sorted(groups, key=lambda group: (-len(group["places"]), group["definition"]))


def _show(out: Console, group: dict[str, Any]) -> None:
    places, roots = group["places"], group["roots"]
    said = f"{group['definition']}  {len(places)} places in {len(roots)} roots"
    out.print(said, markup=False, highlight=False)
    for row in places:
        scope = f"  in {row['scope']}" if row["scope"] else ""
        place = f"{row['root']}/{row['path']}:{row['line']}:{row['column']}"
        said = f"  {place}  {row['type']} {row['name']}{scope}"
        out.print(said, markup=False, highlight=False)
