"""The commands that read an index: where, uses, status, export."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from migrations import runner
from tasks.errors import PreconditionFailed
from tasks.plan import Plan
from tasks.store.connection import open_read_only
from tasks.store.reading import ask

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
    found = ask_index(db, "where_defined", name=name, type=type_, language=language, root=root)
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
    found = ask_index(
        db, "which_files_reference", name=name, type=type_, language=language, root=root
    )
    _answer(found, name, as_json=as_json)


def status(db: Db = _DB, as_json: Json = False) -> None:
    """Tell what the index in service holds, and which run made it."""
    connection = open_index(db)
    counts = {entry["name"]: entry["rows"] for entry in ask(connection, "counts")}
    outcomes = ask(connection, "outcomes")
    runs = ask(connection, "last_run")
    connection.close()
    location = db.resolve()
    report = {
        "index": str(db),
        "generation": location.name,
        "size_bytes": location.stat().st_size,
        "schema": runner.LATEST,
        "counts": counts,
        "outcomes": outcomes,
        "run": runs[0] if runs else None,
    }
    if as_json:
        print_json(report)
        return
    table = Table.grid(padding=(0, 2))
    table.add_row("index", f"{db} → {location.name}, {location.stat().st_size / 1e6:,.1f} MB")
    table.add_row("schema", f"v{runner.LATEST}")
    if runs:
        table.add_row("run", f"{runs[0]['run_id']}, verdict {runs[0]['verdict']}")
        table.add_row("reports", runs[0]["artifacts"])
    for name, rows in counts.items():
        table.add_row(name, f"{rows:,}")
    for entry in outcomes:
        why = f": {entry['reason']}" if entry["reason"] else ""
        table.add_row("", f"{entry['files']:,} {entry['outcome']}{why}")
    Console(soft_wrap=True).print(table)


def export(
    to: Annotated[Path, typer.Option(help="Folder for the Parquet files.")], db: Db = _DB
) -> None:
    """Write the golden-join symbol sets of an index as Parquet."""
    from tasks.export import export_index  # noqa: PLC0415 -- loads pyarrow and Prefect

    open_index(db).close()
    for name, rows in export_index(db, to).items():
        typer.echo(f"{to / name}.parquet\t{rows}")


def open_index(db: Path) -> Any:
    """Open an index of today's schema, or say what it is instead."""
    connection = open_read_only(db)
    version = runner.actual_version(connection)
    if version == runner.LATEST:
        return connection
    connection.close()
    raise PreconditionFailed(
        f"{db} has schema v{version}, not v{runner.LATEST}"
        if version
        else f"{db} is not a flagday index",
        next_step=f"Rebuild it with `flagday run --db {db}`. Nothing was changed.",
    )


def ask_index(db: Path, query: str, /, **params: str | None) -> list[dict[str, Any]]:
    """Run a named query on an index. Raises PreconditionFailed where it is none of today's."""
    connection = open_index(db)
    try:
        return ask(connection, query, **params)
    finally:
        connection.close()


def _answer(found: list[dict[str, Any]], name: str, *, as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    if not found:
        typer.echo(f"no {name} in this index", err=True)
    out = Console(soft_wrap=True)
    for row in found:
        scope = f"  in {row['scope']}" if row["scope"] else ""
        place = f"{row['root']}/{row['path']}:{row['line']}:{row['column']}"
        out.print(f"{place}  {row['type']} {row['name']}{scope}", markup=False, highlight=False)


def print_json(content: object) -> None:
    """Print JSON on stdout; bytes as hexadecimal."""
    json.dump(content, sys.stdout, indent=2, ensure_ascii=False, default=_plain)
    sys.stdout.write("\n")


def _plain(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
