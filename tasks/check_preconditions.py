"""Step 1: everything that must be true before any change (§1.1)."""

from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import Final

import apsw

from migrations import runner
from tasks.clusters.cluster import connected
from tasks.contracts import IndexInService, RunnerKind, Workspace
from tasks.errors import PreconditionFailed, StepFailed
from tasks.plan import Legacy, Plan
from tasks.preconditions import (
    Wrong,
    other_problems,
    place_problems,
    require,
    root_problems,
    space_problems,
)
from tasks.recognise import index_in_service
from tasks.step import step
from tasks.store.file_systems import network_type_of
from tasks.store.soundness import identity_problems
from tasks.store.untouched import untouched
from tasks.timing import log

_ENCODING: Final = "UTF-8"
_HAS: Final = (
    "SELECT EXISTS (SELECT 1 FROM sqlite_schema"
    " WHERE type IN ('table', 'view', ?) AND name = ? COLLATE NOCASE)"
)


@step(1, "check preconditions")
def check_preconditions(plan: Plan, workspace: Workspace) -> IndexInService:
    """Recognise the index in service; refuse a run that could not end well.

    Raises PreconditionFailed with everything that is wrong, not only the first.
    """
    service = index_in_service(plan.db)
    require(
        [
            *root_problems(plan),
            *place_problems(plan),
            *space_problems(plan, service.size_bytes, has_backup=bool(service.source)),
            *other_problems(plan, workspace),
            *_index_problems(plan, service),
        ]
    )
    _require_cluster(plan, workspace)
    if fstype := network_type_of(plan.db):
        log.warning(
            "%s lies on %s, a network file system: the new index keeps a rollback journal, since "
            "hosts share no memory; let one host alone write, or put it on a local disk",
            plan.db,
            fstype,
        )
    return service


def _require_cluster(plan: Plan, workspace: Workspace) -> None:
    """Refuse a cluster that could not make parts; step 8 connects to it again."""
    if plan.runner.kind is RunnerKind.LOCAL:
        return
    try:
        with connected(plan.runner, plan.db, workspace.run_id):
            pass
    except StepFailed as error:
        raise PreconditionFailed(error.what, next_step=error.next_step) from error


def _index_problems(plan: Plan, service: IndexInService) -> Iterator[Wrong]:
    if service.source is None:
        return
    with untouched(service.source) as connection:
        yield from _encoding_problems(connection, service.path)
        if service.version != runner.LATEST:  # once the day is done, a plan may name them still
            yield from _name_problems(connection, plan, service.path)
        yield from map(Wrong, identity_problems(connection))


def _encoding_problems(connection: apsw.Connection, database: Path) -> Iterator[Wrong]:
    """Refuse what is not in UTF-8: its tables could be carried over into its like alone."""
    encoding = connection.pragma("encoding")
    if encoding != _ENCODING:
        copy = database.with_name(f"{database.stem}-utf8{database.suffix}")
        said = (
            f"sqlite3 {quote(str(database))} '.dump --preserve-rowids' | sqlite3 {quote(str(copy))}"
        )
        yield Wrong(
            f"{database} is in {encoding}, and an index is in {_ENCODING}",
            f"Make a copy with `{said}`, and name it with --db.",
        )


def _name_problems(connection: apsw.Connection, plan: Plan, database: Path) -> Iterator[Wrong]:
    """Say which tables the plan names that are not there; an index, too, may be named to go."""
    stated = {
        "tables": set(plan.legacy.tables) - set(Legacy().tables),
        "queues": plan.legacy.queues,
        "not_queues": plan.legacy.not_queues,
    }
    for key, names in stated.items():
        further = "index" if key == "tables" else None
        for name in sorted(names):
            if not connection.execute(_HAS, (further, name)).get:
                yield Wrong(
                    f"legacy.{key} names {name}, and {database} has no such table",
                    "Correct the name in the plan, or take it out.",
                )
