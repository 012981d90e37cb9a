"""Step 8: distinct contents become parts, in parallel (§5.7).

A content whose AST is in the index in service under the same fingerprint is not parsed again: its
rows are derived from the facts kept there.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from prefect import task, unmapped
from prefect.cache_policies import NO_CACHE

from migrations import runner
from tasks.columnar.tables import read_table
from tasks.contracts import Discovery, IndexInService, Part, Slice, Workspace
from tasks.errors import StepFailed
from tasks.make_part import PartOrder
from tasks.part_maker import PartMaker, part_maker
from tasks.plan import Plan
from tasks.prefect_ui import progress_bar
from tasks.step import untagged
from tasks.store.generations import scratches
from tasks.store.permissions import create_private_folder
from tasks.timing import log, narrated, progress

_PARTS: Final = "parts"
_MIN_PART_BYTES: Final = 1 << 20
_MAX_PART_BYTES: Final = 32 << 20
_PARTS_A_PLACE: Final = 8
_MAX_PARTS: Final = 200
_LARGE_BYTES: Final = 1 << 20  # a content that may be slow: it gets a part of its own
_MAX_LARGE: Final = 32


@narrated(8, "extract")
def extract(
    plan: Plan,
    workspace: Workspace,
    service: IndexInService,
    discovery: Discovery,
    take: Callable[[Part], object],
) -> list[Part]:
    """Extract every distinct content; return the parts in the order of their contents.

    ``take`` is given each part in that order, while others are made. Raises StepFailed where more
    files fail than the plan allows.
    """
    folder = create_private_folder(workspace.scratch / _PARTS)
    can_reuse = plan.reuse and service.version == runner.LATEST
    order = PartOrder(
        contents=discovery.contents,
        folder=folder,
        reuse_from=service.location if can_reuse else None,
        parse_timeout_s=plan.limits.parse_timeout_s,
        left=_left_by_killed_runs(workspace) if plan.reuse else (),
    )
    with part_maker(plan, workspace, order) as maker:
        slices = slice_contents(discovery, maker.places)
        show = progress_bar("flag-day-extraction", "parts extracted")
        with untagged():
            futures = _extract_part.map(unmapped(maker), slices)
        parts: list[Part] = []
        for done, future in enumerate(futures, 1):
            parts.append(future.result())
            take(parts[-1])
            progress(done, len(slices))
            show(done, len(slices))
    _require_few_failures(parts, plan.limits.max_failed_files)
    resumed, reused = sum(part.is_resumed for part in parts), sum(part.reused for part in parts)
    log.info("extracted parts=%d resumed=%d reused=%d", len(parts), resumed, reused)
    return parts


@task(name="8 extract part", cache_policy=NO_CACHE)
def _extract_part(maker: PartMaker, part: Slice) -> Part:
    """Have one part made, and wait for it."""
    return maker.make(part)


def _left_by_killed_runs(workspace: Workspace) -> tuple[Path, ...]:
    """Return the parts folders beside this run's own: a run that ends deletes its own."""
    return tuple(
        folder / _PARTS
        for folder in scratches(workspace.scratch.parent)
        if folder != workspace.scratch
    )


def slice_contents(discovery: Discovery, places: int) -> list[Slice]:
    """Cut the contents into slices of about equal bytes, in the order of their ASTs.

    The largest contents stand alone, so that a slow one holds up no other.
    """
    sizes = read_table(discovery.contents)["size_bytes"].to_numpy()
    if not len(sizes):
        return []
    total = max(int(sizes.sum()), 1)
    target = min(max(total // (places * _PARTS_A_PLACE), _MIN_PART_BYTES), _MAX_PART_BYTES)
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
