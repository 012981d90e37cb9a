"""Step 7: every file of every root, with its hash or the reason that it is left out (§5.6)."""

import shutil
import time
from pathlib import Path
from typing import Final

import pyarrow.compute as pc

from tasks.back_up import backup_folder
from tasks.columnar.tables import write_table
from tasks.content.ledger import ledger
from tasks.contracts import Candidate, Discovery, Workspace
from tasks.errors import StepFailed
from tasks.own_folders import own_folders
from tasks.plan import Plan, Root
from tasks.read_root import RootRead, read_root, store_of
from tasks.roots.commits import Commit
from tasks.roots.objects import new_store
from tasks.step import step
from tasks.store.permissions import create_private_folder
from tasks.store.records import RootRecord, record_parser_versions, record_roots
from tasks.syntax.languages import EXTRACTOR_VERSION, languages
from tasks.timing import RootTime, log, progress, roots_read

_STORES: Final = "stores"  # git folders of our own, in the scratch folder
_SCRATCH_RATIO: Final = 8  # bytes of candidate and parts a byte of source, measured on Linux: 6.5


@step(7, "rediscover roots")
def rediscover_roots(plan: Plan, workspace: Workspace, candidate: Candidate) -> Discovery:
    """List every file of every root, in path order, and number the distinct contents.

    Raises StepFailed where a root that the plan requires is broken, more others are than it
    allows, or the disk is too small for what was found.
    """
    stores = create_private_folder(workspace.scratch) / _STORES
    read = _read_roots(plan, workspace, stores)
    record_roots(candidate.database, map(_record, plan.roots, read, map(plan.excluded, plan.roots)))
    versions = record_parser_versions(candidate.database, EXTRACTOR_VERSION, languages().values())
    found, contents = ledger([file for root in read for file in root.files], versions)
    discovery = Discovery(
        files=write_table(workspace.scratch / "files.arrow", found),
        contents=write_table(workspace.scratch / "contents.arrow", contents),
        file_count=found.num_rows,
        content_count=contents.num_rows,
        content_bytes=pc.sum(contents["size_bytes"]).as_py() or 0,
    )
    _require_space(workspace, discovery)
    broken = sum(root.problem is not None for root in read)
    log.info(
        "discovered roots=%d%s files=%d contents=%d",
        len(read) - broken,
        f" broken={broken}" if broken else "",
        discovery.file_count,
        discovery.content_count,
    )
    return discovery


def _read_roots(plan: Plan, workspace: Workspace, stores: Path) -> list[RootRead]:
    own = frozenset(own_folders(plan.db, workspace.artifacts, backup_folder(plan)))
    read: list[RootRead] = []
    for root_id, root in enumerate(plan.roots, 1):
        at = f"{root_id}/{len(plan.roots)} {root.name}" if len(plan.roots) > 1 else ""
        progress(0, 1, at)
        began = time.monotonic()
        came = read_root(plan, root_id, own, stores, progress)
        took_s = time.monotonic() - began
        roots_read.get([]).append(RootTime(root.name, len(came.files), came.problem, took_s))
        read.append(came)
        require_few_broken(plan, read)
    _borrow(stores, [each.commit for each in read if each.commit])
    return read


def _borrow(stores: Path, commits: list[Commit]) -> None:
    """Have our own git folders take the objects of all commits, for the steps to come."""
    for object_format in sorted({commit.object_format for commit in commits}):
        of_it = (each.objects for each in commits if each.object_format == object_format)
        new_store(store_of(stores, object_format), object_format, dict.fromkeys(of_it))


def require_few_broken(plan: Plan, read: list[RootRead]) -> None:
    """Raise StepFailed where more of the roots read so far are broken than the plan allows."""
    broken = [
        f"{root.name}: {each.problem}"
        for root, each in zip(plan.roots, read, strict=False)
        if each.problem
    ]
    if len(broken) > plan.limits.max_failed_roots or len(broken) == len(plan.roots):
        raise StepFailed(
            f"{len(broken)} of {len(plan.roots)} roots are broken, the last is {broken[-1]}; "
            f"the plan allows {plan.limits.max_failed_roots}, and not all",
            next_step="Mend them, drop them from the plan, or raise limits.max_failed_roots. "
            "The index in service is unchanged.",
        )


def _record(root: Root, read: RootRead, exclude: tuple[str, ...]) -> RootRecord:
    return RootRecord(
        name=root.name,
        location=str(root.path),
        exclude=exclude,
        revision=read.revision,
        commit_id=read.commit.commit_id if read.commit else None,
        problem=read.problem,
    )


def _require_space(workspace: Workspace, discovery: Discovery) -> None:
    needed = discovery.content_bytes * _SCRATCH_RATIO
    free = shutil.disk_usage(workspace.scratch).free
    if free < needed:
        raise StepFailed(
            f"{workspace.scratch} has {free >> 20} MiB free; "
            f"{discovery.content_bytes >> 20} MiB of source need about {needed >> 20} MiB",
            next_step="Make room, or name another place with --db. "
            "The index in service is unchanged.",
        )
