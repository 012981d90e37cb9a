"""What must hold before a run begins, as far as it is known within a second and without Prefect.

Step 1 asks all of it again, with what takes longer; what is wrong comes with what to do.
"""

import os
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import Final

from tasks import repository
from tasks.back_up import backup_folder
from tasks.contracts import Workspace
from tasks.errors import PreconditionFailed, StepFailed
from tasks.faults import not_writable
from tasks.name_roots import revision_of
from tasks.own_folders import own_folders
from tasks.plan import Lake, Plan
from tasks.roots.commits import why_no_commit
from tasks.roots.listing import list_files
from tasks.roots.readable import RootBroken, why_no_root
from tasks.store.holders import held, to_be_rid_of, writers

_SPARE_BYTES: Final = 64 << 20  # for Prefect's state, some 8 MiB, and for parts and reports
_MEND: Final = "Mend this and run again."
_ROOTS: Final = (
    "Mend that, or name folders that have files in them; with `@REV`, git repositories that have "
    "that revision."
)
_APART: Final = "Name a folder of its own, in the root or elsewhere: what lies there is never read."
_ROOM: Final = "Make room, or name another place with --db."


@dataclass(frozen=True, slots=True)
class Wrong:
    """One thing that does not hold."""

    what: str
    next_step: str = _MEND


def require(found: Iterable[Wrong]) -> None:
    """Raise PreconditionFailed with everything that is wrong, not only the first."""
    if wrong := list(found):
        steps = dict.fromkeys(each.next_step for each in wrong)
        raise PreconditionFailed(
            "; ".join(each.what for each in wrong),
            next_step=" ".join([*steps, "The index in service is unchanged."]),
        )


def root_problems(plan: Plan) -> Iterator[Wrong]:
    """Say what is wrong with roots that the plan requires; the others are discovery's to judge."""
    for root in plan.roots:
        if not root.required:
            continue
        if why := why_no_root(root.path) or why_no_commit(root.path, revision_of(root)):
            yield Wrong(why, _ROOTS)


def place_problems(plan: Plan) -> Iterator[Wrong]:
    """Say which folders that the plan has flagday write to are a root, or hold one."""
    stated = {
        "artifacts": plan.artifacts,
        "backup.folder": plan.backup.folder,
        "lake.folder": plan.lake.folder if plan.lake else None,
    }
    for key, folder in stated.items():
        if folder is None:
            continue
        for root in plan.roots:
            if _real(root.path).is_relative_to(_real(folder)) and not revision_of(root):
                yield Wrong(
                    f"{key} is {folder}, and the root {root.path} (roots) lies in it", _APART
                )


def space_problems(plan: Plan, size_bytes: int, *, has_backup: bool) -> Iterator[Wrong]:
    """Say where room is missing, for an index in service of so many bytes.

    The candidate grows to about its size; parts, and what is sorted for indexes, take up to as much
    again. At the cut-over a backup is made: where a log lies beside the index, of a copy.
    """
    folder, twice = _there(plan.db), 2 * size_bytes + _SPARE_BYTES
    needs = {folder: twice}
    if plan.backup.keep and has_backup:
        backups = _there(backup_folder(plan) / "backup")
        if backups.stat().st_dev == folder.stat().st_dev:
            needs[folder] += size_bytes
        else:
            needs[backups] = twice
    for place, needed in needs.items():
        free = shutil.disk_usage(place).free
        if free < needed:
            yield Wrong(
                f"the disk of {place} has {free >> 20} MiB free; the run needs {needed >> 20} MiB "
                "to begin with",
                _ROOM,
            )
        if error := not_writable(place):
            yield Wrong(f"{place} cannot be written to: {error.strerror}", _ROOM)


