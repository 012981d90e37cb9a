"""Apply and revert migrations, each in one transaction, and keep the record of it."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Final

import apsw

from migrations.catalogue import Migration, MigrationError, migrations
from migrations.manifest import FOLDER
from migrations.recognition import forms, objects, recognise
from migrations.transaction import (
    Authorizer,
    dropping_nothing,
    run,
    transaction,
    within_transaction,
)

LATEST: Final = 5
_RECORD_NAME: Final = "schema_migrations"
_RECORD_COLUMNS: Final = {"version", "name", "checksum", "applied_at", "execution_ms"}
_RECORD: Final = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    version INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL, -- SHA-256 over the bytes of the up file, hexadecimal
    applied_at TEXT NOT NULL, -- UTC, ISO 8601
    execution_ms INTEGER NOT NULL,
    tool_version TEXT NOT NULL
) STRICT
"""


@dataclass(frozen=True, slots=True)
class MigrationStatus:
    """Where one version of the lineage stands in a database."""

    version: int
    name: str
    title: str
    state: str  # applied, recognised, superseded, pending, changed or unknown
    applied_at: str | None  # UTC, ISO 8601
    execution_ms: int | None


def status(connection: apsw.Connection, lineage: Path = FOLDER) -> list[MigrationStatus]:
    """Compare a lineage, by its folder, with what the database records.

    changed: applied from other bytes than today's; unknown: applied by a newer tool;
    recognised: not recorded, but the tables are those of this version;
    superseded: not recorded, but a later version, which replaces the whole schema, is there.
    """
    known = {migration.version: migration for migration in migrations(lineage)}
    applied = _applied(connection)
    actual = (actual_version if lineage == FOLDER else current_version)(connection)
    report = []
    for version in sorted(known | applied):
        migration, record = known.get(version), applied.get(version)
        name = migration.name if migration else applied[version][0]
        title = migration.title if migration else "made by a newer flagday"
        when, took_ms = (record[2], record[3]) if record else (None, None)
        state = _state(migration, record, version, actual)
        report.append(MigrationStatus(version, name, title, state, when, took_ms))
    return report


def check(connection: apsw.Connection, lineage: Path = FOLDER) -> None:
    """Refuse a database whose record does not fit a lineage. Raises MigrationError."""
    require_known(connection, lineage)
    for entry in status(connection, lineage):
        if entry.state == "changed":
            raise MigrationError(
                f"migration v{entry.version} was applied from other bytes than {entry.name} has",
                next_step="Another flagday applied it. Rebuild an index with `flagday run`. "
                "Nothing was changed.",
            )


def require_known(connection: apsw.Connection, lineage: Path = FOLDER) -> None:
    """Refuse a database that is newer than a lineage. Raises MigrationError."""
    newest = migrations(lineage)[-1].version
    for entry in status(connection, lineage):
        if entry.state == "unknown":
            raise MigrationError(
                f"the database has schema v{entry.version}, newer than this flagday (v{newest})",
                next_step="Use a newer flagday. Nothing was changed.",
            )


def current_version(connection: apsw.Connection) -> int:
    """Return the newest recorded version, 0 where there is no record."""
    return max(_applied(connection), default=0)


def actual_version(connection: apsw.Connection) -> int:
    """Return the newest recorded version; without a record, the one that the tables tell, or 0."""
    recorded = current_version(connection)
    if recorded:
        return recorded
    form = recognise(connection)
    return form.version if form else 0


def has_record(connection: apsw.Connection) -> bool:
    """Tell whether the record of migrations is there and ours: other tools have one, too."""
    found = connection.execute(f"SELECT name FROM pragma_table_info('{_RECORD_NAME}')")
    return {column for (column,) in found} >= _RECORD_COLUMNS


def up(connection: apsw.Connection, to: int = LATEST) -> list[int]:
    """Apply what is pending up to version ``to``, in order; return the versions applied.

    Raises MigrationError where the database does not fit the lineage or is past ``to``.
    """
    pending = to_apply(connection, to)
    for migration in pending:
        apply(connection, migration)
    return [migration.version for migration in pending]


def to_apply(connection: apsw.Connection, to: int = LATEST) -> list[Migration]:
    """Return what is pending up to version ``to``, in order. Raises MigrationError."""
    start = _checked_start(connection, to)
    if start > to:
        raise MigrationError(
            f"the database is at v{start}, past v{to}",
            next_step=f"To go back: flagday migrate down --to {to}. Nothing was changed.",
        )
    _require_room(connection, start, to)
    return [migration for migration in migrations() if start < migration.version <= to]


