"""The commands that read an index: where, uses, status."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from tasks.index import Index
from tasks.index.answers import Symbol, Use
from tasks.plan import Plan

Name = Annotated[str, typer.Argument(help="The name, exactly.")]
Type = Annotated[
    str | None, typer.Option("--type", help="Only this type, such as function or call.")
]
Language = Annotated[str | None, typer.Option(help="Only this language.")]
InRoot = Annotated[str | None, typer.Option("--root", help="Only this root, by name.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Db = Annotated[Path, typer.Option(help="The index.")]

_DB: Final = Plan().db


def where(  # noqa: PLR0913, PLR0917 -- one parameter a flag
    name: Name,
    type_: Type = None,
    language: Language = None,
    root: InRoot = None,
    as_json: Json = False,
    db: Db = _DB,
) -> None:
    """Tell where a name is defined."""
    with Index(db) as index:
        found = index.where(name, type=type_, language=language, root=root)
    _answer(found, name, as_json=as_json)


def uses(  # noqa: PLR0913, PLR0917 -- one parameter a flag
    name: Name,
    type_: Type = None,
    language: Language = None,
    root: InRoot = None,
    as_json: Json = False,
    db: Db = _DB,
) -> None:
    """Tell which files use a name, and where in them."""
    with Index(db) as index:
        found = index.uses(name, type=type_, language=language, root=root)
    _answer(found, name, as_json=as_json)


def status(db: Db = _DB, as_json: Json = False) -> None:
    """Tell what the index in service holds, and which run made it."""
    with Index(db) as index:
        found = index.status()
    if as_json:
        print_json(asdict(found))
        return
    table = Table.grid(padding=(0, 2))
    table.add_row("index", f"{db} → {found.generation}, {found.size_bytes / 1e6:,.1f} MB")
    table.add_row("schema", f"v{found.schema}")
    if found.run:
        table.add_row("run", f"{found.run.run_id}, verdict {found.run.verdict}")
        table.add_row("reports", found.run.artifacts)
    for name, rows in found.counts.items():
        table.add_row(name, f"{rows:,}")
    for entry in found.outcomes:
        why = f": {entry.reason}" if entry.reason else ""
        table.add_row("", f"{entry.files:,} {entry.outcome}{why}")
    Console(soft_wrap=True).print(table)


def _answer(found: Sequence[Symbol | Use], name: str, *, as_json: bool) -> None:
    if as_json:
        print_json([asdict(answer) for answer in found])
        return
    if not found:
        typer.echo(f"no {name} in this index", err=True)
    out = Console(soft_wrap=True)
    for answer in found:
        out.print(line_of(answer), markup=False, highlight=False)


def line_of(answer: Symbol | Use) -> str:
    """Write an answer as a line: its place, its type, its name, and where that stands."""
    scope = f"  in {answer.scope}" if answer.scope else ""
    place = f"{answer.root}/{answer.path}:{answer.line}:{answer.column}"
    return f"{place}  {answer.type} {answer.name}{scope}"


def print_json(content: object) -> None:
    """Print JSON on stdout; bytes as hexadecimal."""
    json.dump(content, sys.stdout, indent=2, ensure_ascii=False, default=_plain)
    sys.stdout.write("\n")


def _plain(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
