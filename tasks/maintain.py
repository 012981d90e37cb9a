"""Maintenance of an index: all chores at one time, beside no run, and on record."""

from collections.abc import Iterator
from functools import partial

from tasks import run_folders
from tasks.back_up import backup_folder
from tasks.errors import PreconditionFailed
from tasks.plan import Plan
from tasks.store import audit
from tasks.store.copying import digest
from tasks.store.lock import only_one
from tasks.timing import log
from tasks.upkeep import chores
from tasks.upkeep.chores import Chore
from tasks.upkeep.record import MAINTAINED


def maintain(plan: Plan, *, is_dry_run: bool) -> list[Chore]:
    """Do what pays for whatever belongs to an index; the index itself says what it said.

    Raises PreconditionFailed beside a run, without an index, or with a companion that is locked.
    """
    if not plan.db.exists():
        raise PreconditionFailed(
            f"there is no index at {plan.db}",
            next_step="Name another with --db, or build one with `flagday run`.",
        )
    if is_dry_run:
        return list(_chores(plan, is_dry_run=True))
    with only_one(plan.db), audit.recorded(plan.db, audit.Act(MAINTAINED)) as act:
        done = list(_chores(plan, is_dry_run=False))
        if any(chore.name == chores.INDEX_LOG and chore.freed_bytes for chore in done):
            act.digest = digest(plan.db)
        act.detail |= {chore.name: chore.freed_bytes for chore in done if chore.freed_bytes}
    for chore in done:
        log.info("%s: %s freed_bytes=%d", chore.name, chore.said, chore.freed_bytes)
    return done


def _chores(plan: Plan, *, is_dry_run: bool) -> Iterator[Chore]:
    folder = backup_folder(plan)
    yield from chores.of_index(plan.db, is_dry_run=is_dry_run)
    yield from chores.of_companion(plan.db, is_dry_run=is_dry_run)
    yield from chores.old_generations(plan.db, is_dry_run=is_dry_run)
    yield chores.leftovers(plan.db, folder, is_dry_run=is_dry_run)
    yield chores.old_backups(plan.db, folder, plan.backup.keep, is_dry_run=is_dry_run)
    old = run_folders.expired(plan.db, plan.reports.keep)
    yield chores.old_reports(old, partial(run_folders.delete, plan.db), is_dry_run=is_dry_run)
