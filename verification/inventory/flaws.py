"""What was broken before the day, outside of the drop closure: reported, and no fault of ours."""

from collections import Counter
from collections.abc import Iterable, Iterator

import apsw

from verification.inventory.model import Flaw, Kind
from verification.inventory.schema import SchemaObject, quoted

_SOUND = "ok"


def unsound_tables(connection: apsw.Connection, tables: Iterable[SchemaObject]) -> Iterator[Flaw]:
    """Yield what SQLite's integrity check says of each table, its indexes or its FTS index.

    A line that SQLite says of several rows comes once. Through a read-only connection SQLite
    evaluates no CHECK.
    """
    for table in tables:
        try:
            rows = list(connection.execute(f"PRAGMA integrity_check ({quoted(table.name)})"))
        except apsw.Error as error:
            rows = [(str(error),)]
        for said in dict.fromkeys(said for (said,) in rows):
            if said != _SOUND:
                yield Flaw(table.name, table.kind, said)


def orphans(connection: apsw.Connection, tables: Iterable[str]) -> Iterator[Flaw]:
    """Yield the foreign keys, of rows or of a definition, that have no parent."""
    for table in tables:
        try:
            rows = list(connection.execute(f"PRAGMA foreign_key_check ({quoted(table)})"))
        except apsw.Error as error:
            yield Flaw(table, Kind.TABLE, str(error))
            continue
        for (parent, _), count in sorted(Counter((row[2], row[3]) for row in rows).items()):
            yield Flaw(table, Kind.TABLE, f"{count} rows refer to no row of {parent}")
