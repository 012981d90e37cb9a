"""On a real Dask cluster parts are what they are here, whatever contents and hosts do."""

import shutil
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

import tasks
from tasks.clusters import on_dask
from tasks.clusters.cluster import connected
from tasks.clusters.elsewhere import Elsewhere
from tasks.contracts import RunnerKind
from tasks.errors import StepFailed
from tasks.plan import Runner
from tests.tasks.clusters.conftest import BOUNDS, MAX_FAILED, DaskCluster, free_port

FILES = {f"good{n}.py": f"def good{n}(): return {n}\n".encode() for n in range(5)}
GUILTY = {"crash.kt": b'"${' * 2_000}  # its grammar aborts


def made_on(dask, work):
    """Make all parts of a work on Dask; return their digests and row counts."""
    return made_by(
        Runner(kind=RunnerKind.DASK, address=dask.address, storage=str(work.storage)), work
    )


def made_by(runner, work):
    """Make all parts of a work on a cluster; return their digests and row counts."""
    with (
        connected(runner, work.folder / "index.db", "run") as cluster,
        Elsewhere(cluster, work.order, BOUNDS, MAX_FAILED) as elsewhere,
        ThreadPoolExecutor(len(work.slices)) as threads,
    ):
        made = list(threads.map(elsewhere.make, work.slices))
    return [(part.sha256, part.rows) for part in made]


def left_in(storage):
    return [path.name for path in storage.rglob("*")]


def test_neither_guilty_contents_nor_a_worker_that_is_killed_change_any_part(new_dask, work):
    dask, ordered = new_dask(workers=2), work(FILES | GUILTY)
    _, victim, other = dask.processes
    with ThreadPoolExecutor(1) as thread:
        making = thread.submit(made_on, dask, ordered)
        below = eventually(lambda: parsing_below(victim))
        victim.kill()
        made = making.result()

    assert below
    assert made == ordered.made_here()
    assert sum(rows["failures"] for _, rows in made) == len(GUILTY)
    assert other.poll() is None
    assert psutil.wait_procs(below, timeout=10)[1] == []
    assert left_in(ordered.storage) == []


def test_a_scheduler_that_dies_stops_the_run(new_dask, work):
    dask, ordered = new_dask(workers=1), work(FILES | GUILTY)
    scheduler, worker = dask.processes
    with ThreadPoolExecutor(1) as thread:
        making = thread.submit(made_on, dask, ordered)
        eventually(lambda: parsing_below(worker))
        scheduler.kill()
        with pytest.raises(StepFailed, match=f"{dask.address} failed: scheduler-connection-lost"):
            making.result()

    assert left_in(ordered.storage) == []


def test_a_scheduler_that_falls_silent_stops_the_run(new_dask, work, monkeypatch):
    monkeypatch.setattr(on_dask, "_LOOK_S", 0.5)
    monkeypatch.setattr(on_dask, "_SILENCE_S", 2.0)
    monkeypatch.setattr(on_dask, "_TIMEOUT_S", 2.0)
    dask, ordered = new_dask(workers=1), work(FILES | GUILTY)
    scheduler, worker = dask.processes
    with ThreadPoolExecutor(1) as thread:
        making = thread.submit(made_on, dask, ordered)
        eventually(lambda: parsing_below(worker))
        scheduler.send_signal(signal.SIGSTOP)
        with pytest.raises(StepFailed, match="failed: it has said nothing for 2 s"):
            making.result()

    assert left_in(ordered.storage) == []


def test_a_worker_with_another_parser_is_refused_before_any_part(new_dask, work, tmp_path):
    dask, ordered = new_dask(workers=1), work(FILES)
    dask.join(PYTHONPATH=str(with_another_query("python", tmp_path / "other")))
    dask.wait_for(2)
    with pytest.raises(StepFailed, match="is refused: it has other parser versions of python"):
        made_on(dask, ordered)

    assert list(ordered.order.folder.iterdir()) == []
    assert left_in(ordered.storage) == []


def test_a_cluster_where_nobody_listens_is_told(work, tmp_path):
    nowhere = DaskCluster(tmp_path, free_port())
    with pytest.raises(StepFailed, match=f"cluster at {nowhere.address} cannot be used"):
        made_on(nowhere, work(FILES))


def test_a_cluster_without_workers_is_told(new_dask, work, monkeypatch):
    monkeypatch.setattr(on_dask, "_TIMEOUT_S", 1.0)
    with pytest.raises(StepFailed, match="cannot be used: no worker came within 1 s"):
        made_on(new_dask(workers=0), work(FILES))


def with_another_query(language, folder):
    """Copy the code, and change the query of a language in the copy; return where it is."""
    code = Path(tasks.__file__).parents[1]
    for package in ("tasks", "migrations"):
        shutil.copytree(code / package, folder / package)
    with (folder / "tasks/syntax/languages" / f"{language}.scm").open("a") as query:
        query.write("; of another kind\n")
    return folder


def parsing_below(worker):
    """Return our processes below a worker, once one of them parses; else nothing."""
    try:
        below = psutil.Process(worker.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
    return below if len(below) > 1 else []


def eventually(look):
    """Look until there is something."""
    deadline = time.monotonic() + 300
    while not (seen := look()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return seen
