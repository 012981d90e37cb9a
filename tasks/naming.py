"""How a command that is proposed names its index: not at all, where the working folder does."""

import os
from pathlib import Path

from tasks.errors import PlanInvalid
from tasks.home import index_here
from tasks.working_folder import started_in


def naming(command: str, db: Path) -> str:
    """Add ``--db`` to a command, unless that is the index that it takes from here anyway."""
    try:
        folder = started_in()
        here = os.path.join(folder, index_here(folder))  # noqa: PTH118 -- a str, as abspath wants
        if os.path.abspath(here) == os.path.abspath(db):  # noqa: PTH100 -- resolve() would follow links
            return command
    except PlanInvalid:  # of a plan that nobody has named
        pass
    import shlex  # noqa: PLC0415 -- seldom

    return f"{command} --db {shlex.quote(str(db))}"


def to_restore(backup: Path, db: Path) -> str:
    """Return the command that puts a backup in service, as a shell reads it."""
    import shlex  # noqa: PLC0415 -- as above

    return naming(f"flagday restore {shlex.quote(str(backup))}", db)
