"""Tell what a database without a record is, by its tables and their columns.

What tables a version has, and which columns a row of them cannot be without, is read off the
migrations, run on an empty database. An older form of a version, which no migration makes, stands
as SQL in ``forms/``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import apsw

from migrations.catalogue import migrations
from migrations.opening import connect

FOLDER: Final = Path(__file__).with_name("forms")

_CARRIED: Final = frozenset({"cache_entries", "cache_stats"})  # go, and are not derived

Columns = Mapping[str, frozenset[str]]  # table → its columns; all names folded


@dataclass(frozen=True, slots=True)
class Form:
    """What an index of one version looks like."""

    version: int
    name: str  # v3; an older form of it: v3 text-keyed
    objects: frozenset[str]  # every name in its schema, folded
    gone: frozenset[str]  # its tables and views whose names the newest version does not have
    marks: Columns  # what it is known by: the required columns of the tables with derived rows


@dataclass(frozen=True, slots=True)
class _Schema:
    """What of a database tells its form."""

    objects: frozenset[str]
    relations: frozenset[str]  # tables and views without shadow tables
    columns: Columns  # of ordinary tables
    required: Columns  # those in a key, or neither NULL nor with a default


@cache
def forms() -> tuple[Form, ...]:
    """Return the form of every version, in order, each after the older forms of it."""
    stages = list(_stages())
    last = stages[-1].objects
    newest = migrations()[-1]
    alone = _schema_of(newest.up.decode())
    found = [
        *(
            _form(version, f"v{version}", before, last, _replaced(before, after))
            for version, (before, after) in enumerate(pairwise(stages), 1)
        ),
        *_older_forms(last),
        _form(newest.version, f"v{newest.version}", alone, last, alone.required),
    ]
    return tuple(sorted(found, key=lambda form: (form.version, form.name == f"v{form.version}")))


def recognise(connection: apsw.Connection) -> Form | None:
    """Return the newest form whose tables are all there, each with the columns it must have."""
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
    """Return every name in the schema of a database, folded."""
    names = connection.execute("SELECT lower(name) FROM sqlite_schema")
    return frozenset(str(name) for (name,) in names if not str(name).startswith("sqlite_"))


def _form(version: int, name: str, schema: _Schema, last: frozenset[str], marks: Columns) -> Form:
    return Form(version, name, schema.objects, schema.relations - last, marks)


def _stages() -> Iterator[_Schema]:
    """Go up version by version, and yield what is there each time."""
    script = ""
    for migration in migrations():
        script += migration.up.decode()
        yield _schema_of(script)


def _older_forms(last: frozenset[str]) -> Iterator[Form]:
    for path in sorted(FOLDER.glob("v*.sql")):
        version, _, name = path.stem.removeprefix("v").partition("_")
        schema = _schema_of(path.read_text("utf-8"))
        called = f"v{version} {name.replace('_', '-')}"
        yield _form(int(version), called, schema, last, schema.required)


def _schema_of(script: str) -> _Schema:
    """Run a script on an empty database and look at what it made."""
    connection = connect(":memory:")
    connection.execute(script).fetchall()
    schema = _Schema(
        objects(connection),
        _relations(connection),
        _columns(connection),
        _columns(connection, _REQUIRED),
    )
    connection.close()
    return schema


def _relations(connection: apsw.Connection) -> frozenset[str]:
    found = connection.execute(
        "SELECT lower(name) FROM pragma_table_list WHERE schema = 'main' AND type <> 'shadow'"
    )
    return frozenset(str(name) for (name,) in found if not str(name).startswith("sqlite_"))


_REQUIRED: Final = 'columns.pk > 0 OR (columns."notnull" AND columns.dflt_value IS NULL)'


def _columns(connection: apsw.Connection, condition: str = "TRUE") -> Columns:
    found = connection.execute(
        "SELECT lower(tables.name), lower(columns.name)"
        " FROM pragma_table_list AS tables, pragma_table_info(tables.name, 'main') AS columns"
        " WHERE tables.schema = 'main' AND tables.type = 'table'"
        f" AND tables.name <> 'sqlite_schema' AND ({condition})"
    )
    columns: dict[str, set[str]] = {}
    for table, column in found:
        columns.setdefault(str(table), set()).add(str(column))
    return {table: frozenset(names) for table, names in columns.items()}


def _replaced(before: _Schema, after: _Schema) -> Columns:
    """Choose the tables whose rows are derived: the version after it drops or replaces them."""
    return {
        table: columns
        for table, columns in before.required.items()
        if after.columns.get(table) != before.columns[table] and table not in _CARRIED
    }
