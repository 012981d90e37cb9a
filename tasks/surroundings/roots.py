"""The folders that a plan is to index: those that an index knows, else a guess that says why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import apsw

from tasks.errors import FlagDayError
from tasks.store.connection import quoted
from tasks.store.legacy_roots import own_roots
from tasks.store.untouched import untouched
from tasks.surroundings.found import Database

_TABLES: Final = ("files", "file_metadata", "symbols", "definitions", "defs", "refs")
_COLUMNS: Final = ("path", "file_path", "file")
_MAX_PATHS: Final = 10_000  # that are looked up on the disk
_MAX_ROOTS: Final = 20  # more first folders than these are one project


@dataclass(frozen=True, slots=True)
class Roots:
    """Roots, and where they are from."""

    folders: tuple[Path, ...]
    why: str


def roots_of(folder: Path, database: Database | None, repositories: tuple[Path, ...]) -> Roots:
    """Choose the roots for a plan in ``folder``."""
    if database and database.path.exists():
        if not database.is_legacy:
            if known := roots_in(database.path):
                return Roots(known, "those that the index knows")
        elif told := _told(folder, database.path, repositories):
            return Roots(told, "a guess: where the files lie whose paths the legacy index holds")
    if repositories:
        return Roots(repositories, "a guess: the git repositories here and below")
    return Roots((folder,), "a guess: nothing names any")


def roots_in(path: Path) -> tuple[Path, ...]:
    """Return the roots that an index of ours was built of, those that are still there."""
    return tuple(root.path for root in own_roots(path) if root.path.is_dir())


def _told(folder: Path, database: Path, repositories: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return the folders that hold the files of a legacy index, as far as these are there."""
    found = {
        place / path
        for path in _paths(database)
        for place in (folder, database.parent)
        if (place / path).is_file()
    }
    inner = [place for place in repositories if place != folder]
    roots = {_root(file, folder, inner) for file in found}
    return (folder,) if folder in roots or len(roots) > _MAX_ROOTS else tuple(sorted(roots))


def _root(file: Path, folder: Path, repositories: Iterable[Path]) -> Path:
    """Return the repository around a file, else the first folder on the way to it."""
    around = [place for place in repositories if file.is_relative_to(place)]
    if around:
        return max(around, key=lambda place: len(place.parts))
    if not file.is_relative_to(folder):
        return file.parent
    first, *rest = file.relative_to(folder).parts
    return folder / first if rest else folder


def _paths(database: Path) -> list[str]:
    """Return paths of files that a legacy index holds; none where it cannot be read."""
    try:
        with untouched(database) as connection:
            place = next(_places(connection), None)
            if place is None:
                return []
            table, column = map(quoted, place)
            query = f"SELECT DISTINCT {column} FROM {table} LIMIT {_MAX_PATHS}"
            return [value for (value,) in connection.execute(query) if isinstance(value, str)]
    except (FlagDayError, apsw.Error, UnicodeDecodeError):
        return []


def _places(connection: apsw.Connection) -> Iterator[tuple[str, str]]:
    """Yield the tables and columns that are likely to hold paths, the likeliest first."""
    for table in _TABLES:
        found = connection.execute("SELECT name FROM pragma_table_info(?)", (table,)).fetchall()
        columns = {name for (name,) in found}
        yield from ((table, column) for column in _COLUMNS if column in columns)
