"""A Ray cluster as an engine, by its client port: each question is a task of a CPU.

By that port alone, as a driver inside of a cluster ends with it, without a word.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

os.environ.setdefault("RAY_ENABLE_AUTO_CONNECT", "0")  # else a lost client starts a cluster here

import ray
from ray.exceptions import RayError, RayTaskError, TaskCancelledError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from tasks.clusters.engine import Withdrawn, asker
from tasks.clusters.errors import failed, unreachable
from tasks.errors import FlagDayError
from tasks.timing import log

_RETRIES: Final = 3  # of a part whose worker was lost
_TRIES: Final = 4  # the head's server for a client dies at times when it is forked: ray issue 63202


class Ray:
    """The nodes of one cluster, as an Engine."""

    def __init__(self, address: str) -> None:
        """Ask nothing yet."""
        self._address: Final = address
        self._ask: Final = ray.remote(max_retries=_RETRIES)(asker())
        self._asked: Final[set[Any]] = set()
        self._is_withdrawn = False

    def places(self) -> int:
        """Return how many tasks run at a time: the CPUs of all nodes."""
        return int(ray.cluster_resources().get("CPU", 0))

    def ask_each(self, question: bytes) -> dict[str, bytes]:
        """Return the answer of every node that has CPUs, by its id."""
        nodes = [
            node["NodeID"] for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU")
        ]
        asked = {
            node: self._ask.options(
                num_cpus=0, scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False)
            ).remote(question)
            for node in sorted(nodes)
        }
        return {node: self._answer(ref, f"node {node}") for node, ref in asked.items()}

    def ask(self, question: bytes) -> bytes:
        """Return the answer of any worker; Ray asks another where one is lost."""
        try:
            ref = self._ask.options(num_cpus=1).remote(question)
        except Exception as error:
            raise failed(f"the cluster at {self._address}", error) from error
        self._asked.add(ref)
        try:
            return self._answer(ref, "a worker")
        finally:
            self._asked.discard(ref)

    def withdraw(self) -> None:
        """Cancel every task, also those that run."""
        self._is_withdrawn = True
        for ref in list(self._asked):
            with suppress(Exception):  # the cluster is lost: so are its tasks
                ray.cancel(ref)

    def _answer(self, ref: Any, who: str) -> bytes:
        try:
            answer: bytes = ray.get(ref)
        except TaskCancelledError as error:
            raise Withdrawn from error
        except RayTaskError as error:
            cause = error.cause
            raise (
                cause
                if isinstance(cause, FlagDayError)
                else failed(f"{who} of {self._address}", cause)
            ) from error
        except Exception as error:
            if self._is_withdrawn:
                raise Withdrawn from error
            raise failed(f"the cluster at {self._address}", error) from error
        return answer


@contextmanager
def connected(address: str) -> Iterator[Ray]:
    """Connect to a cluster that has a CPU. Raises StepFailed where there is none."""
    try:
        _connect(address)
    except (OSError, RuntimeError, RayError) as error:
        raise unreachable(address, error) from error
    try:
        connected = Ray(address)
        if not connected.places():
            raise unreachable(address, "it has no CPU")
        yield connected
    finally:
        ray.shutdown()


def _connect(address: str) -> None:
    for tries_left in reversed(range(_TRIES)):
        try:
            ray.init(address, log_to_driver=False, logging_level="critical", namespace="flagday")
        except ConnectionAbortedError:
            ray.shutdown()
            if not tries_left:
                raise
            log.warning("%s did not start a server for this client; once more", address)
        else:
            return
