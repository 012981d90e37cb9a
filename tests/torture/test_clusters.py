"""Clusters that lose a worker or the scheduler: all is as it is here, or as it was."""

import hashlib
import re
import shutil
import time
from pathlib import Path

import psutil
import pytest
from distributed import Client
from pyarrow import fs

from tests.tasks.clusters.conftest import new_dask
from tests.tasks.clusters.test_on_dask import eventually, parsing_below
from tests.tasks.clusters.test_storage import bucket
from tests.torture.conftest import IDLE, PLAN, Victim, all_ended, begin, tables

__all__ = ["bucket", "new_dask"]

LIMITS = "\n[limits]\nparse_timeout_s = 5.0\n"
RUNNER = '\n[runner]\nkind = "{kind}"\naddress = "{address}"\nstorage = "{storage}"\n'
LOST_S = 60.0  # from the loss of a scheduler to the end of the run, at most
LARGE = 1_200_000  # bytes of a content that gets a part of its own


@pytest.fixture(scope="module")
def victim(prefect, tmp_path_factory):  # noqa: ARG001 -- runs use the server of the tests
    """An index of several parts; one holds a content that keeps its worker for seconds."""
    return with_large(begin(Victim(tmp_path_factory.mktemp("victim"))))


def with_large(victim):
    """Add contents that get parts of their own, and one that its parser does not come back from."""
    for name in "abc":
        line = f"def {name}_{{}}(): return os.path.join({name}_1)\n"
        text = "".join(line.format(n) for n in range(LARGE // len(line)))
        (victim.folder / "src" / f"{name}.py").write_text(text)
    (victim.folder / "src" / "hang.f90").write_text("&\n" * 200_000)
    return victim


@pytest.fixture(scope="module")
def here(victim):
    """What runs on this host tell of the victim, once there is nothing new to tell."""
    plan(victim)
    assert [victim.start().wait(), victim.start().wait()] == [0, 0], victim.said()
    return told(victim)


@pytest.fixture
def storage(victim):
    folder = victim.folder / "storage"
    folder.mkdir()
    yield folder
    shutil.rmtree(folder)


def plan(victim, reuse="false", **runner):
    """Write the plan of a run that makes its parts here or on a cluster; all, or what is new."""
    text = f'artifacts = "reports"\nreuse = {reuse}\n' + PLAN + LIMITS
    (victim.folder / "flagday.toml").write_text(text + (RUNNER.format(**runner) if runner else ""))


def told(victim):
    """Return digests of what the last run has made: its reports by file, its index by table."""
    reports = victim.folder / "reports"
    return tables(victim.db) | {
        str(path.relative_to(reports)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(reports.rglob("*"))
        if path.is_file() and path.stem != "run_results"
    }


def test_a_run_that_loses_a_worker_has_the_result_of_a_run_on_one_host(
    victim, here, new_dask, bucket
):
    dask = new_dask(workers=2)
    plan(victim, kind="dask", address=dask.address, storage=f"{bucket}/parts")
    run = victim.start()
    below = eventually(lambda: parsing_below(dask.processes[1]))
    dask.processes[1].kill()

    assert run.wait() == 0, victim.said()
    assert below
    assert told(victim) == here
    assert {"symbols", "refs", "symbols.parquet", "manifest.json"} <= {
        Path(name).name for name in here
    }
    files, _ = fs.FileSystem.from_uri(bucket)
    left = files.get_file_info(fs.FileSelector("bucket", recursive=True))
    assert [entry.path for entry in left if entry.is_file] == []


def test_a_run_that_loses_the_scheduler_changes_nothing(victim, storage, new_dask):
    dask = new_dask(workers=1)
    plan(victim, kind="dask", address=dask.address, storage=storage)
    before, run = victim.digest(), victim.start()
    eventually(lambda: parsing_below(dask.processes[1]))
    dask.processes[0].kill()
    refused(victim, run, before, storage)

    assert f"the scheduler {dask.address} failed: scheduler-connection-lost" in victim.said()
    assert "parts that are done are taken over. The index in service is unchanged" in victim.said()


def refused(victim, run, before, storage):
    """See a run whose cluster is lost end in time, and leave all as it was."""
    began = time.monotonic()
    code = run.wait()
    took_s = time.monotonic() - began

    assert code == 4, victim.said()
    assert (victim.digest(), victim.runs_builder(), victim.beside()) == (before, True, IDLE)
    assert list(storage.iterdir()) == []
    assert took_s < LOST_S


def test_a_run_that_is_killed_leaves_nothing_on_the_cluster_and_its_parts_are_taken_over(
    prefect,  # noqa: ARG001 -- runs use the server of the tests
    tmp_path,
    new_dask,
):
    (tmp_path / "victim").mkdir()
    (tmp_path / "storage").mkdir()
    victim = with_large(begin(Victim(tmp_path / "victim")))
    dask = new_dask(workers=2)
    plan(victim, "true", kind="dask", address=dask.address, storage=tmp_path / "storage")
    before, run = victim.digest(), victim.start()
    began = run.wait_for("step 8") and run.wait_for("progress")
    strays = all_ended(run.kill())
    is_unchanged = victim.digest() == before
    with Client(dask.address, set_as_default=False) as client:
        eventually(lambda: client.run_on_scheduler(lambda dask_scheduler: not dask_scheduler.tasks))
    eventually(lambda: not any(map(below, dask.processes)))
    code = victim.start().wait()
    said, made = victim.said(), tables(victim.db)
    plan(victim)
    again = victim.start().wait()

    assert (began, strays, is_unchanged) == (True, [], True)
    assert code == 0, said
    assert re.search(r"extracted parts=\d+ resumed=[1-9]", said)
    assert (victim.runs_builder(), victim.beside()) == (True, IDLE)
    assert list((tmp_path / "storage").iterdir()) == []
    assert (again, tables(victim.db)) == (0, made)


def below(process):
    """Return what runs below a process; what has ended may wait to be asked for its code."""
    found = psutil.Process(process.pid).children(recursive=True)
    return [child for child in found if child.status() != psutil.STATUS_ZOMBIE]
