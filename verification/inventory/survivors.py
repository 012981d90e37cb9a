"""What of a schema does not work: views, triggers and FTS tables outlive what they need."""

import re
from typing import Final

import apsw

from verification.inventory.mirror import Mirror, mirror
from verification.inventory.model import Flaw, Kind
from verification.inventory.schema import SchemaObject, folded, quoted, schema_objects
from verification.inventory.words import module_call, names

# What only the application that made an object can tell.
_UNDECIDED: Final = re.compile(
    r"no such (module|tokenizer|collation)|unknown tokenizer|window function|non-aggregate"
)


def broken_objects(connection: apsw.Connection) -> tuple[Flaw, ...]:
    """Compile every view and trigger and read every virtual table; return what fails, by name.

    Whatever needs a module or a tokenizer that is not here cannot be judged, and is left out.
    """
    seen = mirror(connection)
    found = []
    for item in schema_objects(connection):
        problem = _problem(connection, seen, item)
        if problem and not _UNDECIDED.search(problem):
            found.append(Flaw(item.name, item.kind, problem))
    return tuple(found)


def _problem(connection: apsw.Connection, seen: Mirror, item: SchemaObject) -> str | None:
    try:
        if item.kind is Kind.VIEW:
            seen.touched_by_view(item)
        elif item.kind is Kind.TRIGGER:
            seen.touched_by_trigger(item)
        elif module_call(item.sql):
            connection.execute(f"SELECT * FROM {quoted(item.name)} LIMIT 1").fetchall()
    except apsw.Error as error:
        is_unknown = seen.missing & {folded(name) for name in names(item.sql)}
        return None if is_unknown and item.kind is not Kind.FTS_TABLE else str(error)
    return None
