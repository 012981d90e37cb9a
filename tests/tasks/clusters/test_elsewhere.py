"""What goes out and what comes back is made sure of, and nothing of a run stays in the storage.

The engine here is a thread of the test; the process that it asks is the one beside any worker.
"""

import shutil
import socket
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

import pytest

from tasks.clusters import beside
from tasks.clusters.cluster import connected, shared
from tasks.clusters.elsewhere import Elsewhere
from tasks.clusters.errand import Errand, versions
from tasks.clusters.host import Host
from tasks.contracts import RunnerKind, Slice
from tasks.errors import PlanInvalid, StepFailed
from tasks.make_part import make_part
from tasks.plan import Runner
from tasks.store.permissions import create_private_folder
from tests.tasks.clusters.conftest import BOUNDS, MAX_FAILED
from tests.tasks.test_make_part import index_of

FILES = {f"f{n}.py": f"def f{n}(): return {n}\n".encode() for n in range(4)}


@dataclass
class Thread:
    """An engine of one place that does something before or after it asks for a part."""

    before: object = None
    after: object = None
    parts: int = 0

    def places(self):
        return 1

    def ask_each(self, question):
        return {"here": beside.ask(question)}

    def ask(self, question):
        self.parts += 1
        if self.before:
            self.before()
        answer = beside.ask(question)
        if self.after:
            self.after()
        return answer

    def withdraw(self):
        pass


@contextmanager
def elsewhere(work, engine, order=None):
    place, db = str(work.storage), work.folder / "index.db"
    with (
        shared(engine, place, db, "this-run") as cluster,
        Elsewhere(cluster, order or work.order, BOUNDS, MAX_FAILED) as maker,
    ):
        yield maker


def alter(storage, pattern):
    """Change a byte of each file in a storage that has such a name."""
    for path in storage.rglob(pattern):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)


def test_contents_that_are_gone_changed_or_known_make_the_part_that_they_make_here(work):
    ordered = work(FILES)
    root, everything = ordered.folder / "root", Slice(0, 0, 4)
    index = index_of(ordered.folder / "known.db", make_part(ordered.order, Slice(9, 0, 3)))
    (root / "f0.py").unlink()
    (root / "f1.py").write_bytes(b"other\n")
    order = replace(ordered.order, reuse_from=index)
    with elsewhere(ordered, Thread(), order) as maker:
        there = maker.make(everything)
    here = make_part(replace(order, folder=create_private_folder(ordered.folder / "h")), everything)

    assert (there.sha256, there.rows, there.reused) == (here.sha256, here.rows, here.reused)
    assert there.path.read_bytes() == here.path.read_bytes()
    assert (there.rows["failures"], there.reused > 0) == (2, True)


@pytest.mark.parametrize(
    ("when", "pattern", "said"),
    [("before", "[0-9a-f]" * 64, "the contents of part 0"), ("after", "part-*", "part 0")],
)
def test_other_bytes_than_were_put_into_the_storage_stop_the_run(work, when, pattern, said):
    ordered = work(FILES)
    engine = Thread(**{when: lambda: alter(ordered.storage, pattern)})
    with elsewhere(ordered, engine) as maker:
        with pytest.raises(StepFailed, match=f"{said} came back with other bytes"):
            maker.make(ordered.slices[0])
        with pytest.raises(StepFailed, match=f"{said} came back with other bytes"):
            maker.make(ordered.slices[1])

    assert engine.parts == 1
    assert list(ordered.storage.iterdir()) == []
    assert list(ordered.order.folder.glob("*.arrow")) == []


def test_what_a_killed_run_left_in_the_storage_goes_and_its_finished_parts_are_taken_over(work):
    ordered = work(FILES)
    with elsewhere(ordered, Thread()) as maker:
        first = maker.make(ordered.slices[0])
        (killed,) = ordered.storage.iterdir()
        shutil.copytree(killed, killed.with_name(killed.name.replace("this-run", "that-run")))
    others = create_private_folder(ordered.storage / "flagday-0123456789ab-that-run")
    now = create_private_folder(ordered.folder / "now")
    order = replace(ordered.order, folder=now, left=(ordered.order.folder,))
    engine = Thread()
    with elsewhere(ordered, engine, order) as maker:
        seen = sorted(path.name for path in ordered.storage.iterdir())
        part = maker.make(ordered.slices[0])

    assert seen == sorted([others.name, killed.name])
    assert part == replace(first, path=now / first.path.name, is_resumed=True)
    assert engine.parts == 0


@pytest.fixture
def host(tmp_path):
    with ExitStack() as stack:
        yield Host(tmp_path / "host", stack)


def test_a_storage_that_is_another_one_on_the_worker_is_refused(host, tmp_path):
    with pytest.raises(StepFailed, match="is another one there: it does not hold run"):
        host.look(str(tmp_path), "run")


def test_a_worker_that_joins_later_and_has_other_versions_refuses_its_first_part(host, tmp_path):
    old = replace(versions(), flagday="0.0.9", parsers={**versions().parsers, "zig": "00"})
    errand = Errand(str(tmp_path), "run", old, Slice(0, 0, 1), "0" * 64, 1.0, BOUNDS, MAX_FAILED)
    said = r"this worker is refused: it has flagday [\d.]+, not 0.0.9; other parser versions of zig"
    with pytest.raises(StepFailed, match=said):
        host.make(errand)


def test_a_part_that_is_done_when_the_run_is_over_does_not_stay_in_the_storage(work):
    ordered = work(FILES)
    engine = Thread(before=lambda: [path.unlink() for path in ordered.storage.rglob("alive")])
    with elsewhere(ordered, engine) as maker, pytest.raises(StepFailed, match="cannot be read"):
        maker.make(ordered.slices[0])


def test_an_engine_that_is_not_installed_is_told_with_what_brings_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "tasks.clusters.on_dask", raising=False)
    monkeypatch.delattr("tasks.clusters.on_dask", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        runner = Runner(kind=RunnerKind.DASK, address=address, storage=str(tmp_path))
        with pytest.raises(PlanInvalid) as told, connected(runner, tmp_path / "db", "run"):
            pass

    assert told.value.what == "to reach a cluster of dask, distributed is missing here"
    assert "'flagday[dask]'" in told.value.next_step


def test_no_engine_is_loaded_before_it_is_chosen():
    loaded = (
        "import sys, tasks.part_maker; print({'dask', 'distributed', 'ray'} & set(sys.modules))"
    )
    said = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True
    )

    assert said.stdout.strip() == "set()"
