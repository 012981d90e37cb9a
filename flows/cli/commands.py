"""Every command: its place in the code, and its line in the help.

The module of a command is loaded when that command runs: an answer must not wait for Prefect.
"""

from importlib import import_module
from typing import Any, Final, NamedTuple

import typer
from typer.core import TyperGroup, TyperOption

from flows.cli.help_text import (
    SETTINGS,
    HelpContext,
    OneCommand,
    closing,
    examples,
    groups,
    meant,
    spelled,
)
from tasks.errors import PlanInvalid

_TITLE: Final = "Rebuild a code-symbol index from content, in one go, and prove it."


class Command(NamedTuple):
    """A command, or a group of them."""

    module: str  # in flows.cli
    name: str  # of the function, or of the group's typer.Typer
    summary: str  # the first line of its docstring


COMMANDS: Final = {
    "demo": Command(
        "demo",
        "demo",
        "Show a whole flag day on a small legacy index, in a folder of its own.",
    ),
    "init": Command(
        "init",
        "init",
        "Write flagday.toml from what is found here: roots, legacy index, its code, its builders.",
    ),
    "run": Command(
        "run",
        "run",
        "Run the flag day: rebuild the index from content, prove it, put it in service.",
    ),
    "rehearse": Command("run", "rehearse", "Do everything that `run` does except the cut-over."),
    "inventory": Command(
        "inventory",
        "inventory",
        "List every place in code that reads or writes the legacy tables; nothing is changed.",
    ),
    "where": Command("read", "where", "Tell where a name is defined."),
    "uses": Command("read", "uses", "Tell which files use a name, and where in them."),
    "search": Command(
        "search", "search", "Tell which symbols have a name like this, the closest first."
    ),
    "symbols": Command("read", "symbols", "Tell what a file defines, in the order of its lines."),
    "imports": Command("read", "imports", "Tell which files import a module, and where."),
    "docs": Command(
        "docs",
        "docs",
        "Tell which files hold every word in their path, definitions, docstrings or tags.",
    ),
    "stats": Command(
        "status",
        "stats",
        "Count what an index holds by outcome, language, type and root, and how questions went.",
    ),
    "status": Command(
        "status",
        "status",
        "Tell what the index in service holds, which run made it, and which waits for its review.",
    ),
    "schedule": Command(
        "schedule",
        "schedule",
        "Run the flag day at fixed times, until a signal ends it; no Prefect server is needed.",
    ),
    "approve": Command(
        "review",
        "approve",
        "Let a run that waits for its review put its index in service, or reject it.",
    ),
    "verify": Command(
        "verify",
        "verify",
        "Run every check on an index anew, or derive again all that a run has stated.",
    ),
    "export": Command(
        "export", "export", "Write the symbols of an index as Parquet, tags, SCIP or JSON lines."
    ),
    "clones": Command(
        "clones",
        "clones",
        "Tell which definitions occur identically, and in which roots and files.",
    ),
    "diff": Command(
        "diff",
        "diff",
        "Tell which symbols and refs differ from A to B, and why: content or parser version.",
    ),
    "backup": Command("way_home", "backup", "Back the index in service up; print the file."),
    "restore": Command(
        "way_home", "restore", "Put the index of a backup in service, byte for byte."
    ),
    "roll-back": Command(
        "way_home",
        "roll_back",
        "Bring the index of before back, byte for byte; again, the one before that.",
    ),
    "doctor": Command(
        "upkeep",
        "doctor",
        "Tell how well an index is, in one word, and what to do. Exit 7: attention; 8: damaged.",
    ),
    "maintain": Command(
        "upkeep",
        "maintain",
        "Look after what belongs to an index; the index itself keeps every byte.",
    ),
    "audit": Command(
        "way_home",
        "audit",
        "Show who did what to an index; exit 3 where the log was changed or cut.",
    ),
    "completion": Command(
        "completion",
        "completion",
        "Print the script that completes commands, flags and names of the index in a shell.",
    ),
    "cache": Command("cache", "app", "Keep analyses of contents beside an index."),
    "migrate": Command("migrate", "app", "Show or change the schema version of an index."),
}


class Group(TyperGroup):
    """A group of commands that knows what was meant by a name that it does not have."""

    context_class = HelpContext

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the command that the first of ``args`` names. Raises PlanInvalid."""
        name = args[0]
        if name not in self.commands and not name.startswith("-") and not ctx.resilient_parsing:
            raise PlanInvalid(
                f"there is no command {name}{meant(name, self.commands)}",
                next_step=f"`{ctx.command_path} --help` lists them all.",
            )
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 -- typer's shape
        """List every command with what its docstring says first."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [
                    (name, str(command.help).partition("\n")[0])
                    for name, command in self.commands.items()
                ]
            )

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write an example of each command."""
        with formatter.section("Examples"):
            for name in self.commands:
                for typed, said in examples(f"{spelled(ctx)} {name}")[:1]:
                    formatter.write(f"  {typed}\n      {said}\n")


class Commands(Group):
    """The group of all commands. What it lists is a summary; what it runs is loaded."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Load the command that the first of ``args`` names."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, load(name) if name else None, rest

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 -- typer's shape
        """List every command under its heading."""
        width = max(map(len, COMMANDS))
        for heading, names in groups().items():
            with formatter.section(heading):
                formatter.write_dl([(f"{name:<{width}}", COMMANDS[name].summary) for name in names])

    def format_epilog(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 -- as above
        """Say where examples are, and what exit codes mean."""
        formatter.write_paragraph()
        formatter.write_text(
            "`flagday COMMAND --help` shows the flags of a command, with examples."
        )
        formatter.write_text(closing())


def all_commands() -> Commands:
    """Make the command ``flagday``."""
    return Commands(
        name="flagday",
        help=_TITLE,
        no_args_is_help=True,
        rich_markup_mode=None,
        context_settings=SETTINGS,
        params=[
            TyperOption(
                param_decls=["--version"],
                is_flag=True,
                is_eager=True,
                callback=_tell_version,
                expose_value=False,
                help="Tell the version and exit.",
            ),
            TyperOption(
                param_decls=["--debug"],
                is_flag=True,
                expose_value=False,
                help="Show tracebacks; anywhere in the line, or FLAGDAY_DEBUG=1.",
            ),
        ],
        commands=[
            OneCommand(name, help=item.summary, rich_markup_mode=None)
            for name, item in COMMANDS.items()
        ],
    )


def load(name: str) -> Any:
    """Load the module of a command; return the command, or its group."""
    command = COMMANDS[name]
    found = getattr(import_module(f"flows.cli.{command.module}"), command.name)
    is_group = isinstance(found, typer.Typer)
    app = found if is_group else typer.Typer(add_completion=False)
    if not is_group:
        app.command(name)(found)
    app.rich_markup_mode = None
    app.info.cls, app.info.context_settings = Group, dict(SETTINGS)
    for entry in app.registered_commands:
        entry.cls, entry.context_settings = OneCommand, dict(SETTINGS)
    made = typer.main.get_group(app) if is_group else typer.main.get_command(app)
    made.name = name
    return made


def _tell_version(ctx: Any, param: Any, value: bool) -> None:  # noqa: ARG001 -- typer's shape
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version  # noqa: PLC0415 -- only this needs it

        typer.echo(f"flagday {version('flagday')}")
        raise typer.Exit
