"""A Ray cluster of real processes: a head that makes no parts, and nodes of one CPU each.

Ray itself binds to the address of this host. Its sockets need a short path.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import ray

from tests.tasks.clusters.conftest import free_port

OBJECTS_BYTES = 100 << 20
PATIENCE_S = 180.0
STARTED = "Ray runtime started."


@dataclass
class RayNode:
    """What `ray start --block` started."""

    process: subprocess.Popen

    def busy(self) -> psutil.Process | None:
        """Return a worker of Ray beside which contents are parsed now."""
        for process in psutil.Process(self.process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                if "tasks.clusters.host" in process.cmdline() and process.children():
                    return process.parent()
        return None

    def kill(self) -> list[psutil.Process]:
        """Kill all of it, as where its host loses power; return what it was."""
        top = psutil.Process(self.process.pid)
        every = [top, *top.children(recursive=True)]
        for process in every:
            process.suspend()  # none of them sees another one go
        for process in every:
            process.kill()
        self.process.wait()
        return every


@dataclass
class RayCluster:
    """A head, and the nodes that join it."""

    port: int = field(default_factory=free_port)
    client_port: int = field(default_factory=free_port)
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="ray-")))
    nodes: list[RayNode] = field(default_factory=list)

    @property
    def _log(self) -> Path:
        return self.folder / "start.log"

    @property
    def host(self) -> str:
        return ray.util.get_node_ip_address()

    @property
    def address(self) -> str:
        return f"ray://{self.host}:{self.client_port}"

    def start(self, *words: str) -> None:
        """Start a node, and wait until it is there."""
        command = [str(Path(sys.executable).with_name("ray")), "start", "--block", *words]
        own = ["--object-store-memory", str(OBJECTS_BYTES), "--disable-usage-stats"]
        agent = ["--dashboard-agent-listen-port", str(free_port())]
        environment = {**os.environ, "GRPC_ENABLE_FORK_SUPPORT": "0"}  # see docs/clusters.md
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                [*command, *own, *agent], env=environment, stdout=log, stderr=log
            )
        self.nodes.append(RayNode(process))
        deadline = time.monotonic() + PATIENCE_S
        while self._log.read_text().count(STARTED) < len(self.nodes):
            if process.poll() is not None or time.monotonic() > deadline:
                raise ChildProcessError(self._log.read_text())
            time.sleep(0.2)

    def lead(self) -> None:
        ports = ["--port", str(self.port), "--ray-client-server-port", str(self.client_port)]
        own = ["--include-dashboard", "false", "--temp-dir", str(self.folder)]
        self.start("--head", "--num-cpus", "0", *ports, *own)

    def join(self) -> None:
        self.start("--address", f"{self.host}:{self.port}", "--num-cpus", "1")

    def end(self) -> None:
        for node in self.nodes:
            if node.process.poll() is None:
                node.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
