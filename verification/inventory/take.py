"""Take the inventory (protocol §1.2) without changing a byte of the database."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import apsw

from migrations.opening import ample, bound, connect
from verification.inventory.code_paths import find_code_paths
from verification.inventory.dependents import drop_closure
from verification.inventory.digests import table_digest
from verification.inventory.flaws import orphans, unsound_tables
from verification.inventory.gate import Rules, ruled
from verification.inventory.model import (
    Dependent,
    Fate,
    Flaw,
    Inventory,
    Kind,
    Queue,
    Search,
    TableCount,
)
from verification.inventory.queues import QueueNames, find_queues, why_kept
from verification.inventory.schema import folded, quoted, schema_objects
from verification.inventory.survivors import broken_objects
from verification.inventory.walking import root_name

_BUSY_MS: Final = 5000
_READABLE: Final = frozenset({Kind.TABLE, Kind.FTS_TABLE, Kind.VIEW})
_LEGACY: Final = "named as legacy by the plan"
_BOOKS: Final = frozenset({"runs", "run_steps", "audit_log"})  # our own record: it grows each day
_RECORD: Final = "schema_migrations"  # grows with a version, and so has no digest


def take_inventory(  # noqa: PLR0913, PLR0917 -- what the plan says
    database: Path | None,
    legacy_tables: tuple[str, ...],
    superseded: Mapping[str, str],
    queues: QueueNames,
    code: tuple[Path, ...],
    rules: Rules | None = None,
) -> Inventory:
    """List what depends on the legacy tables, in the database and in the code.

    ``superseded`` maps further names that schema v5 takes or replaces to the reason. Names that
    the database does not have are ignored. Without a database, code is searched for the legacy
    tables alone. Raises apsw.Error where the database cannot be read.
    """
    if database is None or not database.exists():
        return Inventory(
            (), (), (), _search(code, frozenset(legacy_tables), None, rules), _names(code)
        )
    with untouched(database) as connection:
        closure = drop_closure(connection, _seeds(legacy_tables, superseded))
        gone = {item.name for item in closure if item.kind in _READABLE}
        found = find_queues(connection, queues)
        return Inventory(
            closure=closure,
            tables=tuple(_counts(connection, closure, found, queues.excluded)),
            queues=found,
            search=_search(code, frozenset(gone.union(legacy_tables)), connection, rules),
            code_roots=_names(code),
            flaws=tuple(_flaws(connection, closure)),
        )


def _seeds(legacy_tables: tuple[str, ...], superseded: Mapping[str, str]) -> dict[str, str]:
    """Join the reasons of names that are legacy twice."""
    seeds = {folded(name): _LEGACY for name in legacy_tables}
    for name, why in superseded.items():
        seeds[folded(name)] = f"{_LEGACY}; {why}" if folded(name) in seeds else why
    return seeds


@contextmanager
def untouched(database: Path) -> Iterator[apsw.Connection]:
    """Open a database so that neither it nor its WAL changes, nor an empty WAL appears."""
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    connection = connect(untouched_uri(database), flags=flags)
    try:
        bound(connection, ample(database.stat().st_size))
        connection.set_busy_timeout(_BUSY_MS)
        connection.execute("BEGIN")
        yield connection
    finally:
        connection.close()


def untouched_uri(database: Path) -> str:
    """Return the URI by which SQLite reads a database without making a WAL.

    A database in WAL mode without a WAL is open nowhere, and read as immutable. Where there is
    one, it is read too: it holds commits. Raises OSError.
    """
    path = database.resolve()
    with path.open("rb") as file:
        is_in_wal_mode = file.read(20)[18:] == b"\x02\x02"
    has_wal = path.with_name(f"{path.name}-wal").exists()
    return f"{path.as_uri()}?mode=ro" + ("&immutable=1" if is_in_wal_mode and not has_wal else "")


def _counts(
    connection: apsw.Connection,
    closure: tuple[Dependent, ...],
    queues: tuple[Queue, ...],
    no_queues: tuple[str, ...],
) -> Iterator[TableCount]:
    gone = {folded(item.name): item.why for item in closure if item.kind in _READABLE}
    cleared = {folded(queue.name): queue.why for queue in queues}
    for item in schema_objects(connection):
        name = folded(item.name)
        if item.kind not in {Kind.TABLE, Kind.FTS_TABLE} or name in _BOOKS - gone.keys():
            continue
        if name in gone:
            fate, why = Fate.DROPPED, gone[name]
        elif name in cleared:
            fate, why = Fate.CLEARED, f"a queue: {cleared[name]}"
        else:
            fate, why = Fate.KEPT, why_kept(item.name, no_queues)
        is_proven = fate is Fate.KEPT and name != _RECORD
        yield TableCount(
            name=item.name,
            kind=item.kind,
            columns=_columns(connection, item.name),
            rows=_rows(connection, item.name),
            fate=fate,
            why=why,
            digest=table_digest(connection, item) if is_proven else None,
        )


def _flaws(connection: apsw.Connection, closure: tuple[Dependent, ...]) -> Iterator[Flaw]:
    """Yield what does not work today and stays: broken objects, unsound tables, orphaned rows."""
    gone = {(folded(item.name), item.kind) for item in closure}
    stay = [
        item for item in schema_objects(connection) if (folded(item.name), item.kind) not in gone
    ]
    names = {item.name for item in stay}
    yield from (flaw for flaw in broken_objects(connection) if flaw.name in names)
    tables = [item for item in stay if item.kind in {Kind.TABLE, Kind.FTS_TABLE}]
    yield from unsound_tables(connection, tables)
    yield from orphans(connection, [item.name for item in tables if item.kind is Kind.TABLE])


def _columns(connection: apsw.Connection, table: str) -> tuple[str, ...]:
    try:
        found = list(connection.execute(f"PRAGMA table_info ({quoted(table)})"))
    except apsw.Error:
        return ()
    return tuple(f"{name} {declared}".strip() for _, name, declared, *_ in found)


def _rows(connection: apsw.Connection, table: str) -> int | None:
    try:
        rows: int = connection.execute(f"SELECT COUNT(*) FROM {quoted(table)}").get
    except apsw.InterruptError:
        raise
    except apsw.Error:
        return None
    return rows


def _search(
    code: tuple[Path, ...],
    tables: frozenset[str],
    legacy: apsw.Connection | None,
    rules: Rules | None,
) -> Search:
    places = {root_name(root): root for root in code}
    return ruled(find_code_paths(code, tables, legacy), rules or Rules(), places)


def _names(code: tuple[Path, ...]) -> tuple[str, ...]:
    return tuple(sorted(root_name(root) for root in code))
