"""What it costs to have parts made on a cluster of this host, against local processes.

    python -m tests.bench.runners [--times N] [--places N] ROOT

Whole flag days on local processes, on Dask and, where it is installed, on Ray, one after the other
in each of N rounds (3), with as many places each (2). CPU seconds are those of all processes: of
the run, and of the cluster while the run is under way. A cluster is started once; before each run
its workers have nothing of ours beside them. Medians; the ratios are those of one round each.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import psutil

from tests.bench.days import flag_day
from tests.tasks.clusters.conftest import DaskCluster, free_port


@dataclass(frozen=True, slots=True)
class Cost:
    """What one flag day cost."""

    cpu_s: float
    wall_s: float
    extract_s: float  # wall


@dataclass(frozen=True, slots=True)
class Runner:
    """What makes parts, and the processes that are there for it all the time."""

    name: str
    flags: tuple[str, ...] = ()
    processes: list[psutil.Process] = field(default_factory=list)

    def tree(self) -> list[psutil.Process]:
        """Return its processes and all below them."""
        found = []
        for process in self.processes:
            with suppress(psutil.NoSuchProcess):
                found += [process, *process.children(recursive=True)]
        return list(dict.fromkeys(found))

    def cpu_s(self) -> float:
        """Return what they and those that ended below them have taken since they began."""
        taken = 0.0
        for process in self.tree():
            with suppress(psutil.NoSuchProcess):
                times = process.cpu_times()
                taken += times.user + times.system + times.children_user + times.children_system
        return taken

    def settle(self) -> None:
        """Wait until no process of ours is beside a worker: of a run before, some stay a while."""
        while any("tasks.clusters.host" in _words(process) for process in self.tree()):
            time.sleep(0.5)

    def cost(self, root: Path, places: int) -> Cost:
        """Run a flag day."""
        self.settle()
        with tempfile.TemporaryDirectory() as folder:
            before = self.cpu_s()
            day = flag_day([root], Path(folder).resolve() / "index.db", places, self.flags)
            beside = self.cpu_s() - before
        return Cost(day.usage.cpu_s + beside, day.usage.wall_s, day.steps_s["extract"])


def main() -> None:
    """Measure the tree that the command line names, and print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--places", type=int, default=2)
    given = parser.parse_args()
    with ExitStack() as stack:
        runners = [Runner("local"), stack.enter_context(_dask(given.places))]
        if find_spec("ray"):
            runners.append(stack.enter_context(_ray(given.places)))
        else:
            print("Ray is not installed: pip install 'flagday[ray]'")
        rounds = [
            [runner.cost(given.root.resolve(), given.places) for runner in runners]
            for _ in range(given.times)
        ]
    print(f"{'runner':<8}{'CPU s':>9}{'wall s':>9}{'extract s':>11}", end="")
    print(f"{'CPU':>8}{'wall':>8}{'extract':>9}")
    for place, runner in enumerate(runners):
        _show(runner.name, [costs[place] for costs in rounds], [costs[0] for costs in rounds])


def _show(name: str, costs: list[Cost], local: list[Cost]) -> None:
    def ratio(figure: Callable[[Cost], float]) -> float:
        return median(figure(one) / figure(base) for one, base in zip(costs, local, strict=True))

    print(
        f"{name:<8}{median(cost.cpu_s for cost in costs):>9.1f}"
        f"{median(cost.wall_s for cost in costs):>9.1f}"
        f"{median(cost.extract_s for cost in costs):>11.1f}"
        f"{ratio(lambda cost: cost.cpu_s):>7.2f}x{ratio(lambda cost: cost.wall_s):>7.2f}x"
        f"{ratio(lambda cost: cost.extract_s):>8.2f}x"
    )


@contextmanager
def _dask(places: int) -> Iterator[Runner]:
    """Start a scheduler and as many workers of one thread."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as storage:
        cluster = DaskCluster(Path(folder), free_port())
        try:
            cluster.schedule()
            for _ in range(places):
                cluster.join()
            cluster.wait_for(places)
            processes = [psutil.Process(process.pid) for process in cluster.processes]
            flags = ("--dask-address", cluster.address, "--storage", storage)
            yield Runner("dask", flags, processes)
        finally:
            cluster.end()


@contextmanager
def _ray(places: int) -> Iterator[Runner]:
    """Start a head and as many nodes of one CPU."""
    from tests.torture.ray_cluster import RayCluster  # noqa: PLC0415 -- Ray may be missing

    cluster = RayCluster()
    with tempfile.TemporaryDirectory() as storage:
        try:
            cluster.lead()
            for _ in range(places):
                cluster.join()
            processes = [psutil.Process(node.process.pid) for node in cluster.nodes]
            flags = ("--ray-address", cluster.address, "--storage", storage)
            yield Runner("ray", flags, processes)
        finally:
            cluster.end()


def _words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


if __name__ == "__main__":
    main()
