"""The help of every command: plain text, with examples from ``help.toml``.

Nothing here loads a command, and the file is read only where help is asked for.
"""

import sys
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, Final

from typer import Context
from typer._click.formatting import HelpFormatter  # typer is pinned, and has no other name for it
from typer.core import TyperCommand

from flows.cli.style import styled

_FILE: Final = Path(__file__).with_name("help.toml")
_MAX_WIDTH: Final = 100
SETTINGS: Final = {"max_content_width": _MAX_WIDTH}  # of every command's context


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text("utf-8"))


def examples(command: str) -> list[tuple[str, str]]:
    """Return what one may type for a command, such as ``cache get``, and what each does."""
    found = _texts()["examples"].get(command, {})
    return list(found.items())


def groups() -> dict[str, list[str]]:
    """Return the names of the commands under the headings that the help has them."""
    found: dict[str, list[str]] = _texts()["groups"]
    return found


def closing() -> str:
    """Return what the help says last."""
    said: str = _texts()["closing"]
    return said


class Formatter(HelpFormatter):
    """Plain text with headings that stand out on a terminal."""

    def write_heading(self, heading: str) -> None:
        """Write a heading."""
        self.write(f"{'':>{self.current_indent}}{styled(heading, 'bold', stream=sys.stdout)}\n")

    def write_examples(self, command: str) -> None:
        """Write the examples of a command below a heading of their own, where it has any."""
        found = examples(command)
        if not found:
            return
        with self.section("Examples"):
            for typed, said in found:
                self.write(f"  {typed}\n      {styled(said, 'dim', stream=sys.stdout)}\n")


class HelpContext(Context):
    """A context whose help is written by our formatter."""

    formatter_class = Formatter


class OneCommand(TyperCommand):
    """A command whose help ends with examples."""

    context_class = HelpContext

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Write the examples."""
        formatter.write_examples(spelled(ctx))


def spelled(ctx: Any) -> str:
    """Return a command as one types it, without the program: ``cache get``."""
    return str(ctx.command_path).partition(" ")[2]


def meant(written: str, known: Iterable[str]) -> str:
    """Say which of what is known was perhaps meant; nothing where nothing is close."""
    from difflib import get_close_matches  # noqa: PLC0415 -- only for a mistake

    close = get_close_matches(written, list(known), n=2, cutoff=0.7)
    return f"; did you mean {' or '.join(close)}?" if close else ""
