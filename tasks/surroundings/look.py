"""Look around a folder once, and say what a plan for it can name."""

from pathlib import Path

from tasks.home import DB
from tasks.surroundings.builders import Places, builders_of
from tasks.surroundings.code import code_folders
from tasks.surroundings.databases import database_named, databases
from tasks.surroundings.found import Builders, Database, Surroundings
from tasks.surroundings.roots import roots_of
from tasks.surroundings.walk import look_below


def look_around(folder: Path, named: Path | None, places: Places) -> Surroundings:
    """Find roots, databases, code and builders; nothing is changed.

    ``named`` is the database that somebody has named, which need not exist.
    """
    below = look_below(folder)
    found = list(databases([folder / DB, *below.files]))
    database = _chosen(found, named)
    roots = roots_of(folder, database, below.repositories)
    code = (
        code_folders(folder, below.files, database.tables)
        if database and database.is_legacy
        else ()
    )
    return Surroundings(
        folder=folder,
        roots=roots.folders,
        roots_from=roots.why,
        database=database,
        others=tuple(other for other in found if database and other.path != database.path),
        code=code,
        builders=(
            builders_of(database.path, code, below.files, places)
            if database and database.path.exists()
            else Builders()
        ),
    )


def _chosen(found: list[Database], named: Path | None) -> Database | None:
    """Choose the database that was named, else a legacy one, else an index of ours."""
    if named is not None:
        return database_named(named)
    legacy = (database for database in found if database.is_legacy)
    return next(legacy, found[0] if found else None)
