"""Put the commands together, and turn errors into messages and exit codes."""

import os
import signal
import sys
from io import TextIOWrapper

import typer
from typer._click.exceptions import ClickException, NoArgsIsHelpError, NoSuchOption, UsageError

from flows.cli.commands import all_commands
from flows.cli.completing import ASKED, answer
from flows.cli.help_text import meant
from flows.cli.plain import plain
from flows.cli.style import styled
from tasks import stopping
from tasks.errors import FlagDayError, PlanInvalid, PreconditionFailed

_NEXT = (
    "Make room, or mend what is in the way, and try again. The index in service is whole; "
    "`flagday status` tells which one it is."
)
_STOPPED = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}
_DEBUG = "--debug"
_AROUND = 100  # characters


def main() -> None:
    """Run the command and exit with its documented code."""
    stopping.asked.clear()
    for number in _STOPPED:
        signal.signal(number, stopping.ask)
    _write_all_names()
    if shell := os.environ.get(ASKED):
        sys.stdout.writelines(f"{line}\n" for line in answer(all_commands(), sys.argv[1:], shell))
        sys.exit()
    words, is_debugging = _without_debug(sys.argv[1:])
    try:
        code = all_commands()(words, prog_name="flagday", standalone_mode=False)
    except (Exception, stopping.Stopped) as error:
        if is_debugging:
            sys.excepthook(type(error), error, error.__traceback__)
        code = _code_of(error)
    sys.exit(code or 0)


def _write_all_names() -> None:
    """Have stdout escape what its encoding lacks, as stderr does: a name may be of any script."""
    if isinstance(sys.stdout, TextIOWrapper) and sys.stdout.errors == "strict":
        sys.stdout.reconfigure(errors="backslashreplace")


def _without_debug(words: list[str]) -> tuple[list[str], bool]:
    """Take ``--debug`` out of the words that stand before a ``--``; tell whether it was there."""
    end = words.index("--") if "--" in words else len(words)
    left = [word for word in words[:end] if word != _DEBUG] + words[end:]
    return left, len(left) < len(words) or bool(os.environ.get("FLAGDAY_DEBUG"))


def _code_of(error: BaseException) -> int:
    """Tell of an error; return the exit code that it stands for."""
    if stopping.asked:
        return _say_stopped(signal.Signals(stopping.asked[0]))
    if isinstance(error, NoArgsIsHelpError):
        typer.echo(error.format_message(), err=True)
        return error.exit_code
    return _explain(_in_words(error))


def _in_words(error: BaseException) -> FlagDayError:
    """Say what an error is, what is safe and what to do next."""
    if isinstance(error, ClickException):
        return _misused(error)
    if isinstance(error, FlagDayError):
        return error
    from migrations.catalogue import MigrationError  # noqa: PLC0415 -- for what failed alone

    if isinstance(error, MigrationError):
        return PreconditionFailed(error.what, next_step=error.next_step)
    if isinstance(error, UnicodeEncodeError):  # of a word on the command line
        return PlanInvalid(
            f"{_around(error)!r} is not UTF-8",
            next_step="Names and paths in an index are UTF-8; ask for one of these.",
        )
    return _of_the_system(error)


def _around(error: UnicodeEncodeError) -> str:
    """Return what cannot be encoded; of a long text, what stands around it."""
    return error.object[max(error.start - _AROUND, 0) : error.start + _AROUND]


def _of_the_system(error: BaseException) -> FlagDayError:
    """Say what none of our own errors says: what the system refuses, or a defect."""
    from tasks.faults import fault_of, is_loop  # noqa: PLC0415 -- for what failed alone

    if is_loop(error):
        return PreconditionFailed(
            str(error), next_step="Mend the link, or name another file. Nothing was changed."
        )
    if fault := fault_of(error):
        return FlagDayError(fault, next_step=_NEXT)
    return _unforeseen(error)


def _unforeseen(error: BaseException) -> FlagDayError:
    if sys.__stdout__ is None and isinstance(error, AttributeError):  # of whoever writes to it
        return FlagDayError(
            "stdout is closed, and an answer has nowhere to go",
            next_step="Leave it open; where no answer is wanted, send it to /dev/null.",
        )
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return FlagDayError(
        f"unforeseen: {said}",
        next_step="The index in service is whole: it is only ever replaced at once. "
        f"The same command with {_DEBUG} shows the traceback.",
    )


def _misused(error: ClickException) -> PlanInvalid:
    """Say what is wrong with the words of a command, and which were perhaps meant."""
    what = error.format_message()
    what = f"{what[:1].lower()}{what[1:]}".rstrip(".")
    if isinstance(error, NoSuchOption):
        name = error.option_name
        what = f"there is no flag {name}{meant(name, error.possibilities or ())}"
    ctx = error.ctx if isinstance(error, UsageError) else None
    command = ctx.command_path if ctx else "flagday"
    return PlanInvalid(what, next_step=f"`{command} --help` shows its flags, with examples.")


def _explain(error: FlagDayError) -> int:
    _say("flagday:", error.what)
    typer.echo(f"  {styled('next:', 'dim')} {plain(error.next_step)}", err=True)
    return error.exit_code


def _say_stopped(by: signal.Signals) -> int:
    _say("flagday:", f"{_STOPPED[by]}. The index in service is whole; run again when you like.")
    return 128 + by


def _say(who: str, what: str) -> None:
    typer.echo(f"{styled(who, 'red', 'bold')} {plain(what)}", err=True)
