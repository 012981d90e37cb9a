"""The doctor from outside: which index, which folders, and what a full examination asks of others.

No Prefect: an index must be examined where nothing else works.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tasks import run_folders
from tasks.back_up import backup_folder
from tasks.contracts import SkipReason
from tasks.errors import PreconditionFailed
from tasks.own_folders import own_folders
from tasks.plan import Plan
from tasks.roots.commits import commit_of
from tasks.roots.listing import list_files
from tasks.spelling import spelled
from tasks.store import audit, generations
from tasks.store import quarantine as aside
from tasks.store.lock import only_one
from tasks.upkeep import doctor
from tasks.upkeep.findings import Examination, Health
from tasks.upkeep.integrity import NAME as INTEGRITY
from tasks.upkeep.patient import Patient


def examine(plan: Plan, *, is_full: bool) -> Examination:
    """Examine the index of a plan. Raises PreconditionFailed where there is none."""
    return doctor.examine(
        Patient(
            service=plan.db,
            backups=backup_folder(plan),
            runs=run_folders.folder_of(plan.db),
            commit_of=commit_of,
            is_full=is_full,
            listed=_listing(plan) if is_full else None,
            parsers=_fingerprints() if is_full else None,
        )
    )


def quarantine(plan: Plan, examination: Examination) -> list[Path]:
    """Set a damaged index aside. Raises PreconditionFailed beside a run, or where it is whole."""
    why = why_quarantine(plan, examination)
    with audit.recorded(plan.db, audit.Act("doctor --quarantine")), only_one(plan.db):
        at = generations.new_id(plan.db, backup_folder(plan))
        return [aside.set_aside(plan.db, at, why)]


def why_quarantine(plan: Plan, examination: Examination) -> str:
    """Say what is damaged. Raises PreconditionFailed where the bytes of the index are whole."""
    integrity = next(topic for topic in examination.topics if topic.name == INTEGRITY)
    damage = [item.what for item in integrity.findings if item.health is Health.DAMAGED]
    if not damage:
        raise PreconditionFailed(
            f"the bytes of {plan.db} are whole: there is nothing to quarantine",
            next_step="`flagday run` replaces an index that is not as it should be, and keeps this "
            "one in service until then. Nothing was changed.",
        )
    return damage[0]


def _listing(plan: Plan) -> Callable[[Path, Sequence[str]], frozenset[str]]:
    """Return what lists a root as a run does."""
    folders = own_folders(plan.db, plan.artifacts, backup_folder(plan))
    own = frozenset(path.absolute() for path in folders)

    def listed(root: Path, exclude: Sequence[str]) -> frozenset[str]:
        found = list_files(root, own, plan.limits.max_file_bytes, exclude)
        return frozenset(
            spelled(file.path) for file in found if file.skip is not SkipReason.PATH_NOT_UTF8
        )

    return listed


def _fingerprints() -> Mapping[str, str]:
    from tasks.syntax.languages import languages  # noqa: PLC0415 -- loads the grammars

    return {name: entry.fingerprint.hex() for name, entry in languages().items()}
