import hashlib
from pathlib import Path

import apsw
import pytest

from verification.inventory.model import Fate, Inventory, Kind, Queue, Search, TableCount
from verification.inventory.queues import QueueNames
from verification.inventory.take import take_inventory

LEGACY = ("symbols", "refs")
QUEUES = QueueNames(named=("build_queue", "no_such_queue"), excluded=("discovery_queue",))
SAID = {
    "symbols": (
        2,
        Fate.DROPPED,
        "a foreign key refers to content_versions; named as legacy by the plan",
    ),
    "files": (1, Fate.DROPPED, "v5 has one"),
    "content_versions": (1, Fate.DROPPED, "a foreign key refers to files"),
    "symbols_fts": (2, Fate.DROPPED, "takes its content from symbols"),
    "build_queue": (2, Fate.CLEARED, "a queue: named by the plan"),
    "asts": (0, Fate.KEPT, "does not depend on what is dropped"),
}


def digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if not path.name.endswith("-shm")  # shared memory: locks, no content
    }


def test_the_counts_say_what_becomes_of_every_table(database):
    inventory = take_inventory(database, LEGACY, {"files": "v5 has one"}, QUEUES, ())
    of = {count.name: count for count in inventory.tables}

    assert {name: (of[name].rows, of[name].fate, of[name].why) for name in SAID} == SAID
    assert of["symbol_kinds"] == TableCount(
        name="symbol_kinds",
        kind=Kind.TABLE,
        columns=("symbol_id INTEGER", "kind TEXT"),
        rows=0,
        fate=Fate.DROPPED,
        why="a foreign key refers to symbols",
        digest=None,
    )
    assert not [name for name in of if name.startswith(("symbols_fts_", "sqlite_"))]


def test_only_queues_that_exist_are_in_the_inventory(database):
    inventory = take_inventory(database, LEGACY, {}, QUEUES, ())

    assert inventory.queues == (Queue("build_queue", 2, "named by the plan"),)


def test_code_is_searched_for_every_table_of_the_closure(database, tmp_path):
    code = tmp_path / "consumer"
    code.mkdir()
    (code / "a.sql").write_text("SELECT docstring FROM symbol_docs; SELECT name FROM settings;")
    inventory = take_inventory(database, LEGACY, {}, QUEUES, (code,))

    assert [path.tables for path in inventory.code_paths] == [("symbol_docs",)]
    assert inventory.code_roots == ("consumer",)


def test_without_a_database_only_code_is_in_the_inventory(tmp_path):
    for database in (None, tmp_path / "not_there.db"):
        assert take_inventory(database, LEGACY, {}, QUEUES, ()) == Inventory(
            (), (), (), Search(), ()
        )


def test_equal_databases_and_code_make_equal_inventories(database, tmp_path):
    copy = tmp_path / "elsewhere" / "other.db"
    copy.parent.mkdir()
    copy.write_bytes(database.read_bytes())

    assert take_inventory(database, LEGACY, {}, QUEUES, ()) == take_inventory(
        copy, LEGACY, {}, QUEUES, ()
    )


@pytest.mark.parametrize("mode", ["delete", "wal"])
def test_the_inventory_leaves_a_database_at_rest_as_it_is(database, tmp_path, mode):
    connection = apsw.Connection(str(database))
    connection.execute(f"PRAGMA journal_mode = {mode}").fetchall()
    connection.close()
    before = digests(tmp_path)
    take_inventory(database, LEGACY, {}, QUEUES, ())

    assert digests(tmp_path) == before


def test_the_inventory_reads_the_wal_of_an_open_database_and_leaves_it_as_it_is(database, tmp_path):
    writer = apsw.Connection(str(database))
    writer.execute("PRAGMA journal_mode = WAL").fetchall()
    writer.execute("INSERT INTO build_queue (file_id) VALUES (3)")
    before = digests(tmp_path)
    inventory = take_inventory(database, LEGACY, {}, QUEUES, ())

    assert inventory.queues == (Queue("build_queue", 3, "named by the plan"),)
    assert digests(tmp_path) == before
    writer.close()
