"""The plan's cluster, made sure of: it can be reached, extracts as we do, and sees the storage.

A run has one folder in the storage, ``flagday-<index>-<run>``. It goes when the run has its parts;
as one run at a time works on an index, the folders of others are what killed runs have left.
"""

import hashlib
import pickle
import platform
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tasks.clusters.engine import Engine, require_listener
from tasks.clusters.errand import ALIVE, Versions, differences, versions
from tasks.clusters.errors import refused
from tasks.clusters.host import Question
from tasks.clusters.storage import Storage
from tasks.contracts import RunnerKind
from tasks.errors import FlagDayError, PlanInvalid
from tasks.plan import Runner

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Cluster:
    """An engine, and the folder of a run in a storage that its workers see."""

    engine: Engine
    place: str  # of the storage
    storage: Storage
    folder: str


@contextmanager
def connected(runner: Runner, db: Path, run_id: str) -> Iterator[Cluster]:
    """Connect to the plan's cluster, and leave nothing of the run in its storage.

    Raises StepFailed where it cannot be reached, or any worker differs or does not see the storage;
    PlanInvalid where what connects to it is not installed.
    """
    with _engine(runner) as engine, shared(engine, runner.storage, db, run_id) as cluster:
        yield cluster


@contextmanager
def shared(engine: Engine, place: str, db: Path, run_id: str) -> Iterator[Cluster]:
    """Give a run its folder in a storage, and have every worker look at it."""
    storage, start = Storage(place), f"flagday-{_index_id(db)}-"
    cluster = Cluster(engine, place, storage, f"{start}{run_id}")
    for name in storage.names():
        if name.startswith(start):
            storage.delete_folder(name)
    storage.make_folder(cluster.folder)
    try:
        storage.put(f"{cluster.folder}/{ALIVE}", b"")
        _require_equal_workers(cluster)
        yield cluster
    finally:
        with suppress(FlagDayError):  # what failed before says more
            storage.delete(f"{cluster.folder}/{ALIVE}")  # first: see Host.make
            storage.delete_folder(cluster.folder)


def answered(answer: bytes, kind: type[R]) -> R:
    """Return the answer of a host. Raises what was raised there."""
    said = pickle.loads(answer)  # noqa: S301 -- the plan's own workers run code of ours anyway
    if isinstance(said, FlagDayError):
        raise said
    if not isinstance(said, kind):
        raise refused(platform.node(), f"an answer that is no {kind.__name__}")
    return said


def _require_equal_workers(cluster: Cluster) -> None:
    """Have every worker look at the storage and say what it extracts with."""
    look: Question = (cluster.place, cluster.folder)
    ours = versions()
    for worker, answer in cluster.engine.ask_each(pickle.dumps(look)).items():
        if other := "; ".join(differences(ours, answered(answer, Versions))):
            raise refused(f"worker {worker}", other)


def _engine(runner: Runner) -> AbstractContextManager[Engine]:
    """Connect to the plan's engine, which is imported only now."""
    require_listener(runner.address)
    try:
        return _connect(runner)
    except ImportError as error:
        raise PlanInvalid(
            f"to reach a cluster of {runner.kind}, {error.name} is missing here",
            next_step=f"pip install 'flagday[{runner.kind}]', here and on every worker.",
        ) from error


def _connect(runner: Runner) -> AbstractContextManager[Engine]:
    if runner.kind is RunnerKind.RAY:
        from tasks.clusters import on_ray  # noqa: PLC0415 -- see above

        return on_ray.connected(runner.address)
    from tasks.clusters import on_dask  # noqa: PLC0415 -- see above

    return on_dask.connected(runner.address)


def _index_id(db: Path) -> str:
    """Name an index among those that use a storage, by its place on its host."""
    return hashlib.sha256(f"{platform.node()}\0{db}".encode()).hexdigest()[:12]
