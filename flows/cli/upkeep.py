"""``flagday doctor``: how well an index is; ``flagday maintain``: what its belongings need."""

import sys
from dataclasses import asdict
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from flows.cli.flags import TABLE_CHARS, Db, PlanFile
from flows.cli.plain import plain
from flows.cli.printing import print_json
from flows.cli.read import Json
from flows.cli.waiting import waiting
from flows.upkeep import examine, quarantine, why_quarantine
from tasks.back_up import backup_folder
from tasks.maintain import maintain as do_chores
from tasks.naming import to_restore
from tasks.read_plan import read_plan
from tasks.store import backup_files
from tasks.store.quarantine import way_back
from tasks.upkeep.findings import Examination, Finding, Health, Topic

VERSION: Final = 1  # of the JSON; see verification/schemas/doctor.schema.json
_EXIT: Final = {Health.HEALTHY: 0, Health.DEGRADED: 7, Health.STALE: 7, Health.DAMAGED: 8}
_STYLE: Final = {
    Health.HEALTHY: "green",
    Health.DEGRADED: "yellow",
    Health.STALE: "yellow",
    Health.DAMAGED: "bold red",
}


def doctor(  # noqa: PLR0913, PLR0917 -- one parameter a flag
    full: Annotated[
        bool, typer.Option("--full", help="Every byte, key and file, instead of samples.")
    ] = False,
    set_aside: Annotated[
        bool,
        typer.Option("--quarantine", help="Set aside what is damaged; nothing is deleted."),
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="With --quarantine: only tell what would be set aside."),
    ] = False,
    db: Db = None,
    plan: PlanFile = None,
    as_json: Json = False,
) -> None:
    """Tell how well an index is, in one word, and what to do. Exit 7: attention; 8: damaged."""
    chosen = read_plan(plan, {"db": db})
    with waiting("examining"):
        examination = examine(chosen, is_full=full)
    if as_json:
        print_json(_as_json(examination))
    else:
        _show(examination)
    if set_aside and dry_run:
        why = why_quarantine(chosen, examination)
        typer.echo(f"{chosen.db.resolve()} would be set aside: {why}", err=True)
    elif set_aside:
        for path in quarantine(chosen, examination):
            typer.echo(f"quarantined as {path}", err=True)
            typer.echo(f"back: {way_back(path)}", err=True)
        for backup in backup_files.found(chosen.db, backup_folder(chosen))[-1:]:
            restore = to_restore(backup, chosen.db)
            typer.echo(f"  or: {restore}, the newest backup", err=True)
    if code := _EXIT[examination.health]:
        raise typer.Exit(code)


def maintain(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would be done.")
    ] = False,
    db: Db = None,
    plan: PlanFile = None,
    as_json: Json = False,
) -> None:
    """Look after what belongs to an index; the index itself keeps every byte."""
    with waiting("maintaining"):
        done = do_chores(read_plan(plan, {"db": db}), is_dry_run=dry_run)
    if as_json:
        print_json([{**asdict(chore), "freed_bytes": chore.freed_bytes} for chore in done])
        return
    table = Table("chore", "before", "after", "what was done", box=None, pad_edge=False)
    for chore in done:
        table.add_row(chore.name, f"{chore.before_bytes:,}", f"{chore.after_bytes:,}", chore.said)
    Console(width=None if sys.stdout.isatty() else TABLE_CHARS, highlight=False).print(table)
    verb = "would be freed" if dry_run else "freed"
    typer.echo(f"{sum(chore.freed_bytes for chore in done):,} bytes {verb}")


def _as_json(examination: Examination) -> dict[str, Any]:
    return {
        "version": VERSION,
        "index": examination.index,
        "depth": examination.depth,
        "health": examination.health,
        "topics": [
            {
                "topic": topic.name,
                "health": topic.health,
                "not_examined": topic.not_examined,
                "facts": dict(topic.facts),
                "findings": [asdict(finding) for finding in topic.findings],
            }
            for topic in examination.topics
        ],
    }


def _show(examination: Examination) -> None:
    out = Console(soft_wrap=True, highlight=False)
    word = f"[{_STYLE[examination.health]}]{examination.health}[/]"
    out.print(f"{word}  ", end="")
    out.print(plain(f"{examination.index}, {examination.depth} examination"), markup=False)
    for topic in examination.topics:
        style = _STYLE[topic.health]
        word = "-" if topic.not_examined else topic.health
        out.print(f"  {topic.name:<12} [{style}]{word:<9}[/] ", end="")
        out.print(plain(_told(topic)), markup=False)
    for topic in examination.topics:
        for finding in topic.findings:
            _show_finding(out, topic, finding)


def _told(topic: Topic) -> str:
    if topic.not_examined:
        return topic.not_examined
    return " ".join(f"{name}={'-' if fact is None else fact}" for name, fact in topic.facts.items())


def _show_finding(out: Console, topic: Topic, finding: Finding) -> None:
    word = "note" if finding.health is Health.HEALTHY else finding.health
    out.print(f"\n[{_STYLE[finding.health]}]{word}[/] ", end="")
    out.print(plain(f"{topic.name}: {finding.what}"), markup=False)
    out.print(plain(f"  why:  {finding.why}\n  next: {finding.next_step}"), markup=False)
