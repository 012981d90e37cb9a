"""How a command that is proposed names its index: not at all, where the working folder does."""

import os
from pathlib import Path

from tasks.errors import PlanInvalid
from tasks.home import index_here


def naming(command: str, db: Path) -> str:
    """Add ``--db`` to a command, unless that is the index that it takes from here anyway."""
    try:
        here, there = map(os.path.abspath, (index_here(), db))  # resolve() would follow links
        if here == there:
            return command
    except PlanInvalid:  # of a plan that nobody has named
        pass
    import shlex  # noqa: PLC0415 -- seldom

    return f"{command} --db {shlex.quote(str(db))}"
