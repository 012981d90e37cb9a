"""A run over a damaged index: rebuilt from content in one command, and nothing is deleted."""

import json
import shutil

import apsw
import pytest

from tasks.errors import IndexDamaged, StepFailed, VerdictFailed
from tasks.store import audit, quarantine
from tests import damage
from tests.conftest import at_work

SOURCE = "def f():\n    return 1\n"


@pytest.fixture(scope="module")
def begun(built):
    """A bench with an index in service."""
    built.begin(src={"a.py": SOURCE})
    return built


@pytest.fixture
def bench(begun, monkeypatch):
    """The bench as its first day left it."""
    begun.bring_back()
    yield from at_work(begun, monkeypatch)


@pytest.fixture
def damaged(bench):
    """Damage the index in service; return what it is then."""

    def hurt(kind, seed=1):
        kind(bench.db.resolve(), seed)
        return bench.db.read_bytes()

    return hurt


@pytest.mark.parametrize("kind", [damage.in_tree_pages, damage.a_text])
def test_a_run_builds_from_nothing_and_quarantines_the_damaged_index(bench, damaged, kind):
    before = damaged(kind)
    workspace = bench.run("src")
    (kept,) = quarantine.found(bench.db)
    acts = [(line.action, line.result) for line in audit.lines(bench.db)][-4:]
    was = json.loads((workspace.artifacts / "inventory.json").read_bytes())["was"]

    assert bench.where("f") == [("src", "a.py", 1)]
    assert kept.read_bytes() == before
    assert was.startswith("an index of ours, damaged: corrupt: ")
    assert acts == [
        ("quarantine", "done"),
        ("cut over", "started"),
        ("cut over", "done"),
        ("run", "done"),
    ]


def test_a_rehearsal_over_a_damaged_index_leaves_it_where_it_is(bench, damaged):
    before = damaged(damage.in_tree_pages)
    bench.run("src", rehearse=True)

    assert (bench.db.read_bytes(), quarantine.found(bench.db)) == (before, [])


def test_a_run_that_fails_leaves_the_damaged_index_where_it_is(bench, damaged):
    before = damaged(damage.emptied)
    bench.write(src={"a.py": b"def f(:\n" * 9, "b.py": SOURCE})
    (bench.folder / "src/b.py").chmod(0)
    with pytest.raises((StepFailed, VerdictFailed)):
        bench.run("src", limits={"max_failed_files": 0, "parse_timeout_s": 1e-9})

    assert (bench.db.read_bytes(), quarantine.found(bench.db)) == (before, [])


def test_a_damaged_index_that_holds_more_than_content_can_bring_back_is_refused(bench, damaged):
    connection = apsw.Connection(str(bench.db))
    connection.execute("CREATE TABLE notes (x); INSERT INTO notes VALUES (1)")
    connection.close()
    shutil.copy(bench.db, bench.folder / "whole.db")
    before = damaged(damage.in_tree_pages)
    with pytest.raises(IndexDamaged, match="holds what content cannot bring back: notes"):
        bench.run("src")

    assert bench.db.read_bytes() == before
