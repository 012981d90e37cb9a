"""``flagday migrate``: the lineage of the schema, in place. The flag day itself never needs it."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Annotated

import apsw
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from flows.cli.flags import TABLE_CHARS, DryRun
from flows.cli.plain import plain
from flows.cli.printing import print_json
from flows.cli.read import Db, Json
from migrations import runner
from migrations.catalogue import Migration, MigrationError, migrations
from migrations.opening import connect
from tasks.cache import carrying
from tasks.errors import PreconditionFailed
from tasks.home import DB
from tasks.store import audit
from tasks.store.connection import open_read_only, open_to_migrate
from tasks.store.copying import digest
from tasks.store.header import require_file
from tasks.store.lock import only_one

app = typer.Typer(help="Show or change the schema version of an index.", no_args_is_help=True)


@app.command()
def status(db: Db = DB, as_json: Json = False) -> None:
    """Show each version, and where the index stands."""
    with closing(open_read_only(db)) as connection:
        entries = runner.status(connection)
    if as_json:
        print_json([{name: getattr(entry, name) for name in entry.__slots__} for entry in entries])
        return
    table = Table("version", "title", "state", "applied at", "took", box=None, pad_edge=False)
    for entry in entries:
        took = "" if entry.execution_ms is None else f"{entry.execution_ms} ms"
        table.add_row(f"v{entry.version}", entry.title, entry.state, _safe(entry.applied_at), took)
    Console(width=None if sys.stdout.isatty() else TABLE_CHARS).print(table)


def _safe(stated: str | None) -> str:
    """Return what a database states as text that Rich shows as it is."""
    return escape(plain(stated or ""))


@app.command()
def up(
    to: Annotated[
        int, typer.Option(help="Version to go up to.", min=1, max=runner.LATEST)
    ] = runner.LATEST,
    db: Db = DB,
    dry_run: DryRun = False,
) -> None:
    """Apply pending migrations. Rows of dropped tables are lost: make a backup first.

    Analyses that v4 kept go to the companion.
    """
    migrations()  # broken files are refused before a database is made
    if dry_run:
        with closing(open_read_only(db) if db.exists() else connect(":memory:")) as seen:
            _foretell("applied", runner.to_apply(seen, to))
        return
    if _is_there(db, lambda seen: runner.to_apply(seen, to)):
        typer.echo(f"nothing to apply: {db} is at v{to}", err=True)
        return
    with _recorded(db, f"migrate up --to {to}") as connection:
        if runner.actual_version(connection) == carrying.VERSION < to:
            carrying.carry_over(db)
        for version in runner.up(connection, to):
            typer.echo(f"applied v{version}")


@app.command()
def down(
    to: Annotated[int, typer.Option(help="Version to go down to.", min=0, max=runner.LATEST)],
    db: Db = DB,
    dry_run: DryRun = False,
) -> None:
    """Revert migrations. Rows of dropped tables are lost: make a backup first."""
    if dry_run:
        with closing(open_read_only(db)) as seen:
            _foretell("reverted", runner.to_revert(seen, to))
        return
    open_read_only(db).close()  # where there is no database, none is made
    if _is_there(db, lambda seen: runner.to_revert(seen, to)):
        typer.echo(f"nothing to revert: {db} is at v{to}", err=True)
        return
    with _recorded(db, f"migrate down --to {to}") as connection:
        for version in runner.down(connection, to):
            typer.echo(f"reverted v{version}")


@app.command()
def check(db: Db = DB) -> None:
    """Compare the migration files with their manifest, and the index with the migrations."""
    known = migrations()
    if db.exists():
        with closing(open_read_only(db)) as connection:
            runner.check(connection)
    typer.echo(f"{len(known)} migrations are what the manifest says")


def _is_there(db: Path, to_do: Callable[[apsw.Connection], list[Migration]]) -> bool:
    """Tell whether an index has nothing to do. What is refused is for the act to put on record."""
    with suppress(MigrationError, PreconditionFailed), closing(open_read_only(db)) as seen:
        return not to_do(seen)
    return False


def _foretell(verb: str, chosen: Iterable[Migration]) -> None:
    for migration in chosen:
        typer.echo(f"would be {verb}: v{migration.version} {migration.title}")
    typer.echo("nothing was changed", err=True)


@contextmanager
def _recorded(db: Path, action: str) -> Iterator[apsw.Connection]:
    """Open a database to migrate; record what becomes of that, in the log and in its own table.

    Raises PreconditionFailed beside a run.
    """
    require_file(db)
    with audit.recorded(db, audit.Act(action)) as act, only_one(db):
        with closing(open_to_migrate(db)) as connection:
            act.digest = digest(db)
            act.detail["from"] = runner.current_version(connection)
            audit.append(db, act, audit.Result.STARTED)
            yield connection
            act.detail["to"] = runner.current_version(connection)
            if connection.table_exists("main", "audit_log"):
                audit.copy_into(db, connection)
        act.digest = digest(db)
