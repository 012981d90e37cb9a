"""Step 5: schema v5, checksummed, and proven to be there (§5.3)."""

import apsw

from migrations import runner
from migrations.catalogue import MigrationError, migrations
from migrations.opening import connect
from tasks.contracts import Candidate
from tasks.errors import StepFailed
from tasks.step import step
from tasks.store.connection import open_candidate


@step(5, "apply schema v5")
def apply_schema(candidate: Candidate) -> Candidate:
    """Apply the newest migration to the candidate. What is to go has gone in step 4.

    Raises StepFailed where its checksum or its post-conditions do not hold, and apsw.FullError
    where there is no room.
    """
    newest = migrations()[-1]
    connection = open_candidate(candidate.database)
    try:
        connection.execute("PRAGMA journal_mode = MEMORY").fetchall()
        runner.apply_alone(connection, newest)
        missing = sorted(_schema(_fresh()) - _schema(connection))
    except MigrationError as error:
        if isinstance(error.__cause__, apsw.FullError):
            raise error.__cause__ from None  # the step names the disk
        raise StepFailed(error.what, next_step=error.next_step) from error
    finally:
        connection.close()
    if missing:
        raise StepFailed(
            f"after v{newest.version} these are missing or differ: "
            + ", ".join(name for name, _ in missing),
            next_step="An object of the legacy database is in the way. "
            "The index in service is unchanged.",
        )
    return candidate


def _fresh() -> apsw.Connection:
    connection = connect(":memory:")
    runner.apply_alone(connection, migrations()[-1])
    return connection


def _schema(connection: apsw.Connection) -> set[tuple[str, str]]:
    return set(connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"))
