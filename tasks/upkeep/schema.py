"""Whether an index has today's schema. What has another is whole all the same, and examined less.

Builders write to a legacy index at any time, and what they leave of dirt a flag day lists and
replaces: neither is damage.
"""

import apsw

from migrations import runner
from tasks.store.backup_files import schema_name
from tasks.store.header import APPLICATION_ID


def other_schema(connection: apsw.Connection) -> str | None:
    """Name the schema of a database in a word or three; None where it is that of today.

    What a run has sealed is of today, whatever was torn out of it since.
    """
    found = runner.actual_version(connection)
    is_sealed = connection.pragma("application_id") == APPLICATION_ID
    if found == runner.LATEST or (not found and is_sealed):
        return None
    return schema_name(found)
