"""``flagday verify``: every check on an index anew, or all that a run has stated."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from flows.cli.plain import plain
from flows.cli.printing import print_json, print_lines
from flows.cli.read import Db, Json
from flows.cli.waiting import waiting
from tasks.errors import PreconditionFailed, VerdictFailed
from tasks.home import DB, PLAN, index_here
from tasks.index import Index
from tasks.naming import naming
from tasks.working_folder import elsewhere

if TYPE_CHECKING:
    from tasks.index.statistics import Run
    from verification.inventory.gate import Rules
    from verification.rederive import Comparison
    from verification.subject import Verdict

_PARSERS_HERE: Final = "V-015"

RunName = Annotated[
    str | None, typer.Argument(help="A run: its id, or its folder. Default: the index alone.")
]
Code = Annotated[
    list[Path] | None,
    typer.Option(help="The consumer code that the run looked at. Repeatable. Default: the plan's."),
]
InLake = Annotated[
    Path | None, typer.Option("--lake", help="Compare this lake with its catalogue, and no more.")
]
Key = Annotated[
    Path | None, typer.Option("--signature", help="Check that this public key has signed the run.")
]

All = Annotated[
    bool, typer.Option("--all", help="Of a run: also list all that is the same; JSON always does.")
]


def verify(  # noqa: PLR0913, PLR0917 -- one parameter a flag
    run: RunName = None,
    db: Db = DB,
    code: Code = None,
    key: Key = None,
    lake: InLake = None,
    show_all: All = False,
    as_json: Json = False,
) -> None:
    """Run every check on an index anew, or derive again all that a run has stated.

    Exit 5 where a promise is broken, or something is not what was stated.
    """
    if lake is not None:
        _verify_lake(lake, as_json=as_json)
        return
    from flows import proof  # noqa: PLC0415 -- loads pyarrow and the grammars

    consumer = _consumer(db, code)
    if run is None:
        last = _last_run(db)
        artifacts = Path(last.artifacts) if last else None
        with waiting("verifying"):
            verdict = proof.check_index(db, artifacts, *consumer)
        _show_verdict(verdict, last, as_json=as_json)
        return
    folder = proof.folder_of(run, db)
    if key is not None:
        typer.echo(f"signed by {key}, key id {proof.check_signature(folder, key)}", err=True)
    with waiting("deriving again"):
        compared = proof.check_run(folder, db, *consumer)
    _show_comparisons(compared, as_json=as_json, is_whole=show_all)


def _consumer(db: Path, code: list[Path] | None) -> tuple[tuple[Path, ...], Rules]:
    """Return the consumer code and the rules for it, both of the plan here where it has this index.

    Code that is named wins over the plan's.
    """
    from tasks.read_plan import read_plan  # noqa: PLC0415 -- loads pydantic
    from verification.inventory.gate import Rules  # noqa: PLC0415 -- loads grammars

    plan = (
        read_plan(PLAN, {}) if PLAN.exists() and index_here().absolute() == db.absolute() else None
    )
    if plan is None or not (code or plan.code):
        return tuple(code or ()), Rules()
    with elsewhere():
        from tasks.take_inventory import rules_of  # noqa: PLC0415 -- loads Prefect

    return tuple(code or plan.code), rules_of(plan)


def _verify_lake(lake: Path, *, as_json: bool) -> None:
    from tasks.lake.verifying import problems  # noqa: PLC0415 -- for a lake alone

    found = problems(lake)
    if as_json:
        print_json({"problems": found})
    else:
        print_lines(found or [f"{lake} is what its catalogue says"])
    if found:
        raise VerdictFailed(
            f"{len(found)} things in the lake {lake} are not as they should be",
            next_step="Delete the files that are named, and export each index of the lake again: "
            "it writes its rows anew.",
        )


def _last_run(db: Path) -> Run | None:
    """Return the run that made an index. Raises PreconditionFailed where it is as yet empty."""
    with Index(db) as index:
        run, roots = index.last_run(), index.roots()
    if run is None and not roots:
        raise PreconditionFailed(
            f"no run has filled {db}",
            next_step=f"Fill it with `{naming('flagday run ROOT…', db)}`. Nothing was changed.",
        )
    return run


def _show_verdict(verdict: Verdict, last: Run | None, *, as_json: bool) -> None:
    if as_json:
        said = {"verdict": verdict.word, "not_looked_at": verdict.not_looked_at}
        print_json({**said, "findings": [asdict(f) for f in verdict.findings]})
    else:
        table = Table("check", "promise", "result", box=None, pad_edge=False)
        for item in verdict.findings:
            kept = "kept" if item.is_kept else f"n/a: {item.not_applicable}"
            table.add_row(
                item.check_id, item.title, f"{item.offences} offences" if item.offences else kept
            )
        out = Console(soft_wrap=True)
        out.print(table)
        why = verdict.not_looked_at
        so_far = f", as far as it could be looked at: {why}" if why and verdict.passed else ""
        out.print(f"verdict: {verdict.word}{so_far}")
    if not verdict.passed:
        raise VerdictFailed(
            f"{len(verdict.broken)} promises are broken: "
            + ", ".join(item.check_id for item in verdict.broken),
            next_step=f"{_cause(verdict, last)}Look at the evidence with --json; "
            "`flagday run` builds the index anew.",
        )


def _cause(verdict: Verdict, last: Run | None) -> str:
    """Say that another flagday has built the index, where one has: that breaks promises, too."""
    has_other_parsers = any(item.check_id == _PARSERS_HERE for item in verdict.broken)
    if has_other_parsers or (last and last.tool_version != version("flagday")):
        return "The index was built by another flagday, or with other parsers, than those here. "
    return ""


def _show_comparisons(compared: list[Comparison], *, as_json: bool, is_whole: bool) -> None:
    if as_json:
        print_json([{**asdict(item), "matches": item.matches} for item in compared])
    else:
        shown = [item for item in compared if is_whole or item.matches is False]
        width = max((len(item.what) for item in shown), default=0)
        lines = [f"{item.what:<{width}}  {_told(item)}" for item in shown]
        typer.echo(plain("\n".join([*lines, *_summary(compared, is_whole=is_whole)])))
    wrong = [item.what for item in compared if item.matches is False]
    if wrong:
        raise VerdictFailed(
            f"{len(wrong)} of {len(compared)} things are not what the run stated: "
            + ", ".join(wrong),
            next_step="The lines above say what was stated and what is found.",
        )


def _summary(compared: list[Comparison], *, is_whole: bool) -> Iterator[str]:
    """Count, say why what was not derived again was not, and end with one word on all of it."""
    same, differ = (sum(item.matches is is_so for item in compared) for is_so in (True, False))
    by_reason: dict[str, list[str]] = {}
    for item in compared:
        if item.matches is None:
            by_reason.setdefault(item.why_not, []).append(item.what)
    yield f"{same} the same" + (f", {differ} different" if differ else "")
    if not is_whole:
        for why, names in by_reason.items():
            yield f"{len(names)} not derived again, {', '.join(names)}: {why}"
    so_far = ", as far as it could be derived again" if by_reason else ""
    yield "verdict: not what the run stated" if differ else f"verdict: as the run stated{so_far}"


def _told(item: Comparison) -> str:
    if item.matches is None:
        return f"not derived again: {item.why_not}"
    return "the same" if item.matches else f"DIFFERS\n  stated {item.stated}\n  found  {item.found}"
