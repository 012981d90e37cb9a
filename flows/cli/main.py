"""Put the commands together, and turn errors into messages and exit codes."""

import signal
import sys
from types import FrameType

import typer

from flows.cli.commands import all_commands
from migrations.catalogue import MigrationError
from tasks.errors import FlagDayError, PreconditionFailed

_STOPPED = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}


class _Stopped(BaseException):
    """A signal asks to end. No KeyboardInterrupt, for Typer would end the process on that one."""


def main() -> None:
    """Run the command and exit with its documented code."""
    for number in _STOPPED:
        signal.signal(number, _stop)
    try:
        all_commands()()
    except FlagDayError as error:
        sys.exit(_explain(error))
    except MigrationError as error:
        sys.exit(_explain(PreconditionFailed(error.what, next_step=error.next_step)))
    except _Stopped as stopped:
        sys.exit(_say_stopped(signal.Signals(stopped.args[0])))


def _stop(number: int, _frame: FrameType | None) -> None:
    raise _Stopped(number)


def _explain(error: FlagDayError) -> int:
    _say("flagday:", error.what)
    typer.echo(f"  {typer.style('next:', dim=True)} {error.next_step}", err=True)
    return error.exit_code


def _say_stopped(by: signal.Signals) -> int:
    _say("flagday:", f"{_STOPPED[by]}. The index in service is whole; run again when you like.")
    return 128 + by


def _say(who: str, what: str) -> None:
    typer.echo(f"{typer.style(who, fg='red', bold=True)} {what}", err=True)
