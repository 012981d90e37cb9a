"""Tables that stay and lose their rows."""

from collections.abc import Iterable

import apsw

from tasks.errors import StepFailed
from tasks.store.connection import quoted


def empty(connection: apsw.Connection, tables: Iterable[str]) -> None:
    """Delete all rows of some tables of a candidate; what refers to them has to allow it.

    Raises StepFailed with the table that a trigger or a foreign key protects.
    """
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
