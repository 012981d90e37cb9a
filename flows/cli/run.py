"""``flagday run`` and ``flagday rehearse``."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from flows.cli.flags import IfChanged, PlanFile, Review
from flows.cli.plain import plain, plain_line
from tasks.contracts import RunnerKind
from tasks.errors import PlanInvalid
from tasks.index.opening import OpenIndex
from tasks.naming import naming

if TYPE_CHECKING:
    from tasks.contracts import Workspace
    from tasks.plan import Plan, Root

Roots = Annotated[
    list[str] | None,
    typer.Argument(
        help="Folders to index, REPOSITORY@REVISION, or @FILE with one a line. "
        "Default: the plan's roots, else those of the index in service, else `.`."
    ),
]
Db = Annotated[Path | None, typer.Option(help="The index in service. Default: .flagday/index.db.")]
Artifacts = Annotated[
    Path | None, typer.Option(help="Folder for reports and Parquet. Default: .flagday/runs/<run>.")
]
Workers = Annotated[int | None, typer.Option(help="Parser processes. Default: one a core.")]
RunnerName = Annotated[
    RunnerKind | None,
    typer.Option("--runner", help="What makes parts. Default: processes of this host."),
]
DaskAddress = Annotated[
    str | None,
    typer.Option(metavar="tcp://HOST:PORT", help="Scheduler of a Dask cluster that makes parts."),
]
RayAddress = Annotated[
    str | None,
    typer.Option(metavar="ray://HOST:PORT", help="Client port of a Ray cluster that makes parts."),
]
Storage = Annotated[
    str | None,
    typer.Option(help="Folder or URI that this host and all workers of the cluster see."),
]
Reuse = Annotated[
    bool | None,
    typer.Option("--reuse/--no-reuse", help="Take ASTs over from the index in service."),
]
Commit = Annotated[
    bool | None,
    typer.Option("--commit/--no-commit", help="Commit the artifacts to their repository."),
]
Code = Annotated[
    list[Path] | None, typer.Option(help="Consumer code to take the inventory of. Repeatable.")
]
Oracle = Annotated[
    str | None,
    typer.Option(help="Files that Universal Ctags is asked about: sample, all or off."),
]

_SHOWN_ROOTS: Final = 5
_ARTIFACTS = {
    "report": "report.html",
    "verdict": "verification.md",
    "inventory": "inventory.md",
    "manifest": "manifest.json",
    "Parquet": "parquet",
}


def run(  # noqa: PLR0913, PLR0917 -- one parameter a flag
    roots: Roots = None,
    db: Db = None,
    plan: PlanFile = None,
    artifacts: Artifacts = None,
    workers: Workers = None,
    reuse: Reuse = None,
    commit: Commit = None,
    code: Code = None,
    oracle: Oracle = None,
    runner: RunnerName = None,
    dask_address: DaskAddress = None,
    ray_address: RayAddress = None,
    storage: Storage = None,
    review: Review = None,
    if_changed: IfChanged = None,
) -> None:
    """Run the flag day: rebuild the index from content, prove it, put it in service."""
    cluster = _cluster(runner, dask_address, ray_address, storage)
    chosen = _plan(
        roots,
        plan,
        cluster,
        db=db,
        artifacts=artifacts,
        workers=workers,
        reuse=reuse,
        commit=commit,
        code=code or None,
        oracle=oracle,
        review=review,
        if_changed=if_changed,
    )
    _run(chosen, is_rehearsal=False)


def rehearse(  # noqa: PLR0913, PLR0917 -- one parameter a flag
    roots: Roots = None,
    db: Db = None,
    plan: PlanFile = None,
    artifacts: Artifacts = None,
    workers: Workers = None,
    reuse: Reuse = None,
    commit: Commit = None,
    code: Code = None,
    oracle: Oracle = None,
    runner: RunnerName = None,
    dask_address: DaskAddress = None,
    ray_address: RayAddress = None,
    storage: Storage = None,
) -> None:
    """Do everything that `run` does except the cut-over."""
    cluster = _cluster(runner, dask_address, ray_address, storage)
    chosen = _plan(
        roots,
        plan,
        cluster,
        db=db,
        artifacts=artifacts,
        workers=workers,
        reuse=reuse,
        commit=commit,
        code=code or None,
        oracle=oracle,
    )
    _run(chosen, is_rehearsal=True)


def _cluster(
    kind: RunnerKind | None, dask_address: str | None, ray_address: str | None, storage: str | None
) -> dict[str, str]:
    """Return what flags say of the plan's runner; an address says its kind."""
    addresses = {RunnerKind.DASK: dask_address, RunnerKind.RAY: ray_address}
    named = [kind for kind, address in addresses.items() if address]
    if len(named) > 1 or (kind and set(named) - {kind}):
        raise PlanInvalid("the flags name two runners", next_step="Name one. Nothing was changed.")
    kind = kind or next(iter(named), None)
    stated = {"kind": kind, "address": dask_address or ray_address, "storage": storage}
    return {key: value for key, value in stated.items() if value}


