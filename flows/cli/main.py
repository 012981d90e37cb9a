"""Put the commands together, and turn errors into messages and exit codes."""

import signal
import sys
from types import FrameType

import typer
from rich.console import Console
from rich.markup import escape

from flows.cli import (
    clones,
    diff,
    export,
    inventory,
    migrate,
    read,
    run,
    upkeep,
    verify,
    way_home,
)
from migrations.catalogue import MigrationError
from tasks.errors import FlagDayError, PreconditionFailed

app = typer.Typer(
    name="flagday",
    help="Rebuild a code-symbol index from content, in one go, and prove it.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command("run")(run.run)
app.command("rehearse")(run.rehearse)
app.command("inventory")(inventory.inventory)
app.command("where")(read.where)
app.command("uses")(read.uses)
app.command("status")(read.status)
app.command("verify")(verify.verify)
app.command("export")(export.export)
app.command("clones")(clones.clones)
app.command("diff")(diff.diff)
app.command("backup")(way_home.backup)
app.command("restore")(way_home.restore)
app.command("roll-back")(way_home.roll_back)
app.command("doctor")(upkeep.doctor)
app.command("audit")(way_home.audit)
app.add_typer(migrate.app, name="migrate")

_STOPPED = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}


class _Stopped(BaseException):
    """A signal asks to end. No KeyboardInterrupt, for Typer would end the process on that one."""


def main() -> None:
    """Run the command and exit with its documented code."""
    for number in _STOPPED:
        signal.signal(number, _stop)
    try:
        app()
    except FlagDayError as error:
        sys.exit(_explain(error))
    except MigrationError as error:
        sys.exit(_explain(PreconditionFailed(error.what, next_step=error.next_step)))
    except _Stopped as stopped:
        sys.exit(_say_stopped(signal.Signals(stopped.args[0])))


def _stop(number: int, _frame: FrameType | None) -> None:
    raise _Stopped(number)


def _explain(error: FlagDayError) -> int:
    console = Console(stderr=True, soft_wrap=True)
    console.print(f"[bold red]flagday:[/] {escape(error.what)}", highlight=False)
    console.print(f"  [dim]next:[/] {escape(error.next_step)}", highlight=False)
    return error.exit_code


def _say_stopped(by: signal.Signals) -> int:
    Console(stderr=True, soft_wrap=True).print(
        f"[bold red]flagday:[/] {_STOPPED[by]}. The index in service is whole; "
        "run again when you like.",
        highlight=False,
    )
    return 128 + by
