"""``flagday backup``, ``restore``, ``roll-back``: the way home; ``flagday audit``: its record."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from flows import roll_back as way_home
from flows.cli.flags import Db, DryRun, PlanFile
from flows.cli.plain import plain
from flows.cli.printing import print_json, print_lines, say
from flows.cli.read import Json
from flows.cli.waiting import waiting
from migrations.runner import LATEST
from tasks.back_up import backup_folder
from tasks.bring_back import BroughtBack
from tasks.errors import PreconditionFailed
from tasks.naming import naming, to_restore
from tasks.plan import Plan
from tasks.read_plan import read_plan
from tasks.store import audit as log
from tasks.store.audit_check import problems as problems_of
from tasks.store.backup_files import schema_name
from tasks.store.backups import examine
from tasks.store.lock import running
from tasks.store.packing import Description

Identity = Annotated[
    Path | None,
    typer.Option(help="Key of a recipient: an age key file or an OpenSSH private key."),
]


def backup(
    to: Annotated[Path | None, typer.Option(help="File to write. Default: a new one.")] = None,
    db: Db = None,
    plan: PlanFile = None,
    dry_run: DryRun = False,
) -> None:
    """Back the index in service up; print the file."""
    chosen, file = _plan(plan, db), to.absolute() if to else None
    if dry_run:
        typer.echo(way_home.foretold(chosen, file))
        typer.echo("would be written; nothing was", err=True)
        return
    with waiting("backing up"):
        made = way_home.back_up(chosen, file)
    typer.echo(made.path)
    typer.echo(f"sha256 of the database {made.description.sha256}", err=True)
    again = to_restore(made.path, chosen.db)
    typer.echo(f"next: `{again}` puts it in service again", err=True)


def restore(
    file: Annotated[Path, typer.Argument(help="A backup.")],
    db: Db = None,
    plan: PlanFile = None,
    identity: Identity = None,
    dry_run: DryRun = False,
) -> None:
    """Put the index of a backup in service, byte for byte."""
    chosen = _plan(plan, db)
    if dry_run:
        _foretell(chosen, file.absolute(), identity)
        return
    with waiting("bringing back"):
        done = way_home.restore(chosen, file.absolute(), identity)
    _tell(chosen, done)


def roll_back(
    db: Db = None, plan: PlanFile = None, identity: Identity = None, dry_run: DryRun = False
) -> None:
    """Bring the index of before back, byte for byte; again, the one before that."""
    chosen = _plan(plan, db)
    if dry_run:
        _foretell(chosen, way_home.backup_of_before(chosen), identity)
        return
    with waiting("bringing back"):
        done = way_home.roll_back(chosen, identity)
    _tell(chosen, done)


def audit(
    db: Db = None,
    plan: PlanFile = None,
    as_json: Json = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only look for changes and cuts; print no lines.")
    ] = False,
) -> None:
    """Show who did what to an index; exit 3 where the log was changed or cut."""
    service = _plan(plan, db).db
    entries, problems = log.lines(service), problems_of(service)
    unended = log.unended(entries)
    if as_json:
        numbers = [entry.line for entry in unended]
        listed = [asdict(entry) for entry in entries]
        print_json({"lines": listed, "unended": numbers, "problems": problems})
    elif not check:
        _show(entries)
    if problems:
        raise PreconditionFailed(
            f"{log.log_of(service)}: {'; '.join(problems)}",
            next_step="Compare it with its copies. The lines before the first of these are as "
            "they were written.",
        )
    _tell_unended(service, unended)
    typer.echo(f"{len(entries)} lines, all as they were written", err=True)


def _plan(file: Path | None, db: Path | None) -> Plan:
    return read_plan(file, {"db": db})


def _tell(plan: Plan, done: BroughtBack) -> None:
    """Say what is in service, how to go forward again, and what to do now."""
    held, replaced = done.description, done.replaced
    typer.echo(plan.db)
    say(
        f"in service: {schema_name(held.schema_version)}, as of {held.made_at}, verified: sha256 "
        f"{held.sha256}"
    )
    if replaced:
        forward = to_restore(replaced.path, plan.db)
        was = schema_name(replaced.description.schema_version)
        typer.echo(f"what was in service, {was}, is kept: `{forward}` brings it back", err=True)
    if warning := _warning(held):
        typer.echo(warning, err=True)
    doctor, audited = (naming(f"flagday {word}", plan.db) for word in ("doctor", "audit"))
    typer.echo(f"next: `{doctor}` examines it; `{audited}` tells what was done", err=True)


def _warning(held: Description) -> str | None:
    """Say who cannot read what comes back; None where it has today's schema."""
    if held.schema_version == LATEST:
        return None
    return (
        f"warning: code that was written for v{LATEST} breaks on it, for golden_symbols and "
        "golden_refs do not exist there: redeploy the code of before"
    )


def _foretell(plan: Plan, backup: Path, identity: Path | None) -> None:
    """Read a backup, and say what would come of it."""
    with waiting("reading the backup"):
        held = examine(backup, identity)
    typer.echo(backup)
    said = [
        f"would be in service as {plan.db}: {schema_name(held.schema_version)}, "
        f"{held.size_bytes:,} bytes as of {held.made_at}, every byte read: sha256 {held.sha256}"
    ]
    if plan.db.exists():
        said.append("what is in service now would be " + _fate(plan))
    if warning := _warning(held):
        said.append(warning)
    typer.echo(plain("\n".join([*said, "nothing was changed"])), err=True)


def _fate(plan: Plan) -> str:
    if not plan.backup.keep:
        return "gone: the plan keeps no backups (backup.keep = 0)"
    return f"backed up first, into {backup_folder(plan)}"


def _tell_unended(service: Path, unended: list[log.Line]) -> None:
    why = "it was killed, or is under way" if running(service) else "it was killed"
    for entry in unended:
        run = f" {entry.detail['run']}" if "run" in entry.detail else ""
        typer.echo(
            f"line {entry.line}: {entry.action}{run} began at {entry.at[:19]} and has no end on "
            f"record: {why}",
            err=True,
        )


def _show(entries: list[log.Line]) -> None:
    """Print one line an entry; a digest as its first twelve digits."""
    for entry in entries:
        digest = (entry.digest or "-")[:12]
        detail = " ".join(f"{key}={value}" for key, value in entry.detail.items())
        said = (entry.at[:19], entry.who, entry.action, entry.result, digest, detail)
        print_lines(["\t".join(said)])
