"""A backup of the index in service, as the plan says, on record: where every way home starts."""

from pathlib import Path

from tasks.plan import Plan
from tasks.store import audit, backup_files, backups
from tasks.timing import log


def backup_folder(plan: Plan) -> Path:
    """Return the folder that the plan keeps backups in."""
    return plan.backup.folder or backup_files.folder_of(plan.db)


def back_up(plan: Plan, switch_id: str) -> backups.Backup | None:
    """Back up what switch ``switch_id`` will replace; None where the plan keeps nothing."""
    if not plan.backup.keep:
        return None
    folder = backup_folder(plan)
    backup_files.discard_unfinished(folder)
    return back_up_to(
        plan, backup_files.target_of(plan.db, switch_id, folder, plan.backup.recipients)
    )


def back_up_to(plan: Plan, target: Path) -> backups.Backup:
    """Back the index in service up to a file, and record it."""
    with audit.recorded(plan.db, audit.Act(backup_files.BACKED_UP)) as act:
        made = backups.make(plan.db, target, plan.backup.recipients)
        act.digest = made.description.sha256
        act.detail |= {"file": str(made.path), "file_sha256": made.file_sha256}
        act.detail["schema"] = made.description.schema_version
    log.info("backed up size_bytes=%d to=%s", made.path.stat().st_size, made.path)
    return made


def prune_backups(plan: Plan) -> list[Path]:
    """Delete what the plan does not keep, by name; one that keeps nothing deletes nothing either.

    Raises StepFailed where the audit log cannot be written.
    """
    if not plan.backup.keep:
        return []
    gone = backup_files.expired(plan.db, backup_folder(plan), plan.backup.keep)
    backup_files.delete(plan.db, gone)
    for item in gone:
        log.info("deleted backup %s", item)
    return [item.path for item in gone]
