"""A Dask cluster of real processes on loopback, and contents to make parts of."""

import os
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pytest
from distributed import Client

from tasks.columnar.tables import write_table
from tasks.content.identity import content_hash
from tasks.content.ledger import File, ledger
from tasks.contracts import Slice
from tasks.isolate import isolate
from tasks.make_part import PartOrder
from tasks.syntax.languages import languages
from tasks.worker import Bounds
from tasks.workers import Workers

BOUNDS = Bounds(content_timeout_s=60.0, memory_bytes=1 << 30)
MAX_FAILED = 9


@dataclass
class DaskCluster:
    """A scheduler, and the workers that join it, each with one thread and no nanny."""

    folder: Path
    port: int
    processes: list[subprocess.Popen] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"tcp://127.0.0.1:{self.port}"

    def start(self, module: str, *words: str, **environment: str) -> subprocess.Popen:
        command = [sys.executable, "-m", f"distributed.cli.{module}", *words, "--no-dashboard"]
        with (self.folder / f"{module}.log").open("ab") as log:
            process = subprocess.Popen(
                command, stdout=log, stderr=log, env={**os.environ, **environment}
            )
        self.processes.append(process)
        return process

    def schedule(self) -> subprocess.Popen:
        return self.start("dask_scheduler", "--host", "127.0.0.1", "--port", str(self.port))

    def join(self, **environment: str) -> subprocess.Popen:
        own = ("--local-directory", str(self.folder), "--nthreads", "1", "--no-nanny")
        return self.start("dask_worker", self.address, *own, **environment)

    def wait_for(self, workers: int) -> Self:
        """Wait until it is there and so many workers have joined."""
        with Client(self.address, timeout=60, set_as_default=False) as client:
            if workers:
                client.wait_for_workers(workers, timeout=300)
        return self

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def new_dask(tmp_path_factory):
    """Start schedulers; they and their workers end with the test."""
    started = []

    def start(*, workers: int) -> DaskCluster:
        cluster = DaskCluster(tmp_path_factory.mktemp("dask"), free_port())
        started.append(cluster)
        cluster.schedule()
        for _ in range(workers):
            cluster.join()
        return cluster.wait_for(workers)

    yield start
    for cluster in started:
        cluster.end()


@dataclass
class Work:
    """Contents in a root that only this host sees, and the slices to make parts of."""

    folder: Path
    order: PartOrder
    slices: list[Slice]

    @property
    def storage(self) -> Path:
        return self.folder / "storage"

    def made_here(self) -> list[tuple[str, dict[str, int]]]:
        """Return digests and row counts of the parts that this host makes."""
        order = PartOrder(self.order.contents, self.folder / "here", None, 30.0)
        order.folder.mkdir()
        with Workers(1, BOUNDS) as workers:
            made = [isolate(workers, order, part, MAX_FAILED) for part in self.slices]
        return [(part.sha256, part.rows) for part in made]


@pytest.fixture
def work(tmp_path):
    """Write files of several languages; return the work that they make, a part for every two."""

    def write(files: dict[str, bytes]) -> Work:
        listed = []
        (tmp_path / "root").mkdir()
        for name, data in files.items():
            path = tmp_path / "root" / name
            path.write_bytes(data)
            language = next(
                known.name for known in languages().values() if path.suffix in known.extensions
            )
            known = (content_hash(data), language, len(data), 0, None, None)
            listed.append(File(1, name, str(path), *known))
        names = sorted(languages(), key=lambda name: name != "python")
        numbers = {name: number for number, name in enumerate(names, 1)}
        _, contents = ledger(listed, numbers)
        (tmp_path / "parts").mkdir()
        (tmp_path / "storage").mkdir()
        table = write_table(tmp_path / "contents.arrow", contents)
        count = len(contents)
        slices = [Slice(n, at, min(at + 2, count)) for n, at in enumerate(range(0, count, 2))]
        return Work(tmp_path, PartOrder(table, tmp_path / "parts", None, 30.0), slices)

    return write
