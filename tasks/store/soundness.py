"""What must hold of a legacy database itself: the file is whole, and ASTs have their identity."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import apsw

from migrations import recognition
from tasks.errors import FlagDayError
from tasks.store.untouched import untouched

_MOST_LINES: Final = 1_000_000  # what the check says of rows must not hide what it says of pages
# What the check says of rows that break their table's promises, or of pages that hold nothing: an
# old builder's dirt, which is dropped, or carried over and reported. The file itself is whole.
_DIRT: Final = re.compile(
    r"ok|\*\*\* in database \w+ \*\*\*|NULL value in |CHECK constraint failed in |[\w-]+ value in "
    r"|Page \d+: never used"
)
_IDENTITY: Final = frozenset({"content_hash", "parser_version_id"})
_SHOWN: Final = 3


def corruption(connection: apsw.Connection) -> str | None:
    """Return what is wrong with the file, None where it is whole.

    Virtual tables are left out: a damaged index for search is derived, and dropped or reported.
    The connection knows no modules afterwards.
    """
    connection.drop_modules(None)
    try:
        for (said,) in connection.execute(f"PRAGMA quick_check ({_MOST_LINES})"):
            for line in str(said).splitlines():
                if not is_dirt(line):
                    return line
    except apsw.Error as error:
        return str(error)
    return None


def is_dirt(line: str) -> bool:
    """Tell whether what SQLite's check says is of no harm to the file itself."""
    return bool(_DIRT.match(line))


def carried_over(database: Path) -> list[str]:
    """Name what a damaged index holds that is none of schema v5's; nothing where it cannot tell."""
    try:
        with untouched(database) as connection:
            names = recognition.objects(connection)
    except (FlagDayError, apsw.Error):
        return []
    *_, newest = recognition.forms()
    return sorted(names - newest.objects - {"schema_migrations"})


def identity_problems(connection: apsw.Connection) -> Iterator[str]:
    """Say what is wrong with the identity of ASTs, where there are any (protocol §1.1).

    ``asts`` enforces UNIQUE (content_hash, parser_version_id), and ``ast_id`` is its surrogate.
    """
    columns = {
        name.lower(): place for _, name, *_, place in connection.execute("PRAGMA table_info (asts)")
    }
    if not columns:
        return
    keys = [frozenset(name for name, place in columns.items() if place), *_unique_keys(connection)]
    if frozenset({"ast_id"}) not in keys or _IDENTITY not in keys:
        yield "asts does not enforce UNIQUE (content_hash, parser_version_id) over ast_id (§1.1)"
    if columns.keys() >= _IDENTITY:
        yield from _duplicates(connection)


def _unique_keys(connection: apsw.Connection) -> Iterator[frozenset[str | None]]:
    """Yield the columns of each unique index over all rows; None stands for an expression."""
    indexes = list(
        connection.execute(
            "SELECT name FROM pragma_index_list('asts') WHERE \"unique\" AND NOT partial"
        )
    )
    for (index,) in indexes:
        found = connection.execute("SELECT lower(name) FROM pragma_index_info(?)", (index,))
        yield frozenset(name for (name,) in found)


def _duplicates(connection: apsw.Connection) -> Iterator[str]:
    """Name the first identities that several ASTs have; NULL, which no UNIQUE sees, is one too."""
    found = list(
        connection.execute(
            "SELECT content_hash, parser_version_id, COUNT(*) FROM asts GROUP BY 1, 2"
            " HAVING COUNT(*) > 1 ORDER BY 1, 2"
        )
    )
    first = ", ".join(
        f"({_said(content)}, {_said(parser)}) {times} times"
        for content, parser, times in found[:_SHOWN]
    )
    if found:
        yield (
            f"asts holds {len(found)} identities (content_hash, parser_version_id) more than once,"
            f" the first: {first} (§1.1)"
        )


def _said(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)
