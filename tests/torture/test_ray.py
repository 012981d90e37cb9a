"""A Ray cluster that loses a worker, a node or its head: all is as it is here, or as it was."""

import pytest

from tests.tasks.clusters.test_on_dask import eventually
from tests.torture.conftest import all_ended
from tests.torture.ray_cluster import RayCluster
from tests.torture.test_clusters import here, plan, refused, storage, told, victim

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
    refused(victim, run, before, storage)

    assert f"the cluster at {ray.address} failed" in victim.said()
