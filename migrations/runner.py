"""Apply and revert migrations, each in one transaction, and keep the record of it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version as installed_version
from typing import Final

import apsw

from migrations.catalogue import Migration, MigrationError, migrations

LATEST: Final = 5
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
    state: str  # applied, superseded, pending, changed or unknown
    applied_at: str | None  # UTC, ISO 8601
    execution_ms: int | None


def status(connection: apsw.Connection) -> list[MigrationStatus]:
    """Compare the lineage with what the database records.

    changed: applied from other bytes than today's; unknown: applied by a newer tool;
    superseded: not recorded, but a later version, which replaces the whole schema, is.
    """
    known = {migration.version: migration for migration in migrations()}
    applied = _applied(connection)
    newest = max(applied, default=0)
    report = []
    for version in sorted(known | applied):
        migration, record = known.get(version), applied.get(version)
        name = migration.name if migration else applied[version][0]
        title = migration.title if migration else "made by a newer flagday"
        when, took_ms = (record[2], record[3]) if record else (None, None)
        state = _state(migration, record, is_behind=version < newest)
        report.append(MigrationStatus(version, name, title, state, when, took_ms))
    return report


def check(connection: apsw.Connection) -> None:
    """Refuse a database whose record does not fit the lineage. Raises MigrationError."""
    for entry in status(connection):
        if entry.state == "unknown":
            raise MigrationError(
                f"the database has schema v{entry.version}, newer than this flagday (v{LATEST})",
                next_step="Use a newer flagday. Nothing was changed.",
            )
        if entry.state == "changed":
            raise MigrationError(
                f"migration v{entry.version} was applied from other bytes than {entry.name} has",
                next_step="Restore the migration file, or rebuild the index. Nothing was changed.",
            )


def current_version(connection: apsw.Connection) -> int:
    """Return the newest recorded version, 0 where there is no record."""
    return max(_applied(connection), default=0)


def up(connection: apsw.Connection, to: int = LATEST) -> list[int]:
    """Apply what is pending up to version ``to``, in order; return the versions applied.

    Raises MigrationError where the database does not fit the lineage or is past ``to``.
    """
    start = _checked_start(connection, to)
    if start > to:
        raise MigrationError(
            f"the database is at v{start}, past v{to}",
            next_step=f"To go back: flagday migrate down --to {to}. Nothing was changed.",
        )
    pending = [migration for migration in migrations() if start < migration.version <= to]
    for migration in pending:
        apply(connection, migration)
    return [migration.version for migration in pending]


def down(connection: apsw.Connection, to: int) -> list[int]:
    """Revert down to version ``to``, newest first; return the versions reverted."""
    start = _checked_start(connection, to)
    chosen = [migration for migration in migrations() if to < migration.version <= start]
    for migration in reversed(chosen):
        with _transaction(connection):
            connection.execute(migration.down.decode()).fetchall()
            connection.execute(
                "DELETE FROM schema_migrations WHERE version >= ?", (migration.version,)
            )
            earlier = [other for other in migrations() if other.version < migration.version]
            if earlier and current_version(connection) != earlier[-1].version:
                _record(connection, earlier[-1], took_ms=0)
    return [migration.version for migration in reversed(chosen)]


def apply(connection: apsw.Connection, migration: Migration) -> None:
    """Run one up file and record it, in one transaction, or raise MigrationError."""
    started = time.monotonic()
    with _transaction(connection):
        connection.execute(migration.up.decode()).fetchall()
        connection.execute(_RECORD)
        _record(connection, migration, took_ms=round((time.monotonic() - started) * 1000))


def _checked_start(connection: apsw.Connection, to: int) -> int:
    check(connection)
    known = [0, *(migration.version for migration in migrations())]
    if to not in known:
        raise MigrationError(
            f"there is no schema v{to}", next_step=f"Known versions: {', '.join(map(str, known))}."
        )
    return current_version(connection)


@contextmanager
def _transaction(connection: apsw.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except apsw.Error as error:
        connection.execute("ROLLBACK")
        raise MigrationError(
            f"the migration does not run: {error}",
            next_step="The database is as it was. Is its schema what the version record says?",
        ) from error
    connection.execute("COMMIT")


def _record(connection: apsw.Connection, migration: Migration, took_ms: int) -> None:
    connection.execute(
        "INSERT OR REPLACE INTO schema_migrations VALUES (?, ?, ?, ?, ?, ?)",
        (
            migration.version,
            migration.name,
            migration.checksum,
            datetime.now(UTC).isoformat(timespec="seconds"),
            took_ms,
            installed_version("flagday"),
        ),
    )


def _applied(connection: apsw.Connection) -> dict[int, tuple[str, str, str, int]]:
    if not connection.table_exists("main", "schema_migrations"):
        return {}
    found = connection.execute(
        "SELECT version, name, checksum, applied_at, execution_ms FROM schema_migrations"
    )
    return {version: (name, digest, when, ms) for version, name, digest, when, ms in found}


def _state(
    migration: Migration | None, record: tuple[str, str, str, int] | None, *, is_behind: bool
) -> str:
    if migration is None:
        return "unknown"
    if record is None:
        return "superseded" if is_behind else "pending"
    return "applied" if record[1] == migration.checksum else "changed"