def down(connection: apsw.Connection, to: int) -> list[int]:
    """Revert down to version ``to``, newest first; return the versions reverted.

    Raises MigrationError where the database does not fit the lineage or is before ``to``.
    """
    chosen = to_revert(connection, to)
    for migration in chosen:
        _revert(connection, migration)
    return [migration.version for migration in chosen]


def to_revert(connection: apsw.Connection, to: int) -> list[Migration]:
    """Return what is applied past version ``to``, newest first. Raises MigrationError."""
    start = _checked_start(connection, to)
    if start < to:
        raise MigrationError(
            f"the database is at v{start}, before v{to}",
            next_step=f"To go on: flagday migrate up --to {to}. Nothing was changed.",
        )
    return [migration for migration in reversed(migrations()) if to < migration.version <= start]


def apply(connection: apsw.Connection, migration: Migration) -> None:
    """Run one up file and record it, in one transaction, or raise MigrationError."""
    _apply(connection, migration, within_transaction)


def apply_alone(connection: apsw.Connection, migration: Migration) -> None:
    """Run one up file and record it, where nothing is left of the version before: drop nothing.

    So a table of someone else stays, though it has the name of a table that the version before
    had. Raises MigrationError.
    """
    _apply(connection, migration, dropping_nothing)


def _apply(connection: apsw.Connection, migration: Migration, allowed: Authorizer) -> None:
    started = time.monotonic()
    with transaction(connection):
        run(connection, migration.up, allowed)
        connection.execute(_RECORD)
        _record(connection, migration, started)


def _revert(connection: apsw.Connection, migration: Migration) -> None:
    """Run one down file; the version before it is on record then, if there is one."""
    started = time.monotonic()
    with transaction(connection):
        run(connection, migration.down, within_transaction)
        connection.execute(_RECORD)
        connection.execute("DELETE FROM schema_migrations WHERE version >= ?", [migration.version])
        before = migration.version - 1
        if before and current_version(connection) != before:
            _record(connection, migrations()[before - 1], started)


def _checked_start(connection: apsw.Connection, to: int) -> int:
    check(connection)
    known = [0, *(migration.version for migration in migrations())]
    if to not in known:
        raise MigrationError(
            f"there is no schema v{to}", next_step=f"Known versions: {', '.join(map(str, known))}."
        )
    return actual_version(connection)


def _require_room(connection: apsw.Connection, start: int, to: int) -> None:
    """Refuse to begin a lineage where tables of another make have its names."""
    if start:
        return
    ours = frozenset[str]().union(*(form.objects for form in forms() if form.version <= to))
    record = frozenset() if has_record(connection) else {_RECORD_NAME}
    in_the_way = sorted((ours | record) & objects(connection))
    if in_the_way:
        raise MigrationError(
            f"the database is of another make and has {', '.join(in_the_way)} already",
            next_step="Migrations go from an empty database or from a version of the lineage; "
            "any other is rebuilt by flagday run. Nothing was changed.",
        )


def _record(connection: apsw.Connection, migration: Migration, started: float) -> None:
    """Record a version; ``started`` is when its script began, on the monotonic clock, in s."""
    connection.execute(
        "INSERT OR REPLACE INTO schema_migrations VALUES (?, ?, ?, ?, ?, ?)",
        (
            migration.version,
            migration.name,
            migration.checksum,
            datetime.now(UTC).isoformat(timespec="seconds"),
            round((time.monotonic() - started) * 1000),
            _tool_version(),
        ),
    )


@cache
def _tool_version() -> str:
    """Read it once: the README is part of a distribution's metadata, and all of it is parsed."""
    return installed_version("flagday")


def _applied(connection: apsw.Connection) -> dict[int, tuple[str, str, str, int]]:
    if not has_record(connection):
        return {}
    found = connection.execute(
        "SELECT version, name, checksum, applied_at, execution_ms FROM schema_migrations"
    )
    return {version: (name, digest, when, ms) for version, name, digest, when, ms in found}


def _state(
    migration: Migration | None, record: tuple[str, str, str, int] | None, version: int, actual: int
) -> str:
    if migration is None:
        return "unknown"
    if record is not None:
        return "applied" if record[1] == migration.checksum else "changed"
    if version == actual:
        return "recognised"
    return "superseded" if version < actual else "pending"
