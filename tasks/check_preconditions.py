"""Step 1: everything that must be true before any change (§1.1)."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import apsw

from migrations import catalogue, recognition, runner
from tasks import repository
from tasks.back_up import backup_folder
from tasks.clusters.cluster import connected
from tasks.contracts import IndexInService, RunnerKind, Shape, Workspace
from tasks.errors import IndexDamaged, PreconditionFailed, StepFailed
from tasks.plan import Plan
from tasks.read_root import revision_of
from tasks.roots.commits import why_no_commit
from tasks.roots.readable import why_no_root
from tasks.step import step
from tasks.store.file_systems import network_type_of
from tasks.store.places import is_generation
from tasks.store.refusals import damaged
from tasks.store.soundness import carried_over, corruption, identity_problems
from tasks.store.untouched import untouched
from tasks.timing import log
from verification.signature import why_no_key

_SPARE_BYTES: Final = 64 << 20


@step(1, "check preconditions")
def check_preconditions(plan: Plan, workspace: Workspace) -> IndexInService:
    """Recognise the index in service; refuse a run that could not end well.

    Raises PreconditionFailed with everything that is wrong, not only the first.
    """
    service = _service(plan.db)
    wrong = [
        *_root_problems(plan),
        *(
            f"code folder {path} is not a readable folder"
            for path in plan.code
            if not path.is_dir()
        ),
        *_space_problems(plan, service),
        *_repository_problems(plan, workspace),
        *_identity_problems(service),
        *_key_problems(plan),
    ]
    if wrong:
        raise PreconditionFailed(
            "; ".join(wrong),
            next_step="Mend this and run again. The index in service is unchanged.",
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


def _root_problems(plan: Plan) -> Iterator[str]:
    """Say what is wrong with roots that the plan requires; the others are discovery's to judge."""
    for root in plan.roots:
        revision = revision_of(root)
        if root.required and (why := why_no_root(root.path) or why_no_commit(root.path, revision)):
            yield why


def _service(database: Path) -> IndexInService:
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
    if others := carried_over(database):
        raise IndexDamaged(
            f"{damage.what}; and it holds what content cannot bring back: {', '.join(others)}",
            next_step=f"Bring a backup back with `flagday roll-back --db {database}`. Or give them "
            f"up with `flagday doctor --quarantine --db {database}`, and run again. "
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
        shape, version, form = _shape(connection)
    return IndexInService(database, location, shape, version, form, location.stat().st_size)


def _require_sound(connection: apsw.Connection, database: Path) -> None:
    if said := corruption(connection):
        raise damaged(database, said)


def _shape(connection: apsw.Connection) -> tuple[Shape, int, str]:
    if not connection.execute("SELECT COUNT(*) FROM sqlite_schema").get:
        return Shape.EMPTY, 0, ""
    try:
        runner.check(connection)
    except catalogue.MigrationError as error:
        raise PreconditionFailed(error.what, next_step=error.next_step) from error
    version = runner.current_version(connection)
    if version:
        return Shape.LINEAGE, version, f"v{version}"
    form = recognition.recognise(connection)
    if form:
        return Shape.UNRECORDED, form.version, form.name
    return Shape.FOREIGN, 0, ""


def _space_problems(plan: Plan, service: IndexInService) -> Iterator[str]:
    """The candidate starts as a copy of the index in service, and is compacted once.

    At the cut-over a backup is made of a copy, both at a time; by then the room to compact is free.
    """
    folder, twice = _there(plan.db), 2 * service.size_bytes + _SPARE_BYTES
    needs = {folder: twice}
    if plan.backup.keep and service.source:
        backups = _there(backup_folder(plan) / "backup")
        if backups.stat().st_dev == folder.stat().st_dev:
            needs[folder] += service.size_bytes
        else:
            needs[backups] = twice
    for place, needed in needs.items():
        free = shutil.disk_usage(place).free
        if free < needed:
            yield (
                f"{place} has {free >> 20} MiB free; the run needs {needed >> 20} MiB to begin with"
            )
        if not os.access(place, os.W_OK):
            yield f"{place} cannot be written to"


def _there(file: Path) -> Path:
    """Return the folder that a file will be made in, or the one that this will be made in."""
    return next(parent for parent in file.absolute().parents if parent.is_dir())


def _repository_problems(plan: Plan, workspace: Workspace) -> Iterator[str]:
    if not plan.commit:
        return
    top = repository.top_of(workspace.artifacts)
    if top is None:
        yield f"--commit: {workspace.artifacts} is not inside of a git repository"
    elif problem := _why_not_clean(top, workspace.artifacts):
        yield f"--commit: {problem}"
    elif repository.is_ignored(workspace.artifacts):
        yield f"--commit: git ignores {workspace.artifacts}; name another folder with --artifacts"


def _require_cluster(plan: Plan, workspace: Workspace) -> None:
    """Refuse a cluster that could not make parts; step 8 connects to it again."""
    if plan.runner.kind is RunnerKind.LOCAL:
        return
    try:
        with connected(plan.runner, plan.db, workspace.run_id):
            pass
    except StepFailed as error:
        raise PreconditionFailed(error.what, next_step=error.next_step) from error


def _why_not_clean(top: Path, artifacts: Path) -> str | None:
    try:
        if repository.is_clean(top, but=artifacts):
            return None
    except StepFailed as error:
        return error.what
    return f"the repository {top} has uncommitted changes"


def _key_problems(plan: Plan) -> Iterator[str]:
    if plan.sign_key and (why := why_no_key(plan.sign_key)):
        yield f"sign_key: {why}"


def _identity_problems(service: IndexInService) -> Iterator[str]:
    if service.shape in {Shape.NONE, Shape.EMPTY, Shape.DAMAGED}:
        return
    with untouched(service.path) as connection:
        yield from identity_problems(connection)
