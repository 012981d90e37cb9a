"""The queues of builders: tables whose rows are work still to be done."""

import apsw

from verification.inventory.model import Queue
from verification.inventory.schema import quoted


def queues(connection: apsw.Connection, names: tuple[str, ...]) -> tuple[Queue, ...]:
    """Count the rows of each named queue that exists, in the order of the names given."""
    present = (name for name in names if connection.table_exists("main", name))
    return tuple(Queue(name, _rows(connection, name)) for name in present)


def _rows(connection: apsw.Connection, name: str) -> int:
    rows: int = connection.execute(f"SELECT COUNT(*) FROM {quoted(name)}").get
    return rows
