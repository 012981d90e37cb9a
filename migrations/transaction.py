"""One script in one real transaction: SQLite itself refuses what would get out of it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import apsw

from migrations.catalogue import MigrationError

Authorizer = Callable[[int, str | None, str | None, str | None, str | None], int]
_OUTSIDE: Final = frozenset(
    {apsw.SQLITE_TRANSACTION, apsw.SQLITE_SAVEPOINT, apsw.SQLITE_ATTACH, apsw.SQLITE_DETACH}
)
_DROPS: Final = frozenset(
    {apsw.SQLITE_DROP_TABLE, apsw.SQLITE_DROP_VTABLE, apsw.SQLITE_DROP_VIEW}
    | {apsw.SQLITE_DROP_TRIGGER, apsw.SQLITE_DROP_INDEX}
)


def within_transaction(action: int, *_: str | None) -> int:
    """Refuse what would end the transaction of the migration or reach outside of it."""
    return apsw.SQLITE_DENY if action in _OUTSIDE else apsw.SQLITE_OK


def dropping_nothing(action: int, *_: str | None) -> int:
    """Let every DROP pass without effect; refuse what ``within_transaction`` refuses."""
    return apsw.SQLITE_IGNORE if action in _DROPS else within_transaction(action)


def run(connection: apsw.Connection, script: bytes, allowed: Authorizer) -> None:
    """Run a whole script; ``allowed`` decides on each action. Raises apsw.Error."""
    before = connection.authorizer
    connection.authorizer = allowed
    try:
        connection.execute(script.decode()).fetchall()
    finally:
        connection.authorizer = before


@contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """Commit all that is done meanwhile, or nothing of it. Raises MigrationError."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except apsw.Error as error:
        raise _refusal(error) from error
    try:
        yield
        connection.execute("COMMIT")
    except BaseException as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        if isinstance(error, apsw.Error):
            raise _refusal(error) from error
        raise


def _refusal(error: apsw.Error) -> MigrationError:
    what = "Does anyone else write to it, and is its schema what the version record says?"
    if isinstance(error, apsw.FullError):
        what = "Make room, and run again."
    return MigrationError(
        f"the migration does not run: {error}", next_step=f"The database is as it was. {what}"
    )
