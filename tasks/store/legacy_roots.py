"""The roots that a legacy database knows."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import apsw

from tasks.errors import PreconditionFailed
from tasks.store.connection import quoted
from tasks.store.refusals import unusable
from tasks.store.untouched import untouched

_NEXT = "Correct legacy.roots in the plan, or name the roots there. Nothing was changed."
_OURS = "SELECT name, location, coalesce(revision, '') FROM roots ORDER BY root_id"
_OWN_COLUMNS: Final = frozenset({"name", "location", "revision", "exclude", "problem"})
_OWN: Final = (
    "SELECT name, location, coalesce(revision, ''), exclude, problem IS NULL "
    "FROM roots ORDER BY root_id"
)


@dataclass(frozen=True, slots=True)
class OwnRoot:
    """A root, as an index of ours knows it."""

    name: str
    path: Path
    rev: str  # '' where its files on disk were read
    exclude: tuple[str, ...]  # patterns of the plan, then its own
    was_read: bool


def legacy_roots(database: Path, place: str) -> list[tuple[str, Path, str]]:
    """Return (name, path, revision) of each root that ``place``, a ``table.column``, holds.

    They come in path order. A relative path counts from the folder of the database; name and
    revision are '' where there is none. An index of ours, which may have taken the place of that
    table, knows its roots itself. Raises PreconditionFailed where the database has no such column,
    or no roots in it.
    """
    table, _, column = place.rpartition(".")
    with untouched(database) as connection:
        if column.lower() in _columns(connection, table):
            query = f"SELECT DISTINCT '', {quoted(column)}, '' FROM {quoted(table)} ORDER BY 2"
        elif {"root_id", "name", "location", "revision"} <= _columns(connection, "roots"):
            query = _OURS
        else:
            raise PreconditionFailed(f"{database} has no {place}", next_step=_NEXT)
        try:
            rows = list(connection.execute(query))
        except UnicodeDecodeError as error:
            raise PreconditionFailed(
                f"{place} of {database} holds a path that is not UTF-8: {error.object!r}",
                next_step=_NEXT,
            ) from error
    if not rows:
        raise PreconditionFailed(f"{place} of {database} names no root", next_step=_NEXT)
    return [(name, _path(database, place, value), rev) for name, value, rev in rows]


def own_roots(database: Path) -> list[OwnRoot]:
    """Return the roots of an index of ours, none of what is no index of ours, in its order.

    Raises PreconditionFailed where SQLite refuses it, IndexDamaged where it is damaged.
    """
    with untouched(database) as connection:
        try:
            if not _columns(connection, "roots") >= _OWN_COLUMNS:
                return []
            found: list[tuple[Any, ...]] = connection.execute(_OWN).fetchall()
        except apsw.Error as error:
            raise unusable(database, error) from error
    return [
        OwnRoot(name, Path(location), rev, tuple(json.loads(exclude)), bool(is_required))
        for name, location, rev, exclude, is_required in found
    ]


def _columns(connection: apsw.Connection, table: str) -> set[str]:
    return {
        name.lower() for _, name, *_ in connection.execute(f"PRAGMA table_info ({quoted(table)})")
    }


def _path(database: Path, place: str, value: Any) -> Path:
    if not isinstance(value, str) or not value.strip():
        raise PreconditionFailed(f"{place} of {database} holds {value!r}, no path", next_step=_NEXT)
    home = os.path.expanduser(value)  # noqa: PTH111 -- a Path raises where there is no such user
    return Path(os.path.abspath(database.parent / home))  # noqa: PTH100 -- resolve() would follow links