def other_problems(plan: Plan, workspace: Workspace) -> Iterator[Wrong]:
    """Say what is wrong with code folders, redirections, the reports' repository, key and lake."""
    for path in plan.code:
        if not path.is_dir():
            yield Wrong(f"code folder {path} is not a readable folder")
    own = own_folders(plan.db, workspace.artifacts, backup_folder(plan))
    yield from _log_problems(plan, frozenset(own))
    if plan.commit:
        yield from _repository_problems(workspace.artifacts, own)
    if plan.sign_key:
        from verification.signature import why_no_key  # noqa: PLC0415 -- slow; few plans have one

        if why := why_no_key(plan.sign_key):
            yield Wrong(f"sign_key: {why}")
    if plan.lake:
        yield from _lake_problems(plan.lake, {root.name for root in plan.roots})


def _log_problems(plan: Plan, own: frozenset[Path]) -> Iterator[Wrong]:
    """Say which file of a root takes what this process says: it would grow after it was read."""
    for log in sorted(_logs()):
        for root in plan.roots:
            place = _real(root.path)
            if revision_of(root) or not log.is_relative_to(place):
                continue
            path = os.fsencode(log.relative_to(place))
            with suppress(RootBroken):  # discovery tells
                files = list_files(root.path, own, plan.limits.max_file_bytes, plan.excluded(root))
                if any(file.path == path and file.skip is None for file in files):
                    yield Wrong(
                        f"{log} is a file of root {root.name}, and what this run says is written "
                        "to it: it would not be what was read",
                        "Redirect it to a place out of the roots, or name it in `.gitignore`.",
                    )


def _real(path: Path) -> Path:
    """Return where a path leads, as far as it leads anywhere."""
    return Path(os.path.realpath(path))  # resolve() raises where links lead in a circle


def _logs() -> set[Path]:
    """Return the files that stdout and stderr are redirected to."""
    found = set()
    for descriptor in (1, 2):
        with suppress(OSError):  # closed
            if S_ISREG(os.fstat(descriptor).st_mode):
                found.add(Path(f"/proc/self/fd/{descriptor}").readlink())
    return found


def writer_problems(plan: Plan) -> Iterator[Wrong]:
    """Say who has the database open for writing, where the plan has no builder to stop.

    Where it has one, step 3 stops it first.
    """
    if not plan.builders and (found := writers(plan.db)):
        yield Wrong(held(plan.db, found), to_be_rid_of(found))


def _lake_problems(lake: Lake, roots: set[str]) -> Iterator[Wrong]:
    """Say why the index could not be put into the lake after the cut-over."""
    from tasks.lake.membership import catalogue_for  # noqa: PLC0415 -- slow; few plans have one

    try:
        catalogue_for(lake.folder, lake.name, roots)
    except PreconditionFailed as error:
        yield Wrong(error.what, error.next_step)
    except OSError as error:
        yield Wrong(
            f"lake.folder: {lake.folder} cannot be read: {error.strerror or error}",
            "Mend that, or name another folder.",
        )


def _repository_problems(artifacts: Path, own: Collection[Path]) -> Iterator[Wrong]:
    top = repository.top_of(artifacts)
    if top is None:
        yield Wrong(
            f"--commit: {artifacts} is not inside of a git repository",
            "Name a folder of one with --artifacts.",
        )
        return
    try:
        is_clean = repository.is_clean(top, but=own)
    except StepFailed as error:
        yield Wrong(f"--commit: {error.what}", error.next_step)
        return
    if not is_clean:
        yield Wrong(
            f"--commit: the repository {top} has uncommitted changes",
            "Commit them or put them aside with `git stash -u`, then run again.",
        )
    if repository.is_ignored(artifacts):
        yield Wrong(
            f"--commit: git ignores {artifacts}",
            "Name a folder that it does not, such as `--artifacts reports`.",
        )
    if why := repository.why_nameless(top):
        yield Wrong(
            f"--commit: git does not know who commits in {top}: {why}",
            "Say so with `git config user.name NAME` and `git config user.email ADDRESS`.",
        )


def _there(file: Path) -> Path:
    """Return the folder that a file will be made in, or the one that this will be made in."""
    return next(parent for parent in file.absolute().parents if parent.is_dir())
