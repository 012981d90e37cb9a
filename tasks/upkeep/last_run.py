"""The run that made an index, as the index records it."""

from dataclasses import dataclass

import apsw

from tasks.upkeep.schema import other_schema


@dataclass(frozen=True, slots=True)
class LastRun:
    """One row of ``runs``."""

    run_id: str
    finished_at: str  # UTC, ISO 8601
    tool_version: str
    verdict: str  # passed or failed


def last_run(connection: apsw.Connection) -> LastRun | None:
    """Return the newest run on record; None where there is none."""
    if other_schema(connection) or not connection.table_exists("main", "runs"):
        return None
    found = connection.execute(
        "SELECT run_id, finished_at, tool_version, verdict FROM runs ORDER BY run_id DESC LIMIT 1"
    ).fetchone()
    return LastRun(*map(str, found)) if found else None
