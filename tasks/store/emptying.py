"""Tables that stay and lose their rows."""

from collections.abc import Iterable

import apsw

from migrations.opening import ample, bound
from tasks.errors import StepFailed
from tasks.store.connection import quoted


def empty(connection: apsw.Connection, tables: Iterable[str]) -> None:
    """Delete all rows of some tables of a candidate; what refers to them has to allow it.

    Raises StepFailed with the table that a trigger or a foreign key protects.
    """
    size_bytes: int = connection.pragma("page_count") * connection.pragma("page_size")
    bound(connection, ample(size_bytes))  # a trigger may have no end
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("BEGIN; PRAGMA defer_foreign_keys = ON").fetchall()
    doing = ""
    try:
        for name in tables:
            doing = f"DELETE FROM {quoted(name)}"
            connection.execute(doing)
        doing = "the deletion of all queues"
        connection.execute("COMMIT")
    except apsw.Error as error:
        raise StepFailed(
            f"{doing} failed: {error}",
            next_step="Drop what protects the rows. The index in service is unchanged.",
        ) from error
