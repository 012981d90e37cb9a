"""Drop objects of a candidate, whatever state they are in.

A virtual table asks its module before it goes. Where the module refuses, or is not there, as with
an FTS table whose shadow tables are damaged, its line is taken out of the schema and its shadow
tables, ordinary tables from then on, are dropped one by one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import apsw

from migrations.opening import undefended
from tasks.errors import StepFailed
from tasks.store.connection import quoted


@dataclass(frozen=True, slots=True)
class Order:
    """One object to drop."""

    name: str
    statement: str | None  # None: it goes with its table


def drop_all(connection: apsw.Connection, orders: Iterable[Order]) -> tuple[str, ...]:
    """Drop in the order given; return the names that had to be torn out.

    Foreign keys are off: the closure is whole, so none of what stays refers to what goes, and
    tables that refer to each other have no order. No trigger fires on a DROP. Raises StepFailed.
    """
    # Without a journal, a DROP that fails half way could not be taken back.
    for pragma in ("PRAGMA foreign_keys = OFF", "PRAGMA journal_mode = MEMORY"):
        connection.execute(pragma).fetchall()
    return tuple(
        order.name for order in orders if order.statement and _is_torn_out(connection, order)
    )


def _is_torn_out(connection: apsw.Connection, order: Order) -> bool:
    """Drop one object; tell whether it had to be torn out. Raises StepFailed."""
    try:
        with connection:
            connection.execute(order.statement or "")
    except apsw.Error as error:
        if not _is_virtual(connection, order.name):
            raise StepFailed(
                f"{order.statement} failed: {error}",
                next_step="Read the inventory's drop closure. The index in service is unchanged.",
            ) from error
        _tear_out(connection, order.name)
        return True
    return False


def _is_virtual(connection: apsw.Connection, name: str) -> bool:
    """Tell whether a table is virtual; SQLite gives such a one no page of its own."""
    found = connection.execute(
        "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND rootpage = 0 AND name = ?", (name,)
    )
    return found.fetchone() is not None


def _tear_out(connection: apsw.Connection, name: str) -> None:
    listed = list(connection.execute("SELECT name FROM pragma_table_list WHERE type = 'shadow'"))
    shadows = [shadow for (shadow,) in listed if _owner(shadow) == name.lower()]
    with undefended(connection):
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_schema WHERE rootpage = 0 AND name = ?", (name,))
        connection.execute("PRAGMA writable_schema = RESET")  # and read the schema anew
    for shadow in sorted(shadows):
        connection.execute(f"DROP TABLE {quoted(shadow)}")


def _owner(shadow: str) -> str:
    """Return the lower-case name of the virtual table that a shadow table belongs to."""
    return shadow.rpartition("_")[0].lower()
