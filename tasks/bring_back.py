"""The index of a backup in service, byte for byte, by the switch that puts a new one there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tasks.back_up import back_up, backup_folder
from tasks.errors import IndexDamaged, PreconditionFailed, StepFailed
from tasks.plan import Plan
from tasks.store import audit, backups, generations, quarantine
from tasks.store.holders import writers
from tasks.store.packing import Description
from tasks.store.places import is_generation
from tasks.store.spare_generations import to_keep
from tasks.store.untouched import untouched
from tasks.store.write_lock import WriteLock
from tasks.timing import log
from tasks.whole_files import UNFINISHED


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """What is in service now, and the backup of what was until then."""

    description: Description
    replaced: backups.Backup | None  # None: there was nothing, or it could not be backed up


def bring_back(
    plan: Plan, backup: Path, identity: Path | None, act: audit.Act, *, is_undone: bool
) -> BroughtBack:
    """Make a backup a generation, back up what it takes the place of, and switch.

    ``is_undone``: the index takes its old place in the order of generations, so that the next
    roll-back goes further back. Raises PreconditionFailed; then nothing has changed.
    """
    act.detail["file"] = str(backup)
    with _unheld(plan.db):
        return _bring_back(plan, backup, identity, act, is_undone=is_undone)


def _bring_back(
    plan: Plan, backup: Path, identity: Path | None, act: audit.Act, *, is_undone: bool
) -> BroughtBack:
    before = plan.db.resolve()
    switch_id = generations.new_id(plan.db, backup_folder(plan))
    named = generations.candidate_of(plan.db, switch_id)
    index = named.with_name(f"{UNFINISHED}{named.name}")
    try:
        description = backups.bring_back(backup, index, identity)
        act.digest = description.sha256
        if is_undone:
            named = generations.brought_back(plan.db, description.generation, switch_id)
        index = index.rename(named)
        replaced = _kept(plan, switch_id, act) if plan.db.exists() else None
        if generation := generations.generation_of(plan.db):
            act.detail["replaced"] = generation
        audit.append(plan.db, act, audit.Result.STARTED)
        problem = generations.switch(plan.db, index)
    except BaseException:
        if plan.db.resolve() != index.resolve():
            generations.discard(index)
        raise
    if problem:
        act.detail["owner"] = problem
    generations.prune(plan.db, to_keep(plan.db, before))
    return BroughtBack(description, replaced)


def _kept(plan: Plan, switch_id: str, act: audit.Act) -> backups.Backup | None:
    """Back up what goes, and return the backup. A failure is no hindrance.

    A damaged one is quarantined; one that could not be written elsewhere stays as a file, until a
    person deletes it.
    """
    try:
        return back_up(plan, switch_id)
    except PreconditionFailed as error:
        if not is_generation(plan.db):
            raise
        if isinstance(error, IndexDamaged):
            act.detail["quarantined"] = str(quarantine.keep(plan.db, switch_id, error.what))
            return None
        act.detail |= {audit.NOT_BACKED_UP: str(plan.db.resolve()), "why": error.what}
        log.info("not backed up, and left where it is: %s", error.what)
        return None


@contextmanager
def _unheld(database: Path) -> Iterator[None]:
    """Refuse where another process has the database open for writing, and keep others off."""
    if not database.exists():
        yield
        return
    location = database.resolve()
    if holders := writers(location):
        raise _held(database, ", ".join(map(str, holders)))
    if not _can_be_locked(database):
        yield
        return
    try:
        lock = WriteLock(location, wait_s=0.0)
    except StepFailed as error:
        raise _held(database, "another process") from error
    try:
        yield
    finally:
        lock.release()


def _can_be_locked(database: Path) -> bool:
    """Nobody writes to what is no database, or may not be written to."""
    try:
        with untouched(database):
            return os.access(database, os.W_OK)
    except PreconditionFailed:
        return False


def _held(database: Path, by: str) -> PreconditionFailed:
    return PreconditionFailed(
        f"{database} is open for writing in {by}",
        next_step="Stop whatever writes to it, and try again. Nothing was changed.",
    )
