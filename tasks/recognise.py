"""What the database at a path is: its shape, its version, whether it is sound."""

import shlex
from pathlib import Path

import apsw

from migrations import catalogue, recognition, runner
from tasks.contracts import IndexInService, Shape
from tasks.errors import IndexDamaged, PreconditionFailed
from tasks.store.places import is_generation
from tasks.store.refusals import damaged, unusable
from tasks.store.soundness import carried_over, corruption
from tasks.store.untouched import untouched
from tasks.timing import log


def index_in_service(database: Path) -> IndexInService:
    """Recognise the index in service. A damaged one of ours, the day replaces from nothing."""
    try:
        return recognise(database)
    except IndexDamaged as error:
        if not is_generation(database):
            raise
        _require_derived(database, error)
        log.warning(
            "%s; the day builds from nothing, and quarantines that file at the cut-over", error.what
        )
        location = database.resolve()
        damage = error.what.removeprefix(f"{database} is ")
        size_bytes = location.stat().st_size
        return IndexInService(database, location, Shape.DAMAGED, 0, "", size_bytes, damage)


def _require_derived(database: Path, damage: IndexDamaged) -> None:
    """Refuse where the index is known to hold what content cannot bring back."""
    named = shlex.quote(str(database))
    if others := carried_over(database):
        raise IndexDamaged(
            f"{damage.what}; and it holds what content cannot bring back: {', '.join(others)}",
            next_step=f"Bring a backup back with `flagday roll-back --db {named}`. Or give them "
            f"up with `flagday doctor --quarantine --db {named}`, and run again. "
            "The index in service is unchanged.",
        ) from damage


def recognise(database: Path) -> IndexInService:
    """Tell what the database at a path is.

    Raises PreconditionFailed where it is no SQLite database, or newer than this tool, and
    IndexDamaged where it is not sound.
    """
    location = database.resolve()
    if not location.exists():
        return IndexInService(database, location, Shape.NONE, 0, "", 0)
    if location.is_dir():
        raise PreconditionFailed(
            f"{database} is a folder", next_step="Name a file with --db. Nothing was changed."
        )
    with untouched(database) as connection:
        _require_sound(connection, database)
    with untouched(database) as connection:
        shape, version, form = shape_of(connection)
    return IndexInService(database, location, shape, version, form, location.stat().st_size)


def _require_sound(connection: apsw.Connection, database: Path) -> None:
    try:
        said = corruption(connection)
    except apsw.Error as error:
        raise unusable(database, error) from error
    if said:
        raise damaged(database, said)


def shape_of(connection: apsw.Connection) -> tuple[Shape, int, str]:
    """Return the shape, the version of our lineage and the form of a database that is sound.

    Raises PreconditionFailed where it is newer than this tool.
    """
    if not connection.execute("SELECT COUNT(*) FROM sqlite_schema").get:
        return Shape.EMPTY, 0, ""
    try:
        runner.require_known(connection)
    except catalogue.MigrationError as error:
        raise PreconditionFailed(error.what, next_step=error.next_step) from error
    version = runner.current_version(connection)
    if version:
        is_changed = any(entry.state == "changed" for entry in runner.status(connection))
        return Shape.CHANGED if is_changed else Shape.LINEAGE, version, f"v{version}"
    form = recognition.recognise(connection)
    if form:
        return Shape.UNRECORDED, form.version, form.name
    return Shape.FOREIGN, 0, ""