def _plan(
    roots: list[str] | None,
    plan: Path | None,
    cluster: dict[str, str],
    **flags: Path | int | list[Path] | str | None,
) -> Plan:
    from tasks.name_roots import stated, with_roots_in_service  # noqa: PLC0415 -- help waits for no pydantic
    from tasks.read_plan import read_plan  # noqa: PLC0415 -- as above

    named = [stated(text) for text in roots] if roots else None
    return with_roots_in_service(
        read_plan(plan, {"roots": named, "runner": cluster or None, **flags})
    )


def _run(plan: Plan, *, is_rehearsal: bool) -> None:
    from rich.markup import escape  # noqa: PLC0415 -- as above

    from flows.cli.narration import narrated  # noqa: PLC0415 -- as above
    from flows.execution import execute  # noqa: PLC0415 -- as above

    with narrated() as console:
        names = _first([_named(root) for root in plan.roots])
        what = "rehearsal" if is_rehearsal else "flag day"
        again = " (the roots of the index in service)" if _is_again(plan) else ""
        console.print(
            f"[bold]{what}[/] of {escape(plain(names))}{again}", highlight=False, soft_wrap=True
        )
        if changed := _changed(plan):
            console.print(f"   {escape(plain(changed))}", highlight=False, soft_wrap=True)
        workspace = execute(plan, is_rehearsal=is_rehearsal)
    _show(plan, workspace, is_rehearsal=is_rehearsal)


def _first(names: list[str]) -> str:
    more = len(names) - _SHOWN_ROOTS
    return ", ".join(names[:_SHOWN_ROOTS]) + (f" and {more} more" if more > 0 else "")


def _is_again(plan: Plan) -> bool:
    from tasks.plan import RootsFrom  # noqa: PLC0415 -- loads pydantic, as the plan has by now

    return plan.roots_from is RootsFrom.INDEX


def _changed(plan: Plan) -> str:
    """Say in which roots the plan differs from the index in service; nothing: in none."""
    from tasks.name_roots import changed_roots  # noqa: PLC0415 -- as above

    added, gone = changed_roots(plan)
    said = {"roots new in the index": added, "no longer in it": gone}
    return "; ".join(f"{what}: {_first(names)}" for what, names in said.items() if names)


def _named(root: Root) -> str:
    return f"{root.path}@{root.rev}" if root.rev else str(root.path)


def _show(plan: Plan, workspace: Workspace, *, is_rehearsal: bool) -> None:
    why = "this was a rehearsal" if is_rehearsal else "nothing to rebuild"
    is_new = workspace.is_new and not is_rehearsal
    typer.echo(f"index      {short(plan.db)}{'' if is_new else f' (unchanged: {why})'}")
    for what, name in _ARTIFACTS.items():
        typer.echo(f"{what:<10} {short(workspace.artifacts / name)}")
    if is_rehearsal:
        typer.echo(f"\nnext: {_the_day(plan)}")
        return
    typer.echo("\ntry next:")
    for command in _suggestions(plan):
        typer.echo(f"  {plain_line(command)}")


def _the_day(plan: Plan) -> str:
    """Return the command that does what was rehearsed, with the same flags."""
    words = sys.argv[1:]
    words.remove("rehearse")
    places = (plan.artifacts, *plan.artifacts.parents) if plan.artifacts else ()
    if not plan.commit and any((place / ".git").exists() for place in places):
        words.append("--commit")
    return f"{program()} {shlex.join(['run', *words])}"


def _suggestions(plan: Plan) -> list[str]:
    """Three commands that have an answer in this very index."""
    opened = OpenIndex(plan.db)
    found = opened.ask("a_name_to_try")
    opened.close()
    name, is_used = found[0] if found else ("NAME", False)
    start, words = program(), shlex.quote(name)
    commands = (f"where {words}", f"uses {words}" if is_used else "stats", "status")
    return [naming(f"{start} {command}", Path(short(plan.db))) for command in commands]


def program() -> str:
    """Return how this command was called, for a shell: by its name, or by its path."""
    called = sys.argv[0]
    is_found = os.sep not in called or shutil.which("flagday") == called
    return "flagday" if is_found else shlex.quote(short(Path(called)))


def short(path: Path) -> str:
    """Write a path relative to the working folder, where it lies below."""
    absolute = path.absolute()
    here = Path.cwd()
    return str(absolute.relative_to(here)) if absolute.is_relative_to(here) else str(absolute)
