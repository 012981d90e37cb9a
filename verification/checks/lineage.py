"""Checks of the schema's version record, and of the files it was made from."""

from collections.abc import Iterator
from typing import Final

import apsw

from migrations import runner
from migrations.catalogue import broken_files, migrations
from verification.subject import Check, Severity, Subject

_SOUND: Final = ("applied", "superseded")


def _strange_versions(connection: apsw.Connection, _: Subject) -> Iterator[dict[str, object]]:
    for entry in runner.status(connection):
        if entry.state not in _SOUND:
            yield {"version": entry.version, "name": entry.name, "state": entry.state}
    recorded = dict(connection.execute("SELECT version, name FROM schema_migrations"))
    for migration in migrations():
        name = recorded.get(migration.version, migration.name)
        if name != migration.name:
            yield {"version": migration.version, "name": name, "state": "recorded by another name"}


def _strange_files(_: apsw.Connection, subject: Subject) -> Iterator[dict[str, object]]:
    for name in broken_files(subject.migrations):
        yield {"file": name}


CHECKS: Final = (
    Check(
        id="V-060",
        title="The newest migration is applied, from the bytes of today, and nothing beyond it",
        severity=Severity.FAIL,
        section="§5.3",
        group="migrations",
        find=_strange_versions,
    ),
    Check(
        id="V-061",
        title="The migration files are those of their manifest",
        severity=Severity.FAIL,
        section="§5.3",
        group="migrations",
        find=_strange_files,
    ),
)
