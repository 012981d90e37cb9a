"""A run over a damaged index: rebuilt from content in one command, and nothing is deleted."""

import json
import shutil

import apsw
import pytest

from tasks.errors import IndexDamaged, StepFailed, VerdictFailed
from tasks.store import audit, quarantine
from tests import damage

SOURCE = "def f():\n    return 1\n"


@pytest.fixture
def damaged(indexed):
    """Damage the index in service; return what it is then."""

    def hurt(kind, seed=1):
        kind(indexed.db.resolve(), seed)
        return indexed.db.read_bytes()

    return hurt


@pytest.mark.parametrize("kind", [damage.in_tree_pages, damage.a_text])
def test_a_run_builds_from_nothing_and_quarantines_the_damaged_index(indexed, damaged, kind):
    before = damaged(kind)
    workspace = indexed.run("src")
    (kept,) = quarantine.found(indexed.db)
    acts = [(line.action, line.result) for line in audit.lines(indexed.db)][-4:]
    was = json.loads((workspace.artifacts / "inventory.json").read_bytes())["was"]

    assert indexed.where("f") == [("src", "a.py", 1)]
    assert kept.read_bytes() == before
    assert was.startswith("an index of ours, damaged: corrupt: ")
    assert acts == [
        ("quarantine", "done"),
        ("cut over", "started"),
        ("cut over", "done"),
        ("run", "done"),
    ]


def test_a_rehearsal_over_a_damaged_index_leaves_it_where_it_is(indexed, damaged):
    before = damaged(damage.in_tree_pages)
    indexed.run("src", rehearse=True)

    assert (indexed.db.read_bytes(), quarantine.found(indexed.db)) == (before, [])


def test_a_run_that_fails_leaves_the_damaged_index_where_it_is(indexed, damaged):
    before = damaged(damage.emptied)
    indexed.write(src={"a.py": b"def f(:\n" * 9, "b.py": SOURCE})
    (indexed.folder / "src/b.py").chmod(0)
    with pytest.raises((StepFailed, VerdictFailed)):
        indexed.run("src", limits={"max_failed_files": 0, "parse_timeout_s": 1e-9})

    assert (indexed.db.read_bytes(), quarantine.found(indexed.db)) == (before, [])


def test_a_damaged_index_that_holds_more_than_content_can_bring_back_is_refused(indexed, damaged):
    connection = apsw.Connection(str(indexed.db))
    connection.execute("CREATE TABLE notes (x); INSERT INTO notes VALUES (1)")
    connection.close()
    shutil.copy(indexed.db, indexed.folder / "whole.db")
    before = damaged(damage.in_tree_pages)
    with pytest.raises(IndexDamaged, match="holds what content cannot bring back: notes"):
        indexed.run("src")

    assert indexed.db.read_bytes() == before
