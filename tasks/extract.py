"""Step 8: distinct contents become parts, in parallel processes (§5.7).

A content whose AST is in the index in service under the same fingerprint is not parsed again: its
rows are derived from the facts kept there.
"""

from pathlib import Path
from typing import Final

import numpy as np
from prefect import task, unmapped
from prefect.cache_policies import NO_CACHE
from prefect.futures import as_completed

from migrations import runner
from tasks.columnar.tables import read_table
from tasks.contracts import Discovery, IndexInService, Part, Slice, Workspace
from tasks.errors import StepFailed
from tasks.isolate import isolate
from tasks.make_part import PartOrder
from tasks.plan import Limits, Plan
from tasks.prefect_ui import progress_bar
from tasks.store.generations import scratches
from tasks.store.permissions import create_private_folder
from tasks.timing import log, narrated, progress
from tasks.worker import Bounds
from tasks.workers import Workers

_PARTS: Final = "parts"
_MIN_PART_BYTES: Final = 1 << 20
_MAX_PART_BYTES: Final = 32 << 20
_PARTS_A_WORKER: Final = 8
_MAX_PARTS: Final = 200
_LARGE_BYTES: Final = 1 << 20  # a content that may be slow: it gets a part of its own
_MAX_LARGE: Final = 32


@narrated(8, "extract")
def extract(
    plan: Plan, workspace: Workspace, service: IndexInService, discovery: Discovery
) -> list[Part]:
    """Extract every distinct content; return the parts in the order of their contents.

    Raises StepFailed where more files fail than the plan allows.
    """
    slices = slice_contents(discovery, plan.workers)
    folder = create_private_folder(workspace.scratch / _PARTS)
    can_reuse = plan.reuse and service.version == runner.LATEST
    order = PartOrder(
        contents=discovery.contents,
        folder=folder,
        reuse_from=service.location if can_reuse else None,
        parse_timeout_s=plan.limits.parse_timeout_s,
        left=_left_by_killed_runs(workspace) if plan.reuse else (),
    )
    with Workers(min(plan.workers, max(len(slices), 1)), _bounds(plan.limits)) as workers:
        show = progress_bar("flag-day-extraction", "parts extracted")
        allowed = plan.limits.max_failed_files
        futures = _extract_part.map(unmapped(workers), unmapped(order), slices, unmapped(allowed))
        for done, _ in enumerate(as_completed(futures), 1):
            progress(done, len(slices))
            show(done, len(slices))
        parts = [future.result() for future in futures]
    _require_few_failures(parts, plan.limits.max_failed_files)
    resumed, reused = sum(part.is_resumed for part in parts), sum(part.reused for part in parts)
    log.info("extracted parts=%d resumed=%d reused=%d", len(parts), resumed, reused)
    return parts


@task(name="8 extract part", cache_policy=NO_CACHE)
def _extract_part(workers: Workers, order: PartOrder, part: Slice, allowed: int) -> Part:
    """Make one part in a worker, whatever its contents do to it."""
    return isolate(workers, order, part, allowed)


def _left_by_killed_runs(workspace: Workspace) -> tuple[Path, ...]:
    """Return the parts folders beside this run's own: a run that ends deletes its own."""
    return tuple(
        folder / _PARTS
        for folder in scratches(workspace.scratch.parent)
        if folder != workspace.scratch
    )


def _bounds(limits: Limits) -> Bounds:
    """Give a content its time to be parsed and as much again, as queries cannot be interrupted."""
    return Bounds(2 * limits.parse_timeout_s, limits.max_worker_memory_bytes)


def slice_contents(discovery: Discovery, workers: int) -> list[Slice]:
    """Cut the contents into slices of about equal bytes, in the order of their ASTs.

    The largest contents stand alone, so that a slow one holds up no other.
    """
    sizes = read_table(discovery.contents)["size_bytes"].to_numpy()
    if not len(sizes):
        return []
    total = max(int(sizes.sum()), 1)
    target = min(max(total // (workers * _PARTS_A_WORKER), _MIN_PART_BYTES), _MAX_PART_BYTES)
    count = min(-(-total // target), _MAX_PARTS, len(sizes))
    before = np.cumsum(sizes) - sizes
    numbers = np.minimum(before * count // total, count - 1)
    largest = np.argsort(-sizes, kind="stable")[:_MAX_LARGE]
    large = largest[sizes[largest] > _LARGE_BYTES]
    cuts = np.concatenate((np.flatnonzero(np.diff(numbers, prepend=-1)), large, large + 1))
    firsts = np.unique(cuts[cuts < len(sizes)]).tolist()
    bounds = zip(firsts, [*firsts[1:], len(sizes)], strict=True)
    return [Slice(number, first, last) for number, (first, last) in enumerate(bounds)]


def _require_few_failures(parts: list[Part], allowed: int) -> None:
    failed = sum(part.rows["failures"] for part in parts)
    if failed > allowed:
        raise StepFailed(
            f"{failed} contents could not be extracted; the plan allows {allowed}",
            next_step="Raise limits.max_failed_files or limits.parse_timeout_s, or leave the files "
            "out. The index in service is unchanged.",
        )
