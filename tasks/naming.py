"""How a command that is proposed names its index: not at all, where the working folder does."""

from pathlib import Path

from tasks.errors import PlanInvalid
from tasks.home import index_here


def naming(command: str, db: Path) -> str:
    """Add ``--db`` to a command, unless that is the index that it takes from here anyway."""
    try:
        if index_here().absolute() == db.absolute():
            return command
    except PlanInvalid:  # of a plan that nobody has named
        pass
    import shlex  # noqa: PLC0415 -- seldom

    return f"{command} --db {shlex.quote(str(db))}"
