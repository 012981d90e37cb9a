"""Take out of an index what is gone from its roots, between two flag days.

The index in service changes in place, so it is no longer what its run has stated, and `flagday
verify RUN` says so. What is new in the roots comes with the next flag day.
"""

import json
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import apsw

from tasks.errors import PreconditionFailed
from tasks.index.answers import Removed
from tasks.index.opening import OpenIndex, statement
from tasks.regular_file import is_gone
from tasks.store import audit
from tasks.store.connection import open_to_migrate
from tasks.store.copying import digest
from tasks.store.lock import only_one
from tasks.store.refusals import unusable

_NO_TEXT: Final = "path is not UTF-8"  # why a file was left out whose path here is a spelling of it


def cleanup_stale(service: Path) -> Removed:
    """Remove files that are gone, and ASTs that no file holds then, in one transaction.

    The schema's triggers keep search true. The audit log has a line of it. Raises
    PreconditionFailed beside a run or a writer, and where a root is not there.
    """
    OpenIndex(service).close()  # says what a database is that is no index of today's schema
    act = audit.Act("cleanup")
    with audit.recorded(service, act), only_one(service):
        try:
            with closing(open_to_migrate(service)) as connection:
                connection.execute("PRAGMA foreign_keys = ON")
                removed = _remove(connection)
                act.detail.update(files=removed.files, asts=removed.asts)
        except apsw.Error as error:
            raise unusable(service, error) from error
        act.digest = digest(service)
    return removed


def _remove(connection: apsw.Connection) -> Removed:
    """Remove in one transaction; where that fails, closing the connection takes it back."""
    connection.execute("BEGIN IMMEDIATE")
    gone = json.dumps(list(_gone(connection)))
    connection.execute(statement("remove_files"), {"file_ids": gone})
    files = connection.changes()
    connection.execute(statement("remove_asts"))
    asts = connection.changes()
    connection.execute("COMMIT")
    return Removed(files, asts)


def _gone(connection: apsw.Connection) -> Iterator[int]:
    """Yield the ids of files that are not where they were found; a commit keeps its own.

    What nobody can look at is not gone, nor is what was left out since its path is no text.
    """
    roots = dict(
        connection.execute(
            "SELECT root_id, location FROM roots WHERE commit_id IS NULL AND problem IS NULL"
        )
    )
    for location in roots.values():
        if not Path(location).is_dir():
            raise PreconditionFailed(
                f"root {location} is not there, and all of its files would go",
                next_step="Mount it and clean up again; a root that is to go is left out of the "
                "next flag day. The index in service is unchanged.",
            )
    found = connection.execute(
        "SELECT file_id, root_id, path FROM files WHERE reason IS NOT ? ORDER BY file_id",
        (_NO_TEXT,),
    )
    for file_id, root_id, path in found:
        if root_id in roots and is_gone(os.path.join(roots[root_id], path)):  # noqa: PTH118 -- of thousands
            yield file_id
