"""``flagday search``: symbols by a part of their name, the closest first."""

from typing import Annotated

import typer

from flows.cli.plain import plain
from flows.cli.read import Db, InPath, InRoot, Json, Language, Scope, Vimgrep, show
from tasks.home import DB
from tasks.index import Index
from tasks.index.mode import DEFAULT_LIMIT, Mode


def search(  # noqa: PLR0913, PLR0917 -- one parameter a flag
    pattern: Annotated[str, typer.Argument(help="A part of the name, unless --mode says more.")],
    mode: Annotated[
        Mode, typer.Option(help="How the pattern is compared with names.")
    ] = Mode.SUBSTRING,
    ignore_case: Annotated[
        bool, typer.Option("--ignore-case", "-i", help="Without distinction of case.")
    ] = False,
    types: Annotated[
        list[str] | None,
        typer.Option("--type", help="Only this type, such as struct; can be given again."),
    ] = None,
    language: Language = None,
    root: InRoot = None,
    path: InPath = None,
    scope: Scope = None,
    limit: Annotated[
        int, typer.Option(min=0, help="So many answers at most; 0: all.")
    ] = DEFAULT_LIMIT,
    as_json: Json = False,
    as_vimgrep: Vimgrep = False,
    db: Db = DB,
) -> None:
    """Tell which symbols have a name like this, the closest first."""
    with Index(db) as index:
        found = index.search(
            pattern,
            mode=mode,
            ignore_case=ignore_case,
            types=types or (),
            language=language,
            root=root,
            path=path,
            scope=scope,
            limit=limit or None,
        )
        show(index, found, as_json=as_json, as_vimgrep=as_vimgrep)
    if found.has_more:
        typer.echo(f"there are more than these {limit}; --limit 0 shows all", err=True)
    elif not found:
        typer.echo(plain(f"no symbol like {pattern} in this index"), err=True)
