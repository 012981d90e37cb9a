"""The commands that ask an index: where, uses, symbols, imports."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from flows.cli.completing import names
from flows.cli.places import paths_from_here
from flows.cli.printing import import_line, print_json, print_lines, say, show
from tasks.errors import PlanInvalid
from tasks.home import DB, index_here
from tasks.index import Index
from tasks.index.answers import Use, UsingFile
from tasks.index.filters import MOST_ANSWERS

if TYPE_CHECKING:
    from tasks.lake.lake import Lake

Name = Annotated[str, typer.Argument(help="The name, exactly.", autocompletion=names)]
Type = Annotated[
    str | None, typer.Option("--type", help="Only this type, such as function or call.")
]
Language = Annotated[str | None, typer.Option(help="Only this language.")]
Origin = Annotated[
    str | None,
    typer.Option(help="Only these: standard library, third party, local or relative."),
]
InRoot = Annotated[str | None, typer.Option("--root", help="Only this root, by name.")]
InPath = Annotated[
    str | None, typer.Option("--path", help="Only paths like this, such as 'net/*.c'.")
]
Scope = Annotated[str | None, typer.Option(help="Only inside of this definition, such as C.f.")]
Limit = Annotated[int | None, typer.Option(min=0, help="So many answers at most; 0: all.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Vimgrep = Annotated[
    bool, typer.Option("--vimgrep", help="Print path:line:column:text, as vim's quickfix reads it.")
]
ExitCode = Annotated[bool, typer.Option("--exit-code", help="Exit 1 where nothing is found.")]
_NOTHING: Final = 1  # exit code with --exit-code


def chosen_index(ctx: typer.Context, db: Path) -> Path:
    """Return the index that the command line names, else the plan of the working folder.

    Raises PreconditionFailed where it is a folder.
    """
    source = ctx.get_parameter_source("db")
    chosen = db if source is not None and source.name == "COMMANDLINE" else index_here()
    if os.path.isdir(chosen):  # noqa: PTH112 -- a Path takes longer
        from tasks.store.refusals import a_folder  # noqa: PLC0415 -- for the refusal alone

        raise a_folder(chosen)
    return chosen


Db = Annotated[
    Path,
    typer.Option(help="The index.", callback=chosen_index, show_default=f"the plan's, else {DB}"),
]
InLake = Annotated[
    Path | None, typer.Option("--lake", help="Ask this lake, a folder, instead of an index.")
]


def where(  # noqa: PLR0913, PLR0917 -- one parameter a flag
    name: Name,
    type_: Type = None,
    language: Language = None,
    root: InRoot = None,
    path: InPath = None,
    scope: Scope = None,
    limit: Limit = None,
    as_json: Json = False,
    as_vimgrep: Vimgrep = False,
    exit_code: ExitCode = False,
    db: Db = DB,
    lake: InLake = None,
) -> None:
    """Tell where a name is defined."""
    filters = {"type": type_, "language": language, "root": root, "path": path, "scope": scope}
    with _opened(db, lake) as index:
        found = index.where(name, **filters, limit=one_more(limit))
        show(index, found[: limit or None], as_json=as_json, as_vimgrep=as_vimgrep)
        if not found:
            from flows.cli.nothing import not_defined  # noqa: PLC0415 -- an answer needs none

            say(not_defined(index, name, filters))
    leave(found, limit, exit_code=exit_code)


def uses(  # noqa: PLR0913, PLR0917 -- one parameter a flag
    name: Name,
    type_: Type = None,
    language: Language = None,
    root: InRoot = None,
    path: InPath = None,
    scope: Scope = None,
    limit: Limit = None,
    files: Annotated[
        bool, typer.Option("--files", help="Only the files, each with the number of its uses.")
    ] = False,
    as_json: Json = False,
    as_vimgrep: Vimgrep = False,
    exit_code: ExitCode = False,
    db: Db = DB,
    lake: InLake = None,
) -> None:
    """Tell which files use a name, and where in them."""
    if files and (scope or as_vimgrep):
        raise PlanInvalid(
            "--files tells no places", next_step="Leave --scope and --vimgrep, or --files, away."
        )
    filters = {"type": type_, "language": language, "root": root, "path": path}
    with _opened(db, lake) as index:
        found: Sequence[Use | UsingFile]
        if files:
            found = index.files_using(name, **filters, limit=one_more(limit))
        else:
            found = index.uses(name, **filters, scope=scope, limit=one_more(limit))
        show(index, found[: limit or None], as_json=as_json, as_vimgrep=as_vimgrep)
        if not found:
            from flows.cli.nothing import not_used  # noqa: PLC0415 -- as above

            say(not_used(index, name, {**filters, "scope": scope}))
    leave(found, limit, exit_code=exit_code)


def symbols(  # noqa: PLR0913, PLR0917 -- one parameter a flag
    file: Annotated[str, typer.Argument(help="A path in its root, root/path, or a path on disk.")],
    type_: Type = None,
    root: InRoot = None,
    limit: Limit = None,
    as_json: Json = False,
    as_vimgrep: Vimgrep = False,
    exit_code: ExitCode = False,
    db: Db = DB,
) -> None:
    """Tell what a file defines, in the order of its lines."""
    with Index(db) as index:
        meant = on_disk(index, file)
        found = index.symbols(meant, type=type_, root=root, limit=one_more(limit))
        show(index, found[: limit or None], as_json=as_json, as_vimgrep=as_vimgrep)
        if not found:
            from flows.cli.nothing import no_symbols  # noqa: PLC0415 -- as above

            for said in no_symbols(index, file, index.files(meant), root):
                say(said)
    leave(found, limit, exit_code=exit_code)


def imports(  # noqa: PLR0913, PLR0917 -- one parameter a flag
    module: Annotated[str, typer.Argument(help="The module, spelled as files spell it.")],
    origin: Origin = None,
    language: Language = None,
    root: InRoot = None,
    path: InPath = None,
    limit: Limit = None,
    as_json: Json = False,
    exit_code: ExitCode = False,
    db: Db = DB,
) -> None:
    """Tell which files import a module, and where."""
    filters = {"origin": origin, "language": language, "root": root, "path": path}
    with Index(db) as index:
        found = index.imports(module, **filters, limit=one_more(limit))
        shown = found[: limit or None]
        if as_json:
            print_json(shown)
        else:
            path_of = paths_from_here(index, shown)
            print_lines(import_line(item, path_of) for item in shown)
        if not found:
            from flows.cli.nothing import narrowed, no  # noqa: PLC0415 -- as above

            ask = partial(index.imports, module)
            reason = narrowed(index, f"{module} is imported", ask, filters)
            say(reason or no(index, module, index.modules_like(module), filters))
    leave(found, limit, exit_code=exit_code)


def on_disk(index: Index, file: str) -> str:
    """Return what the index calls a file that it does not know so, but as it lies on disk."""
    return file if index.files(file) else str(Path(file).resolve())


def one_more(limit: int | None) -> int | None:
    """Return the limit that tells whether there are more answers than these; None or 0: all."""
    return limit + 1 if limit and limit < MOST_ANSWERS else limit


def leave(found: Sequence[object], limit: int | None = None, *, exit_code: bool) -> None:
    """Tell that there are more answers than the limit, which were shown.

    Exit 1 where nothing was found, and the command was asked to tell so.
    """
    if limit and len(found) > limit:
        say(f"there are more than these {limit}; --limit 0 shows all")
    if exit_code and not found:
        raise typer.Exit(_NOTHING)


def _opened(db: Path, lake: Path | None) -> Index | Lake:
    if lake is None:
        return Index(db)
    from tasks.lake.damage import rows_lost  # noqa: PLC0415 -- as below
    from tasks.lake.lake import Lake  # noqa: PLC0415 -- an extra, and slow to load

    opened = Lake(lake)
    if lacking := opened.lacking():
        say(rows_lost(lake, lacking))
    return opened
