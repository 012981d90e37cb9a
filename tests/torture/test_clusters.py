"""Clusters that lose a worker or the scheduler: all is as it is here, or as it was."""

import hashlib

import pytest
from pyarrow import fs

from tests.tasks.clusters.conftest import new_dask
from tests.tasks.clusters.test_on_dask import eventually, parsing_below
from tests.tasks.clusters.test_storage import bucket
from tests.torture.conftest import PLAN, Victim, begin

__all__ = ["bucket", "new_dask"]

LIMITS = "\n[limits]\nparse_timeout_s = 5.0\n"
RUNNER = '\n[runner]\nkind = "dask"\naddress = "{address}"\nstorage = "{storage}"\n'
LARGE = 1_200_000  # bytes of a content that gets a part of its own


@pytest.fixture
def victim(prefect, tmp_path):  # noqa: ARG001 -- runs use the server of the tests
    """An index of several parts; one holds a content that keeps its worker for seconds."""
    (tmp_path / "victim").mkdir()
    made = begin(Victim(tmp_path / "victim"))
    for name in "abc":
        line = f"def {name}_{{}}(): return os.path.join({name}_1)\n"
        text = "".join(line.format(n) for n in range(LARGE // len(line)))
        (made.folder / "src" / f"{name}.py").write_text(text)
    (made.folder / "src" / "hang.f90").write_text("&\n" * 200_000)
    return made


def plan(victim, runner="", **runner_keys):
    text = 'artifacts = "reports"\nreuse = false\n' + PLAN
    (victim.folder / "flagday.toml").write_text(text + LIMITS + runner.format(**runner_keys))


def told(victim):
    """Return the digests of what the last run has to say of its result, by file."""
    reports = victim.folder / "reports"
    return {
        str(path.relative_to(reports)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(reports.rglob("*"))
        if path.is_file() and path.stem != "run_results"
    }


def test_a_run_that_loses_a_worker_has_the_result_of_a_run_on_one_host(victim, new_dask, bucket):
    plan(victim)
    assert [victim.start().wait(), victim.start().wait()] == [0, 0], victim.said()
    here = told(victim)  # of a run after which nothing is new
    dask = new_dask(workers=2)
    plan(victim, RUNNER, address=dask.address, storage=f"{bucket}/parts")
    run = victim.start()
    below = eventually(lambda: parsing_below(dask.processes[1]))
    dask.processes[1].kill()

    assert run.wait() == 0, victim.said()
    assert below
    assert told(victim) == here
    assert any(name.endswith(".parquet") for name in here)
    files, _ = fs.FileSystem.from_uri(bucket)
    left = files.get_file_info(fs.FileSelector("bucket", recursive=True))
    assert [entry.path for entry in left if entry.is_file] == []


def test_a_run_that_loses_the_scheduler_changes_nothing(victim, new_dask):
    dask, storage = new_dask(workers=1), victim.folder / "storage"
    storage.mkdir()
    plan(victim, RUNNER, address=dask.address, storage=storage)
    before, run = victim.digest(), victim.start()
    eventually(lambda: parsing_below(dask.processes[1]))
    dask.processes[0].kill()

    assert run.wait() == 4, victim.said()
    assert f"the scheduler {dask.address} failed: scheduler-connection-lost" in victim.said()
    assert victim.digest() == before
    assert list(storage.iterdir()) == []
