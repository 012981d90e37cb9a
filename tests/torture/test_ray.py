"""A Ray cluster that loses a worker, a node or its head: all is as it is here, or as it was."""

import time

import pytest

from tasks.clusters import on_ray
from tasks.errors import FlagDayError
from tests.tasks.clusters.test_on_dask import eventually
from tests.torture.conftest import IDLE, all_ended
from tests.torture.ray_cluster import RayCluster
from tests.torture.test_clusters import LOST_S, here, plan, storage, told, victim

__all__ = ["here", "storage", "victim"]


@pytest.fixture
def new_ray():
    """Start clusters; their processes end with the test."""
    started = []

    def start(*, nodes: int) -> RayCluster:
        cluster = RayCluster()
        started.append(cluster)
        cluster.lead()
        for _ in range(nodes):
            cluster.join()
        return cluster

    yield start
    for cluster in started:
        cluster.end()


def lose_a_worker(node):
    worker = eventually(node.busy)
    below = worker.children(recursive=True)
    worker.kill()
    return below


def lose_the_node(node):
    assert eventually(node.busy)
    return node.kill()


@pytest.mark.parametrize("lose", [lose_a_worker, lose_the_node])
def test_a_run_on_ray_has_the_result_of_a_run_on_one_host_whatever_is_lost(
    victim, here, storage, new_ray, lose
):
    ray = new_ray(nodes=2)
    plan(victim, kind="ray", address=ray.address, storage=storage)
    run = victim.start()
    lost = lose(ray.nodes[1])

    assert run.wait() == 0, victim.said()
    assert (len(lost) > 1, all_ended(lost)) == (True, [])
    assert told(victim) == here
    assert list(storage.iterdir()) == []


def test_a_run_that_loses_the_head_of_ray_changes_nothing(victim, storage, new_ray):
    ray = new_ray(nodes=1)
    plan(victim, kind="ray", address=ray.address, storage=storage)
    before, run = victim.digest(), victim.start()
    eventually(ray.nodes[1].busy)
    ray.nodes[0].kill()
    began = time.monotonic()
    code = run.wait()
    took_s = time.monotonic() - began

    assert code == 4, victim.said()
    assert f"the cluster at {ray.address} failed" in victim.said()
    assert (victim.digest(), victim.runs_builder(), victim.beside()) == (before, True, IDLE)
    assert list(storage.iterdir()) == []
    assert took_s < LOST_S


@pytest.fixture
def server_starts(monkeypatch):
    """Have Ray start a server for a client at the nth time alone; return what it was asked."""
    asked = []

    def at(nth):
        def init(address, **_):
            asked.append(address)
            if len(asked) < nth:
                raise ConnectionAbortedError("Initialization failure from server")

        monkeypatch.setattr(on_ray.ray, "init", init)
        monkeypatch.setattr(on_ray.ray, "shutdown", lambda: None)
        monkeypatch.setattr(on_ray.ray, "cluster_resources", lambda: {"CPU": 2.0})
        return asked

    return at


def test_a_server_that_ray_loses_is_asked_for_again(server_starts):
    asked = server_starts(4)
    with on_ray.connected("ray://head:1") as engine:
        assert (engine.places(), len(asked)) == (2, 4)


def test_a_ray_that_starts_no_server_cannot_be_used(server_starts):
    asked = server_starts(5)
    with pytest.raises(FlagDayError, match="cannot be used"), on_ray.connected("ray://head:1"):
        pass
    assert len(asked) == 4
