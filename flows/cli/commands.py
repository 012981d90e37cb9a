"""Every command: its place in the code, and its line in the help.

The module of a command is loaded when that command runs: an answer must not wait for Prefect.
"""

from importlib import import_module
from typing import Any, Final, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

_TITLE: Final = "Rebuild a code-symbol index from content, in one go, and prove it."


class Command(NamedTuple):
    """A command, or a group of them."""

    module: str  # in flows.cli
    name: str  # of the function, or of the group's typer.Typer
    summary: str  # the first line of its docstring


COMMANDS: Final = {
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
        "Count what an index holds by outcome, language and type, and how its questions went.",
    ),
    "status": Command(
        "status", "status", "Tell what the index in service holds, and which run made it."
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
    "cache": Command("cache", "app", "Keep analyses of contents beside an index."),
    "migrate": Command("migrate", "app", "Show or change the schema version of an index."),
}


class Commands(TyperGroup):
    """The group of all commands. What it lists is a summary; what it runs is loaded."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Load the command that the first of ``args`` names."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, load(name) if name else None, rest


def all_commands() -> Commands:
    """Make the command ``flagday``."""
    return Commands(
        name="flagday",
        help=_TITLE,
        no_args_is_help=True,
        commands=[TyperCommand(name, help=item.summary) for name, item in COMMANDS.items()],
    )


def load(name: str) -> Any:
    """Load the module of a command; return the command, or its group."""
    command = COMMANDS[name]
    found = getattr(import_module(f"flows.cli.{command.module}"), command.name)
    if isinstance(found, typer.Typer):
        group = typer.main.get_command(found)
        group.name = name
        return group
    alone = typer.Typer(add_completion=False)
    alone.command(name)(found)
    return typer.main.get_command(alone)
