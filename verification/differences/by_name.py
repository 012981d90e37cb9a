"""A legacy index and the one that replaces it, by the names of their symbols.

A legacy index knows no contents, and has its own idea of a symbol; but a name that it knew and the
new index does not is one that somebody will look for in vain.
"""

from contextlib import closing
from pathlib import Path
from typing import Any, Final

import apsw

from migrations.opening import connect
from verification.inventory.previous import previous_names, previous_places, previous_totals
from verification.inventory.take import untouched

MAX_LOST: Final = 50  # names told one by one, in their order

_LOST: Final = """
FROM names_before
WHERE NOT EXISTS (
    SELECT 1
    FROM symbol_names
    WHERE length(symbol_names.name) = length(names_before.name)
        AND symbol_names.name = names_before.name COLLATE NOCASE
        AND symbol_names.name = names_before.name
)
"""


def compare_names(previous: Path, now: Path) -> dict[str, Any] | None:
    """Count files, symbols, refs and names of both, and tell the names that are lost.

    None where the index before cannot be asked for names.
    """
    try:
        with (
            untouched(previous) as before,
            closing(connect(now, flags=apsw.SQLITE_OPEN_READONLY)) as after,
        ):
            totals = previous_totals(before)
            return None if totals is None else _compared(before, totals, after)
    except (apsw.Error, OSError):
        return None


def _compared(
    before: apsw.Connection, totals: dict[str, int | None], after: apsw.Connection
) -> dict[str, Any]:
    after.execute("CREATE TEMP TABLE names_before (name TEXT PRIMARY KEY) WITHOUT ROWID").fetchall()
    after.executemany(
        "INSERT OR IGNORE INTO names_before VALUES (?)",
        ((name,) for name in previous_names(before)),
    )
    known: int = after.execute("SELECT COUNT(*) FROM names_before").get
    lost: int = after.execute(f"SELECT COUNT(*) {_LOST}").get
    names: int = after.execute("SELECT COUNT(*) FROM symbol_names").get
    first = [
        str(name)
        for (name,) in after.execute(f"SELECT name {_LOST} ORDER BY name LIMIT {MAX_LOST}")
    ]
    places = previous_places(before, first) if first else {}
    counts = {
        what: {"before": count, "after": after.execute(f"SELECT COUNT(*) FROM {what}").get}
        for what, count in totals.items()
    }
    return {
        **counts,
        "names": {"before": known, "after": names},
        "names_found": known - lost,
        "names_lost": lost,
        "names_new": names - (known - lost),
        "lost": [
            {"name": name, "symbol_type": kind, "path": path}
            for name in first
            for kind, path in (places.get(name, (None, None)),)
        ],
    }
