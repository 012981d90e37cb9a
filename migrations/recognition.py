"""Tell what a database without a record is, by its tables and their columns.

What tables a version has is read off the migrations, run on an empty database. An older form of a
version, which no migration makes, stands as SQL in ``forms/``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import apsw

from migrations.catalogue import migrations

FOLDER: Final = Path(__file__).with_name("forms")

Columns = Mapping[str, frozenset[str]]  # table → its columns; all names folded


@dataclass(frozen=True, slots=True)
class Form:
    """What an index of one version looks like."""

    version: int
    name: str  # v3; an older form of it: v3 text-keyed
    objects: frozenset[str]  # tables and views, folded
    gone: frozenset[str]  # those of them that the newest version does not have
    marks: Columns  # the tables with derived rows: those that the version after it replaces


@cache
def forms() -> tuple[Form, ...]:
    """Return the form of every version, in order, each after the older forms of it."""
    newest = migrations()[-1]
    stages = list(_stages())
    last = stages[-1][0]
    alone = apsw.Connection(":memory:")
    alone.execute(newest.up.decode()).fetchall()
    found = [
        *(
            Form(version, f"v{version}", names, names - last, _replaced(columns, after))
            for version, ((names, columns), (_, after)) in enumerate(pairwise(stages), 1)
        ),
        *_older_forms(last),
        Form(newest.version, f"v{newest.version}", objects(alone), frozenset(), _columns(alone)),
    ]
    return tuple(sorted(found, key=lambda form: (form.version, form.name == f"v{form.version}")))


def recognise(connection: apsw.Connection) -> Form | None:
    """Return the newest form whose tables are all there, each with its columns or more."""
    found = _columns(connection)
    matching = [
        form
        for form in forms()
        if all(columns <= found.get(table, frozenset()) for table, columns in form.marks.items())
    ]
    return matching[-1] if matching else None


def form_called(name: str) -> Form:
    """Return the form of this name. Raises KeyError."""
    return {form.name: form for form in forms()}[name]


def objects(connection: apsw.Connection) -> frozenset[str]:
    """Name the tables and views of a database, folded; shadow tables go with theirs."""
    found = connection.execute(
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type <> 'shadow'"
    )
    names = (str(name).lower() for (name,) in found)
    return frozenset(name for name in names if not name.startswith("sqlite_"))


def _stages() -> Iterator[tuple[frozenset[str], Columns]]:
    """Go up version by version, and yield what is there each time."""
    connection = apsw.Connection(":memory:")
    for migration in migrations():
        connection.execute(migration.up.decode()).fetchall()
        yield objects(connection), _columns(connection)


def _columns(connection: apsw.Connection) -> Columns:
    found = connection.execute(
        "SELECT tables.name, columns.name"
        " FROM pragma_table_list AS tables, pragma_table_info(tables.name, 'main') AS columns"
        " WHERE tables.schema = 'main' AND tables.type = 'table' AND tables.name <> 'sqlite_schema'"
    )
    columns: dict[str, set[str]] = {}
    for table, column in found:
        columns.setdefault(str(table).lower(), set()).add(str(column).lower())
    return {table: frozenset(names) for table, names in columns.items()}


def _replaced(before: Columns, after: Columns) -> Columns:
    return {table: columns for table, columns in before.items() if after.get(table) != columns}


def _older_forms(last: frozenset[str]) -> Iterator[Form]:
    for path in sorted(FOLDER.glob("v*.sql")):
        version, _, name = path.stem.removeprefix("v").partition("_")
        connection = apsw.Connection(":memory:")
        connection.execute(path.read_text()).fetchall()
        names, called = objects(connection), f"v{version} {name.replace('_', '-')}"
        yield Form(int(version), called, names, names - last, _columns(connection))
