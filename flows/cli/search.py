"""``flagday search``: symbols by a part of their name, the closest first."""

from functools import partial
from typing import Annotated, Any

import typer

from flows.cli.printing import say, show
from flows.cli.read import (
    Db,
    ExitCode,
    InPath,
    InRoot,
    Json,
    Language,
    Scope,
    Vimgrep,
    leave,
    one_more,
)
from tasks.home import DB
from tasks.index import Found, Index, Mode
from tasks.index.mode import DEFAULT_LIMIT


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
    exit_code: ExitCode = False,
    db: Db = DB,
) -> None:
    """Tell which symbols have a name like this, the closest first."""
    with Index(db) as index:
        asked = partial(index.search, pattern, mode=mode, ignore_case=ignore_case)
        filters: dict[str, Any] = {"language": language, "root": root, "path": path}
        filters["scope"] = scope
        found = asked(types=types or (), limit=one_more(limit), **filters)
        show(index, found[: limit or None], as_json=as_json, as_vimgrep=as_vimgrep)
        if not found:
            from flows.cli.nothing import narrowed, no  # noqa: PLC0415 -- an answer needs none

            def ask(type: str | None = None, **left: Any) -> Found:  # noqa: A002 -- as filters
                return asked(types=types if type and types else (), **left)

            filters = {"type": " or ".join(types) if types else None, **filters}
            reason = narrowed(index, f"a symbol like {pattern} is defined", ask, filters)
            alike = [] if mode is Mode.REGEX else index.names_like(pattern)
            say(reason or no(index, f"symbol like {pattern}", alike, filters))
    leave(found, limit, exit_code=exit_code)
