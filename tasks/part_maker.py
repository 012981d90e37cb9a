"""Where parts are made: in processes of this host, or on the plan's cluster."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from tasks.clusters.cluster import connected
from tasks.clusters.elsewhere import Elsewhere
from tasks.contracts import Part, RunnerKind, Slice, Workspace
from tasks.isolate import isolate
from tasks.make_part import PartOrder
from tasks.plan import Limits, Plan
from tasks.worker import Bounds
from tasks.workers import Workers


class PartMaker(Protocol):
    """What makes parts; wherever that is, equal contents make equal parts."""

    @property
    def places(self) -> int:
        """Return how many parts are made at a time."""
        ...

    def make(self, part: Slice) -> Part:
        """Make a part, whatever its contents do to its maker; callable from many threads."""
        ...


class Here:
    """Processes of this host, as a PartMaker."""

    def __init__(self, workers: Workers, places: int, order: PartOrder, max_failed: int) -> None:
        """Make nothing yet."""
        self.places: Final = places
        self._workers: Final = workers
        self._order: Final = order
        self._max_failed: Final = max_failed

    def make(self, part: Slice) -> Part:
        """Make a part in the next process that is free."""
        return isolate(self._workers, self._order, part, self._max_failed)


@contextmanager
def part_maker(plan: Plan, workspace: Workspace, order: PartOrder) -> Iterator[PartMaker]:
    """Set up what the plan says that makes parts, and end it afterwards.

    Raises StepFailed where the plan's cluster cannot be used.
    """
    bounds, allowed = _bounds(plan.limits), plan.limits.max_failed_files
    if plan.runner.kind is RunnerKind.LOCAL:
        with Workers(plan.workers, bounds) as workers:
            yield Here(workers, plan.workers, order, allowed)
        return
    with (
        connected(plan.runner, plan.db, workspace.run_id) as cluster,
        Elsewhere(cluster, order, bounds, allowed) as elsewhere,
    ):
        yield elsewhere


def _bounds(limits: Limits) -> Bounds:
    """Give a content its time to be parsed and as much again, as queries cannot be interrupted."""
    return Bounds(2 * limits.parse_timeout_s, limits.max_worker_memory_bytes)
