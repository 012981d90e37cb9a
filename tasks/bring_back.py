"""The index of a backup in service, byte for byte, by the switch that puts a new one there."""

from pathlib import Path

import apsw

from tasks.back_up import back_up
from tasks.errors import PreconditionFailed
from tasks.plan import Plan
from tasks.store import audit, backups, generations
from tasks.store.holders import is_write_locked, writers
from tasks.store.packing import Description
from tasks.timing import log


def bring_back(
    plan: Plan, backup: Path, identity: Path | None, act: audit.Act, *, is_undone: bool
) -> Description:
    """Make a backup a generation, back up what it takes the place of, and switch.

    ``is_undone``: the index takes its old place in the order of generations, so that the next
    roll-back goes further back. Raises PreconditionFailed; then nothing has changed.
    """
    act.detail["file"] = str(backup)
    _require_unheld(plan.db)
    switch_id = generations.new_id()
    unnamed = generations.candidate_of(plan.db, switch_id)
    index = unnamed
    try:
        description = backups.bring_back(backup, unnamed, identity)
        act.digest = description.sha256
        if is_undone:
            index = unnamed.rename(
                generations.brought_back(plan.db, description.generation, switch_id)
            )
        is_safe = not plan.db.exists() or _is_backed_up(plan, switch_id, act)
        audit.append(plan.db, act, audit.Result.STARTED)
        problem = generations.switch(plan.db, index)
    except BaseException:
        if plan.db.resolve() != index.resolve():
            generations.discard(index)
        raise
    if problem:
        act.detail["owner"] = problem
    if is_safe:
        generations.prune(plan.db)
    return description


def _is_backed_up(plan: Plan, switch_id: str, act: audit.Act) -> bool:
    """Back up what goes. A generation too broken for that is no hindrance: it stays as a file."""
    try:
        back_up(plan, switch_id)
    except PreconditionFailed as error:
        if not plan.db.is_symlink():
            raise
        act.detail["not backed up"] = f"{plan.db.resolve()}: {error.what}"
        log.info("not backed up, and left where it is: %s", error.what)
        return False
    return True


def _require_unheld(database: Path) -> None:
    """Refuse where another process has the database open for writing."""
    if not database.exists():
        return
    location = database.resolve()
    holders = [f"pid {holder.pid} ({holder.command})" for holder in writers(location)]
    if holders or _is_locked(location):
        raise PreconditionFailed(
            f"{database} is open for writing in {', '.join(holders) or 'another process'}",
            next_step="Stop whatever writes to it, and try again. Nothing was changed.",
        )


def _is_locked(location: Path) -> bool:
    try:
        return is_write_locked(location)
    except (apsw.NotADBError, apsw.CorruptError, apsw.ReadOnlyError):
        return False  # nobody writes to what is no database, or may not be written to
