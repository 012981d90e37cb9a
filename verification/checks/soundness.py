"""A quicker proof that SQLite's integrity check has nothing to say of a database.

The check walks each FTS index; V-042 and its like walk it again and compare it with its content,
too. So here these are asked, once for both, and the check runs where SQLite knows no FTS.
"""

from collections.abc import Iterator
from contextlib import closing
from typing import Final

import apsw

from migrations.opening import connect
from verification.checks.objects import SEARCH_TABLES, drift
from verification.inventory.schema import quoted
from verification.subject import NotApplicable

_PRAGMAS: Final = (
    "PRAGMA query_only = ON",
    "PRAGMA mmap_size = 1099511627776",  # more than any index
    "PRAGMA cell_size_check = OFF",  # the integrity check looks at each cell itself
)
_SAYS_NOTHING: Final = [("ok",)]


def is_sound(connection: apsw.Connection) -> bool:
    """Tell whether it is proven that SQLite has nothing to say; if not, only SQLite can tell."""
    try:
        return all(_proofs(connection))
    except (apsw.Error, NotApplicable):
        return False


def _proofs(connection: apsw.Connection) -> Iterator[bool]:
    """Try each part of the proof: every ordinary table and the file, then each virtual table."""
    with closing(_without_modules(connection)) as plain:
        yield plain.execute("PRAGMA integrity_check").fetchall() == _SAYS_NOTHING
    virtual = connection.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'virtual'"
    ).fetchall()
    for (name,) in virtual:
        if name in SEARCH_TABLES:
            yield drift(connection, name) is None
        else:
            check = f"PRAGMA integrity_check ({quoted(str(name))})"
            yield connection.execute(check).fetchall() == _SAYS_NOTHING


def _without_modules(connection: apsw.Connection) -> apsw.Connection:
    """Open the database of a connection once more. It is opened for writing, or no CHECK is run."""
    plain = connect(connection.filename, flags=apsw.SQLITE_OPEN_READWRITE)
    plain.drop_modules(())
    for pragma in _PRAGMAS:
        plain.execute(pragma).fetchall()
    return plain
