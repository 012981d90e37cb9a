"""Step 7: every file of every root, with its hash or the reason that it is left out (§5.6)."""

import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

import pyarrow.compute as pc

from tasks.back_up import backup_folder
from tasks.columnar.tables import write_table
from tasks.content.identity import content_hash
from tasks.content.ledger import File, ledger
from tasks.content.minified import is_minified
from tasks.content.text import is_binary
from tasks.contracts import Candidate, Discovery, Outcome, SkipReason, Workspace
from tasks.errors import StepFailed
from tasks.own_folders import own_folders
from tasks.plan import Plan, Root
from tasks.regular_file import read_regular
from tasks.roots.listing import FoundFile, list_files
from tasks.step import step
from tasks.store.permissions import create_private_folder
from tasks.store.records import RootRecord, record_parser_versions, record_roots
from tasks.syntax.detection import detect, unparsed
from tasks.syntax.languages import EXTRACTOR_VERSION, languages
from tasks.timing import log, progress

_NEXT: Final = "Mount it, or drop it from the plan. The index in service is unchanged."
_LEFT_OUT: Final = (
    "Name the folder that holds the source, mend its .gitignore, or drop it from the plan. "
    "The index in service is unchanged."
)
_BATCH_FILES: Final = 100  # what one thread reads at once: to hand over each would cost more
_SCRATCH_RATIO: Final = 8  # bytes of candidate and parts a byte of source, measured on Linux: 6.5


@step(7, "rediscover roots")
def rediscover_roots(plan: Plan, workspace: Workspace, candidate: Candidate) -> Discovery:
    """List every file of every root, in path order, and number the distinct contents.

    Raises StepFailed where a root has vanished or the disk is too small for what was found.
    """
    root_ids = record_roots(candidate.database, [_record(plan, root) for root in plan.roots])
    versions = record_parser_versions(candidate.database, EXTRACTOR_VERSION, languages().values())
    own = frozenset(own_folders(plan.db, workspace.artifacts, backup_folder(plan)))
    files = [
        file for root in plan.roots for file in _identified(plan, root, root_ids[root.name], own)
    ]
    found, contents = ledger(files, versions)
    create_private_folder(workspace.scratch)
    discovery = Discovery(
        files=write_table(workspace.scratch / "files.arrow", found),
        contents=write_table(workspace.scratch / "contents.arrow", contents),
        file_count=found.num_rows,
        content_count=contents.num_rows,
        content_bytes=pc.sum(contents["size_bytes"]).as_py() or 0,
    )
    _require_space(workspace, discovery)
    log.info("discovered files=%d contents=%d", discovery.file_count, discovery.content_count)
    return discovery


def _record(plan: Plan, root: Root) -> RootRecord:
    return RootRecord(root.name, str(root.path), plan.excluded(root))


def _identified(plan: Plan, root: Root, root_id: int, own: frozenset[Path]) -> Iterator[File]:
    """Read and hash the files of one root, several at a time, in path order."""
    if not root.path.is_dir():
        raise StepFailed(f"root {root.path} has vanished", next_step=_NEXT)
    listed = list(list_files(root.path, own, plan.limits.max_file_bytes, plan.excluded(root)))
    if not listed:
        raise StepFailed(f"root {root.path}: .gitignore leaves out every file", next_step=_LEFT_OUT)
    skips_minified = plan.limits.minified == "skip"
    base = os.fsencode(root.path.resolve())
    identify = partial(_identify, root_id, base, plan.limits.max_file_bytes, skips_minified)
    batches = [listed[at : at + _BATCH_FILES] for at in range(0, len(listed), _BATCH_FILES)]
    with ThreadPoolExecutor(plan.workers) as pool:
        done = 0
        for files in pool.map(lambda batch: list(map(identify, batch)), batches):
            yield from files
            done += len(files)
            progress(done, len(listed))


def _identify(
    root_id: int, base: bytes, max_file_bytes: int, skips_minified: bool, found: FoundFile
) -> File:
    """Decide what becomes of one file: identity, language, or the reason that it is left out."""
    location = os.fsdecode(base + b"/" + found.path)
    data, outcome = b"", Outcome.SKIPPED
    digest: bytes | None = None
    language: str | None = None
    reason: str | None = found.skip
    if not reason:
        try:
            data = read_regular(Path(location), max_file_bytes + 1)
        except OSError as error:
            outcome, reason = Outcome.FAILED, f"cannot be read: {error.strerror}"
        else:
            if len(data) > max_file_bytes:  # it has grown
                reason = SkipReason.TOO_LARGE
            else:
                path, digest = os.fsdecode(found.path), content_hash(data)
                language = detect(path, data)
                reason = _skip_reason(path, data, language, skips_minified)
    return File(
        root_id=root_id,
        path=found.path.decode("utf-8", errors="backslashreplace"),
        location=location,
        content_hash=digest,
        language=language,
        size_bytes=len(data) if digest else found.size_bytes,  # of what was hashed
        mtime_ns=found.mtime_ns,
        outcome=outcome if reason else None,
        reason=reason,
    )


def _skip_reason(path: str, data: bytes, language: str | None, skips_minified: bool) -> str | None:
    if is_binary(data):
        return SkipReason.BINARY
    if language:
        is_left_out = skips_minified and is_minified(path, data, language)
        return SkipReason.MINIFIED if is_left_out else None
    other = unparsed(path, data)
    return f"{SkipReason.NO_PARSER} {other}" if other else SkipReason.NO_LANGUAGE


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
