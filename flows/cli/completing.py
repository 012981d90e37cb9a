"""What a shell asks while somebody types: commands and flags, values, and names of the index.

The scripts of ``completion.<shell>`` call flagday with the words so far and ``_FLAGDAY_COMPLETE``;
it answers a line a word, and with none where files are to be completed.
"""

import re
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Final

import typer
from typer.core import TyperGroup

from tasks.errors import FlagDayError
from tasks.home import index_here

ASKED: Final = "_FLAGDAY_COMPLETE"  # names the shell
_MAX_NAMES: Final = 50
_WORD: Final = re.compile(r"[\w@%+=:,./-]+")  # a shell takes it as it is
_TIMEOUT_S: Final = 2.0


def answer(commands: TyperGroup, words: list[str], shell: str) -> Iterator[str]:
    """Yield what the last of ``words`` can become, as lines for a shell."""
    from typer._click.shell_completion import (  # noqa: PLC0415 -- only for shells
        _resolve_context,
        _resolve_incomplete,
    )

    *before, last = words or [""]
    ctx = _resolve_context(commands, {}, "flagday", before)
    asked, incomplete = _resolve_incomplete(ctx, before, last)
    for item in asked.shell_complete(ctx, incomplete):
        if item.type == "plain" and item.value.startswith(incomplete):
            yield _line(item.value, (item.help or "").partition("\n")[0], shell)


def names(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return names of the index that start like this, the shortest first; it counts as no question.

    Where there is no index, or it cannot be read, there are none. A name that a shell would take
    for more than a word is not offered: whoever wrote it may mean harm.
    """
    from tasks.index.opening import OpenIndex, statement  # noqa: PLC0415 -- only for shells

    if not incomplete:
        return []
    try:
        stated = ctx.get_parameter_source("db")
        is_stated = stated is not None and stated.name == "COMMANDLINE"
        index = Path(ctx.params["db"]) if is_stated else index_here()
        with (
            closing(OpenIndex(index, timeout_s=_TIMEOUT_S)) as opened,
            opened.connection() as asked,
        ):
            found = asked.execute(statement("names_with_prefix"), {"prefix": incomplete})
            words = (str(name) for _, name, _ in found if _WORD.fullmatch(str(name)))
            fitting = (name for name in words if name.startswith(incomplete))
            return list(islice(fitting, _MAX_NAMES))
    except FlagDayError:
        return []


def _line(value: str, said: str, shell: str) -> str:
    if shell == "zsh":
        return f"{value.replace(':', chr(92) + ':')}:{said}" if said else value.replace(":", "\\:")
    return f"{value}\t{said}" if shell == "fish" and said else value
