"""Put the commands together, and turn errors into messages and exit codes."""

import signal
import sys

import typer

from flows.cli.commands import all_commands
from tasks import stopping
from tasks.errors import FlagDayError, PreconditionFailed

_STOPPED = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}


def main() -> None:
    """Run the command and exit with its documented code."""
    stopping.asked.clear()
    for number in _STOPPED:
        signal.signal(number, stopping.ask)
    try:
        all_commands()()
    except (Exception, stopping.Stopped) as error:
        if stopping.asked:
            sys.exit(_say_stopped(signal.Signals(stopping.asked[0])))
        if isinstance(error, FlagDayError):
            sys.exit(_explain(error))
        from migrations.catalogue import MigrationError  # noqa: PLC0415 -- for what failed alone

        if isinstance(error, MigrationError):
            sys.exit(_explain(PreconditionFailed(error.what, next_step=error.next_step)))
        raise


def _explain(error: FlagDayError) -> int:
    _say("flagday:", error.what)
    typer.echo(f"  {typer.style('next:', dim=True)} {error.next_step}", err=True)
    return error.exit_code


def _say_stopped(by: signal.Signals) -> int:
    _say("flagday:", f"{_STOPPED[by]}. The index in service is whole; run again when you like.")
    return 128 + by


def _say(who: str, what: str) -> None:
    typer.echo(f"{typer.style(who, fg='red', bold=True)} {what}", err=True)
