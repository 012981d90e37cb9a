"""``flagday completion``: the script that teaches a shell what flagday knows."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer

_HERE: Final = Path(__file__).parent


class Shell(StrEnum):
    """A shell that can be taught."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(
    shell: Annotated[Shell, typer.Argument(help="For which shell.")],
) -> None:
    """Print the script that completes commands, flags and names of the index in a shell."""
    sys.stdout.write((_HERE / f"completion.{shell}").read_text("utf-8"))
