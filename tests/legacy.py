"""Legacy databases as they are found in the field, from the SQL text in fixtures/legacy.

A fixture is rows; the migrations make its tables where it says ``-- schema: vN``. What others keep
in an index (of_others.sql) is in each of them.
"""

import re
from pathlib import Path
from typing import Final

import apsw

from migrations import runner

FOLDER: Final = Path(__file__).parent / "fixtures" / "legacy"
OF_OTHERS: Final = FOLDER / "of_others.sql"
SOURCES: Final = FOLDER / "sources"  # what the rows of the fixtures speak of
NAMES: Final = ("v1", "v2", "v3", "v3_text_keyed", "v4", "foreign")


def found(name: str, path: Path) -> Path:
    """Make a database as the field has it: with rows, without a record of its version."""
    return _make(name, path, is_recorded=False)


def recorded(name: str, path: Path) -> Path:
    """Make a database that our migrations made: with rows, and the record of its versions."""
    return _make(name, path, is_recorded=True)


def v4(path: Path) -> Path:
    """A v4 index on record, with rows in every table, full queues, and what others keep there."""
    return recorded("v4", path)


def _make(name: str, path: Path, *, is_recorded: bool) -> Path:
    script = (FOLDER / f"{name}.sql").read_text()
    connection = apsw.Connection(str(path))
    version = re.match(r"-- schema: v(\d+)\n", script)
    if version:
        runner.up(connection, to=int(version[1]))
        if not is_recorded:
            connection.execute("DROP TABLE schema_migrations")
    connection.execute(script + OF_OTHERS.read_text()).fetchall()
    connection.close()
    return path
