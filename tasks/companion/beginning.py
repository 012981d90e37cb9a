"""Begin a companion, whole or not at all, and bring an older one up to the newest schema."""

from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import apsw

from migrations import runner
from migrations.catalogue import MigrationError, migrations
from migrations.manifest import FOLDER
from migrations.opening import connect
from tasks.errors import PreconditionFailed
from tasks.store.file_systems import journal_for, network_type_of
from tasks.store.permissions import create_private

LINEAGE: Final = FOLDER / "companion"
_PAGE_BYTES: Final = 4096  # a value of a few hundred bytes shares its page with others


def begin(companion: Path) -> None:
    """Make an empty companion that its owner alone may read, unless someone else has just done so.

    It is made in a folder of its own, so that nobody ever sees half of one. Raises OSError.
    """
    prefix = f".{companion.name}.unfinished."
    with TemporaryDirectory(dir=companion.parent, prefix=prefix) as folder:
        unfinished = Path(folder, companion.name)
        with closing(connect(str(create_private(unfinished)))) as connection:
            for pragma in (
                f"PRAGMA page_size = {_PAGE_BYTES}",
                "PRAGMA auto_vacuum = INCREMENTAL",
                f"PRAGMA journal_mode = {journal_for(network_type_of(companion))}",
            ):
                connection.execute(pragma).fetchall()
            bring_up(connection)
        with suppress(FileExistsError):
            companion.hardlink_to(unfinished)


def bring_up(connection: apsw.Connection) -> None:
    """Apply what is pending of the companion's lineage.

    Raises PreconditionFailed where the record does not fit the lineage.
    """
    with _told():
        check(connection)
        version = runner.current_version(connection)
        for migration in migrations(LINEAGE)[version:]:
            runner.apply(connection, migration)


def check(connection: apsw.Connection) -> None:
    """Refuse a companion whose record does not fit the lineage. Raises PreconditionFailed."""
    with _told():
        runner.check(connection, LINEAGE)


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except MigrationError as error:
        raise PreconditionFailed(f"companion: {error.what}", next_step=error.next_step) from error
