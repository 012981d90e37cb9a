"""An empty in-memory copy of a schema, to compile statements on without touching the database.

What only the application that made the database has, functions and collations, is lent by stubs.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

import apsw

from migrations.opening import FEW_STEPS, bound, connect
from verification.inventory.compiling import Touch, touches
from verification.inventory.model import Kind
from verification.inventory.schema import SchemaObject, folded, quoted, schema_objects

T = TypeVar("T")

_NO_FUNCTION: Final = re.compile(r"no such function: (.+)")
_ORDER: Final = (Kind.TABLE, Kind.FTS_TABLE, Kind.VIEW, Kind.INDEX, Kind.TRIGGER)
_FIRES: Final = (
    "INSERT INTO {table} DEFAULT VALUES",
    "UPDATE {table} SET {assignments}",
    "DELETE FROM {table}",
)


@dataclass(frozen=True, slots=True)
class Mirror:
    """The copy, without triggers; the folded names of what is missing in it, and of its views."""

    connection: apsw.Connection
    missing: frozenset[str]
    views: frozenset[str]

    def touched_by_view(self, view: SchemaObject) -> tuple[Touch, ...]:
        """Return what a view touches. Raises apsw.Error where it does not compile."""
        statement = f"SELECT * FROM {quoted(view.name)}"
        return self._real(lend(self.connection, lambda: touches(self.connection, statement)))

    def touched_by_trigger(self, trigger: SchemaObject) -> tuple[Touch, ...]:
        """Return what a trigger touches, made alone. Raises apsw.Error as above."""
        with self._only(trigger):
            found = [touch for fire in self._firing(trigger.table) for touch in self._fired(fire)]
        return self._real(
            touch
            for touch in found
            if touch.via == touch.table or folded(touch.via or "") not in self.views
        )

    def _real(self, found: Iterable[Touch]) -> tuple[Touch, ...]:
        """Leave out common table expressions, which ask to be selected from as views do."""
        return tuple(
            touch
            for touch in found
            if touch.column or touch.via != touch.table or folded(touch.table) in self.views
        )

    @contextmanager
    def _only(self, trigger: SchemaObject) -> Iterator[None]:
        lend(self.connection, lambda: self.connection.execute(trigger.sql).fetchall())
        try:
            yield
        finally:
            self.connection.execute(f"DROP TRIGGER {quoted(trigger.name)}")

    def _firing(self, table: str) -> Iterator[str]:
        """Yield statements of which one fires a trigger, whatever columns it waits for."""
        columns = self.connection.execute(f"PRAGMA table_xinfo ({quoted(table)})")
        names = [quoted(name) for _, name, *_, hidden in columns if not hidden]
        assignments = ", ".join(f"{name} = {name}" for name in names)
        for form in _FIRES:
            yield form.format(table=quoted(table), assignments=assignments)

    def _fired(self, statement: str) -> tuple[Touch, ...]:
        try:
            return lend(self.connection, lambda: touches(self.connection, statement))
        except apsw.SQLError as error:
            if "because it is a view" in str(error):  # its trigger waits for another event
                return ()
            raise


def mirror(connection: apsw.Connection) -> Mirror:
    """Copy all but the triggers, which are made one at a time, to be looked at."""
    copy, missing = empty_copy(connection, frozenset({Kind.TRIGGER}))
    views = copy.execute("SELECT name FROM sqlite_schema WHERE type = 'view'")
    return Mirror(copy, missing, frozenset(folded(name) for (name,) in views))


def empty_copy(
    connection: apsw.Connection, without: frozenset[Kind] = frozenset()
) -> tuple[apsw.Connection, frozenset[str]]:
    """Return an in-memory database of the same schema without rows.

    With it the folded names of what cannot be made here, as where a module is not there.
    """
    copy = connect(":memory:")
    copy.config(apsw.SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1)  # as for its application; it has no rows
    bound(copy, FEW_STEPS)
    copy.collation_needed(lambda known, name: known.create_collation(name, _compared))
    missing = set()
    for item in sorted(schema_objects(connection), key=lambda item: _ORDER.index(item.kind)):
        if item.kind in without or not item.sql:
            continue
        try:
            lend(copy, lambda: copy.execute(item.sql).fetchall())  # noqa: B023 -- used at once
        except apsw.Error:
            missing.add(folded(item.name))
    return copy, frozenset(missing)


def lend(connection: apsw.Connection, compile_it: Callable[[], T]) -> T:
    """Compile, making a stub of each function that is not known. Raises apsw.Error."""
    lent: set[str] = set()
    while True:
        try:
            return compile_it()
        except apsw.SQLError as error:
            unknown = _NO_FUNCTION.search(str(error))
            if unknown is None or unknown[1] in lent:
                raise
            lent.add(unknown[1])
            connection.create_scalar_function(unknown[1], lambda *_: None, deterministic=True)


def _compared(left: str, right: str) -> int:
    return (left > right) - (left < right)
