"""The way home: back up, bring back what was there before, or what any backup holds.

No Prefect: to bring an index back must work where nothing else does.
"""

from pathlib import Path

from tasks.back_up import back_up_to, backup_folder
from tasks.bring_back import BroughtBack, bring_back
from tasks.errors import PreconditionFailed
from tasks.own_folders import require_not_own
from tasks.plan import Plan
from tasks.store import audit, backup_files, backups, generations
from tasks.store.lock import only_one, require_free


def back_up(plan: Plan, to: Path | None) -> backups.Backup:
    """Back the index in service up, to a file or to the plan's folder."""
    _require_index(plan.db)
    with only_one(plan.db):
        return back_up_to(plan, target_of(plan, to))


def foretold(plan: Plan, to: Path | None) -> Path:
    """Return the file that a backup would become, and write nothing.

    Raises PreconditionFailed where there would be none, as far as that shows beforehand.
    """
    target = target_of(plan, to)
    require_free(plan.db)
    backups.require_possible(plan.db, target)
    return target


def target_of(plan: Plan, to: Path | None) -> Path:
    """Return the file that a backup becomes.

    Raises PreconditionFailed where it exists, PlanInvalid where it is the index's own.
    """
    _require_index(plan.db)
    folder = backup_folder(plan)
    if to is not None:
        require_not_own(to, plan.db)
    target = to or backup_files.target_of(
        plan.db, generations.new_id(plan.db, folder), folder, plan.backup.recipients
    )
    if target.exists():
        raise PreconditionFailed(
            f"{target} exists", next_step="Name another file with --to. It is unchanged."
        )
    return target


def backup_of_before(plan: Plan) -> Path:
    """Return the backup that a roll-back takes. Raises PreconditionFailed where there is none."""
    _require_index(plan.db)
    return backup_files.before(plan.db, backup_folder(plan))


def roll_back(plan: Plan, identity: Path | None) -> BroughtBack:
    """Bring back the index that the one in service has replaced.

    Raises PreconditionFailed where no backup has it, the backup is damaged, or someone is writing.
    """
    _require_index(plan.db)
    with audit.recorded(plan.db, audit.Act("roll back")) as act, only_one(plan.db):
        backup = backup_files.before(plan.db, backup_folder(plan))
        return bring_back(plan, backup, identity, act, is_undone=True)


def restore(plan: Plan, backup: Path, identity: Path | None) -> BroughtBack:
    """Put the index of a backup in service, also where there is none. Raises PreconditionFailed."""
    with audit.recorded(plan.db, audit.Act("restore")) as act:
        backups.require_backup(backup)  # before a folder is made beside what is not there yet
        with only_one(plan.db):
            return bring_back(plan, backup, identity, act, is_undone=False)


def _require_index(database: Path) -> None:
    if not database.is_symlink() and not database.exists():
        raise PreconditionFailed(
            f"there is no database at {database}", next_step="Name another with --db."
        )
