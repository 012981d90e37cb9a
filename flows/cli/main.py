"""Put the commands together, and turn errors into messages and exit codes."""

import signal
import sys
from types import FrameType

import typer
from rich.console import Console
from rich.markup import escape

from flows.cli import migrate, read, run
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
app.command("where")(read.where)
app.command("uses")(read.uses)
app.command("status")(read.status)
app.command("verify")(read.verify)
app.command("export")(read.export)
app.add_typer(migrate.app, name="migrate")

_INTERRUPTED = 128 + signal.SIGINT
_TERMINATED = 128 + signal.SIGTERM


class _Terminated(BaseException):
    """SIGTERM came: end as Ctrl-C does, with another exit code."""


def main() -> None:
    """Run the command and exit with its documented code."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        app()
    except FlagDayError as error:
        sys.exit(_explain(error))
    except MigrationError as error:
        sys.exit(_explain(PreconditionFailed(error.what, next_step=error.next_step)))
    except KeyboardInterrupt:
        sys.exit(_stopped("interrupted", _INTERRUPTED))
    except _Terminated:
        sys.exit(_stopped("terminated", _TERMINATED))


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise _Terminated


def _explain(error: FlagDayError) -> int:
    console = Console(stderr=True, soft_wrap=True)
    console.print(f"[bold red]flagday:[/] {escape(error.what)}", highlight=False)
    console.print(f"  [dim]next:[/] {escape(error.next_step)}", highlight=False)
    return error.exit_code


def _stopped(how: str, code: int) -> int:
    Console(stderr=True, soft_wrap=True).print(
        f"[bold red]flagday:[/] {how}. The index in service is whole; run again when you like.",
        highlight=False,
    )
    return code
