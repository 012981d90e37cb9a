"""``flagday inventory``: which code reads and writes the legacy tables."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import apsw
import typer

from flows.cli.flags import PlanFile
from flows.cli.plain import plain, plain_line
from flows.cli.printing import say
from flows.cli.writing import write
from tasks.back_up import backup_folder
from tasks.errors import FlagDayError, PlanInvalid, PreconditionFailed
from tasks.own_folders import require_not_own
from tasks.plan import Plan
from tasks.read_plan import read_plan
from tasks.store.untouched import settled_if_any
from tasks.working_folder import elsewhere

Db = Annotated[Path | None, typer.Option(help="The legacy index. Default: the plan's.")]
Code = Annotated[
    list[Path] | None, typer.Option(help="Consumer code: a folder or a file. Repeatable.")
]
Tables = Annotated[
    str | None, typer.Option(help="Legacy tables, with commas. Default: the plan's.")
]
FormatName = Annotated[
    str | None,
    typer.Option("--format", help="md, json, sarif or html. Default: text; with --output, md."),
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="A file. Default: stdout.")]
Former = Annotated[
    Path | None, typer.Option("--diff", help="A former inventory as JSON to compare with.")
]
Capture = Annotated[
    str | None, typer.Option(help="A command that runs Python; its SQL is added as observed.")
]
Closure = Annotated[
    bool, typer.Option("--closure", help="In text, list all that is dropped and all tables, too.")
]


def inventory(  # noqa: PLR0913, PLR0917 -- one parameter a flag
    db: Db = None,
    code: Code = None,
    tables: Tables = None,
    form: FormatName = None,
    output: Output = None,
    diff: Former = None,
    capture: Capture = None,
    closure: Closure = False,
    plan: PlanFile = None,
) -> None:
    """List every place in code that reads or writes the legacy tables; nothing is changed."""
    from verification.inventory.reporting import Format, brief, rendered  # noqa: PLC0415 -- loads grammars

    if form is not None and form not in set(Format):
        raise PlanInvalid(f"there is no format {form}", next_step=f"Choose {', '.join(Format)}.")
    asked = read_plan(plan, {"db": db, "code": code or None})
    if not asked.code and not capture:
        raise PlanInvalid("no code was named", next_step="Name it with --code or in the plan.")
    missing = [str(path) for path in asked.code if not path.exists()]
    if missing or (db is not None and not asked.db.exists()):
        gone = ", ".join(missing) or str(asked.db)
        raise PreconditionFailed(f"{gone} is not there", next_step="Name what is there.")
    if output is not None:
        require_not_own(output, asked.db, backup_folder(asked))
    former = _former(diff)
    taken = _taken(asked, tables, capture)
    if form is None and output is None:
        sys.stdout.write(brief(taken, former, plain_line, is_whole=closure))
        return
    text = rendered(taken, Format(form or Format.MARKDOWN), former)
    if output is None:
        sys.stdout.write(plain(text))
    else:
        write(output, [text.encode()])
        typer.echo(f"{len(taken.code_paths)} code paths in {output}", err=True)


def _taken(plan: Plan, tables: str | None, capture: str | None) -> Any:
    """Take what step 2 takes; where tables are named, of these and what depends on them alone."""
    from tasks.recognise import recognise  # noqa: PLC0415 -- as above
    from verification.inventory.capture import observed  # noqa: PLC0415 -- loads grammars

    with elsewhere():
        from tasks.take_inventory import inventory_of, superseded  # noqa: PLC0415 -- loads Prefect

    named = tuple(name.strip() for name in (tables or "").split(",") if name.strip())
    service = recognise(plan.db)
    if named:
        plan = plan.model_copy(update={"legacy": plan.legacy.model_copy(update={"tables": named})})
    try:
        taken = inventory_of(plan, service, {} if named else superseded(service))
        if not capture:
            return taken
        with settled_if_any(plan.db) as database:
            taken, exit_code = observed(taken, capture, database, plan.code)
    except apsw.Error as error:
        raise PreconditionFailed(
            f"{plan.db} cannot be read: {error}", next_step="Name a readable index with --db."
        ) from error
    except OSError as error:
        raise FlagDayError(
            f"the command to capture did not run: {error}", next_step="Try it by itself."
        ) from error
    if exit_code:
        say(f"the command ended with exit code {exit_code}: what it ran until then is told")
    return taken


def _former(path: Path | None) -> dict[str, Any] | None:
    if path is None:
        return None
    try:
        former = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise PlanInvalid(
            f"{path} is no inventory as JSON: {error}",
            next_step="Write one with --format json -o FILE.",
        ) from error
    if not isinstance(former, dict) or "code_paths" not in former:
        raise PlanInvalid(f"{path} is no inventory", next_step="Write one with --format json.")
    return former
