"""One transaction that writes to the companion."""

from collections.abc import Iterator
from contextlib import contextmanager

import apsw


@contextmanager
def writing(connection: apsw.Connection) -> Iterator[None]:
    """Commit all that is done meanwhile, or nothing of it. Raises apsw.Error.

    It takes the lock at once, so that nobody else writes between what is read and what is written.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
