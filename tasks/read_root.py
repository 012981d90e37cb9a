"""One root, from its listing to the ledger: each file with its identity, language or reason."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from tasks.content.identity import content_hash
from tasks.content.ledger import File
from tasks.content.minified import is_minified
from tasks.content.text import is_binary
from tasks.contracts import Outcome, RootProblem, SkipReason
from tasks.name_roots import revision_of
from tasks.packing import why_unread
from tasks.plan import Plan, Root
from tasks.regular_file import read_regular
from tasks.roots.commits import Commit, list_commit, resolve
from tasks.roots.listing import FoundFile, list_files
from tasks.roots.objects import Blobs, asking, new_store
from tasks.roots.readable import RootBroken, require_root
from tasks.spelling import spelled
from tasks.syntax.detection import detect, unparsed
from tasks.timing import log

_BATCH_FILES: Final = 100  # what one thread reads at once: to hand over each would cost more

Progress: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class RootRead:
    """What became of one root."""

    files: list[File]  # in path order
    revision: str | None = None  # as the plan names it; None: the files that lie there
    commit: Commit | None = None
    problem: RootProblem | None = None  # why it has no files here


@dataclass(frozen=True, slots=True)
class _Objects:
    """A commit, and a git folder of our own to read it with."""

    commit: Commit
    store: Path


@dataclass(frozen=True, slots=True)
class _Source:
    """Where the files of a root are read, and how."""

    root_id: int
    root: Path
    skips_minified: bool
    max_file_bytes: int
    objects: _Objects | None  # None: the files that lie there

    def read(self, found: FoundFile, blobs: Blobs | None) -> bytes:
        if blobs:
            return blobs.read(found.blob)
        return read_regular(self.location(found), self.max_file_bytes + 1)

    def location(self, found: FoundFile) -> str:
        if self.objects:
            return found.blob
        return f"{self.root}/{os.fsdecode(found.path)}"


class _OfBytes(NamedTuple):
    """What the bytes of a file tell of it."""

    content_hash: bytes | None
    language: str | None
    size_bytes: int


def read_root(
    plan: Plan, root_id: int, own: frozenset[Path], stores: Path, progress: Progress
) -> RootRead:
    """List, read and hash the files of a root of the plan, numbered from 1, in path order.

    ``own`` is what flagday itself writes, ``stores`` the folder of its git folders. A root that
    the plan does not require and that cannot be read has its problem. Raises RootBroken else.
    """
    root = plan.roots[root_id - 1]
    revision = revision_of(root)
    try:
        require_root(root.path)
        objects = _objects(root, revision, stores) if revision else None
        source = _Source(
            root_id=root_id,
            root=root.path if objects else root.path.resolve(),
            skips_minified=plan.limits.minified == "skip",
            max_file_bytes=plan.limits.max_file_bytes,
            objects=objects,
        )
        listed = _listed(plan, root, source, own)
    except RootBroken as broken:
        if root.required:
            raise
        log.warning("%s; the index will have nothing of it", broken)
        return RootRead([], revision, problem=broken.problem)
    files = _files(source, listed, plan.workers, progress)
    return RootRead(files, revision, objects.commit if objects else None)


def _objects(root: Root, revision: str, stores: Path) -> _Objects:
    commit = resolve(root.path, revision)
    return _Objects(commit, store_of(stores, commit.object_format))


def store_of(stores: Path, object_format: str) -> Path:
    """Return our own git folder for an object format; it is made where it is not there."""
    store = stores / f"{object_format}.git"
    return store if store.is_dir() else new_store(store, object_format)


def _listed(plan: Plan, root: Root, source: _Source, own: frozenset[Path]) -> list[FoundFile]:
    limit, exclude = plan.limits.max_file_bytes, plan.excluded(root)
    if at := source.objects:
        listed = list(list_commit(root.path, at.commit, at.store, limit, exclude))
    else:
        listed = list(list_files(root.path, own, limit, exclude))
    if not listed:
        problem = RootProblem.EMPTY if at else RootProblem.LEFT_OUT
        raise RootBroken(problem, f"root {root.path}: {problem}")
    return listed


def _files(
    source: _Source, listed: list[FoundFile], threads: int, progress: Progress
) -> list[File]:
    batches = [listed[at : at + _BATCH_FILES] for at in range(0, len(listed), _BATCH_FILES)]
    files: list[File] = []
    opened: list[Blobs] = []
    with ThreadPoolExecutor(threads) as pool:
        try:
            for read in pool.map(partial(_identified, source, opened), batches):
                files += read
                progress(len(files), len(listed))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for blobs in opened:  # who asks to end waits for no git
                blobs.give_up()
            raise
    return files


def _identified(source: _Source, opened: list[Blobs], batch: list[FoundFile]) -> list[File]:
    if not (at := source.objects):
        return [_identify(source, found, None) for found in batch]
    with closing(Blobs(asking(at.store, at.commit.objects))) as blobs:
        opened.append(blobs)
        return [_identify(source, found, blobs) for found in batch]


def _identify(source: _Source, found: FoundFile, blobs: Blobs | None) -> File:
    """Decide what becomes of one file: identity, language, or the reason that it is left out."""
    try:
        data = b"" if found.skip else source.read(found, blobs)
    except OSError as error:
        return _file(source, found, Outcome.FAILED, why_unread(error))
    if found.skip or len(data) > source.max_file_bytes:  # it has grown
        return _file(source, found, Outcome.SKIPPED, found.skip or SkipReason.TOO_LARGE)
    path = os.fsdecode(found.path)
    language = detect(path, data)
    reason = _skip_reason(path, data, language, source.skips_minified)
    of_bytes = _OfBytes(content_hash(data), language, len(data))
    return _file(source, found, Outcome.SKIPPED if reason else None, reason, of_bytes)


def _file(
    source: _Source,
    found: FoundFile,
    outcome: Outcome | None,
    reason: str | None,
    of_bytes: _OfBytes | None = None,  # None: nobody has read them
) -> File:
    """Return what the listing says of a file, what becomes of it, and what its bytes tell."""
    told = of_bytes or _OfBytes(None, None, found.size_bytes)
    return File(
        root_id=source.root_id,
        path=spelled(found.path),
        location=source.location(found),
        store=str(source.objects.store) if source.objects else None,
        content_hash=told.content_hash,
        language=told.language,
        size_bytes=told.size_bytes,
        mtime_ns=found.mtime_ns,
        outcome=outcome,
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
