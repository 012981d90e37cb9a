"""``flagday init``: a first plan, from what is here and below."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.plain import plain
from tasks.errors import PreconditionFailed
from tasks.faults import why
from tasks.home import PLAN
from tasks.read_plan import read_plan
from tasks.store.header import require_file
from tasks.surroundings.builders import places_here
from tasks.surroundings.found import Database, Surroundings
from tasks.surroundings.look import look_around
from tasks.surroundings.plan_text import plan_text, running


def init(
    db: Annotated[
        Path | None, typer.Option(help="The index. Default: a legacy one, where one is found.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the plan, and write nothing.")
    ] = False,
) -> None:
    """Write flagday.toml from what is found here: roots, legacy index, its code, its builders."""
    if PLAN.exists() and not dry_run:
        raise PreconditionFailed(
            f"{PLAN} is there already, and is not overwritten",
            next_step="`flagday init --dry-run` prints what would be written now.",
        )
    if db:
        require_file(db.absolute())
    found = look_around(Path.cwd(), db.absolute() if db else None, places_here())
    text = plan_text(found)
    if dry_run:
        typer.echo(plain(text), nl=False)
        return
    _write(text)
    read_plan(PLAN, {})  # what was written is a plan
    typer.echo(PLAN)
    _tell(found)


def _write(text: str) -> None:
    try:
        PLAN.write_text(text, "utf-8")
    except OSError as error:
        raise PreconditionFailed(
            f"{PLAN.absolute()} cannot be written: {why(error, PLAN)}",
            next_step="Have write access to that folder, and room in it; or redirect what "
            "`flagday init --dry-run` prints. Nothing was changed.",
        ) from error


def _tell(found: Surroundings) -> None:
    """Say what was found, and what to do next."""
    database = found.database
    builders = found.builders
    count = len(builders.units) + len(builders.daemons) + len(builders.cron)
    for word, said in (
        ("roots", f"{', '.join(map(str, found.roots))}  ({found.roots_from})"),
        ("index", f"{database.path}  {_what(database)}" if database else "none yet"),
        *(("also", f"{other.path}  {other.what}") for other in found.others),
        ("code", ", ".join(map(str, found.code)) or _no_code(database)),
        ("builders", f"{count} suggested, commented out: look at them" if count else "none seen"),
    ):
        typer.echo(plain(f"{word:<9} {said}"), err=True)
    typer.echo(f"next: read flagday.toml{_first(found)}, then `flagday rehearse`", err=True)


def _what(database: Database) -> str:
    if database.what:
        return database.what
    is_there = database.path.exists()
    return "keeps no symbols that are known" if is_there else "is not there yet: a run makes it"


def _no_code(database: Database | None) -> str:
    if database and database.unknown:
        return "not searched: no table is known to be legacy"
    return "none that names legacy tables"


def _first(found: Surroundings) -> str:
    """Say what to do before a rehearsal: name tables, and the builders that step 3 would meet."""
    is_unknown = found.database and found.database.unknown
    said = ", name the tables of the old index in legacy.tables" if is_unknown else ""
    names = running(found)
    if not names:
        return said
    sections = ", ".join(f"[[builders]] {name}" for name in names)
    many = "run" if len(names) > 1 else "runs"
    return f"{said}, uncomment {sections}, which {many} now, or the day stops in front of it"
