"""What reading must not change, however the last writer ended."""

import errno
import hashlib
import shutil
import subprocess
import sys
from contextlib import closing

import apsw
import pytest

from migrations.opening import FEW_STEPS
from tasks.errors import PreconditionFailed
from tasks.store.legacy_roots import legacy_roots
from tasks.store.untouched import settled, untouched

# Writes to the database and dies without a word: `mode` is that of its journal.
KILLED = """
import apsw, os, sys
connection = apsw.Connection(sys.argv[1])
connection.execute(f"PRAGMA journal_mode = {sys.argv[2]}").fetchall()
connection.execute("PRAGMA cache_size = 1; PRAGMA cache_spill = 1").fetchall()
connection.execute("CREATE TABLE IF NOT EXISTS t (x); INSERT INTO t VALUES ('committed')")
if sys.argv[2] != "wal":
    connection.execute("BEGIN; UPDATE t SET x = 'lost'")
    connection.execute("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3000)"
                       " INSERT INTO t SELECT hex(zeroblob(200)) FROM n")
os.kill(os.getpid(), 9)
"""


@pytest.fixture
def killed(tmp_path):
    """A database whose writer was killed, in a folder of its own."""

    def kill(mode):
        folder = tmp_path / "index"
        folder.mkdir()
        subprocess.run([sys.executable, "-c", KILLED, folder / "index.db", mode], check=False)
        return folder / "index.db"

    return kill


def state(folder):
    return {
        path.name: (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in folder.iterdir()
    }


def rows(database):
    with untouched(database) as connection:
        return connection.execute("SELECT DISTINCT x FROM t").fetchall()


def test_what_a_killed_writer_left_undone_is_rolled_back_in_a_copy_alone(killed):
    database = killed("delete")
    before = state(database.parent)

    assert "index.db-journal" in before
    assert rows(database) == [("committed",)]
    assert state(database.parent) == before


def test_what_a_killed_writer_left_in_the_log_is_read_and_stays_there(killed):
    database = killed("wal")
    (database.parent / "index.db-shm").unlink()
    before = state(database.parent)

    assert before.keys() == {"index.db", "index.db-wal"}
    assert rows(database) == [("committed",)]
    assert state(database.parent) == before


def test_a_log_with_its_shared_memory_is_read_in_place(killed):
    database = killed("wal")
    before = state(database.parent)

    with settled(database) as path:
        assert path == database
    assert rows(database) == [("committed",)]
    assert {**state(database.parent), "index.db-shm": None} == {**before, "index.db-shm": None}


@pytest.mark.parametrize("mode", ["delete", "truncate", "persist", "wal"])
def test_a_database_at_rest_is_read_in_place_and_nothing_appears_beside_it(tmp_path, mode):
    database = tmp_path / "index.db"
    connection = apsw.Connection(str(database))
    connection.execute(f"PRAGMA journal_mode = {mode}").fetchall()
    connection.execute("CREATE TABLE t (x); INSERT INTO t VALUES (1)")
    connection.close()
    before = state(tmp_path)

    assert rows(database) == [(1,)]
    assert state(tmp_path) == before


def test_a_log_behind_a_link_is_found(killed, tmp_path):
    database = killed("wal")
    link = tmp_path / "link.db"
    link.symlink_to(database)

    assert rows(link) == [("committed",)]


def test_a_writer_that_is_alive_is_waited_for_and_then_named(killed, monkeypatch):
    monkeypatch.setattr("tasks.store.busy.WAIT_S", 0.01)
    database = killed("delete")
    writer = apsw.Connection(str(database))
    writer.execute("BEGIN EXCLUSIVE")

    with pytest.raises(PreconditionFailed, match="locked by another process"):
        rows(database)
    writer.close()


def test_a_view_without_end_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("tasks.store.untouched.ample", lambda _: FEW_STEPS)
    path = tmp_path / "index.db"
    with closing(apsw.Connection(str(path))) as maker:
        endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
        maker.execute(f"CREATE VIEW watched (folder) AS {endless}").fetchall()

    with pytest.raises(PreconditionFailed, match="keeps SQLite busy without end"):
        legacy_roots(path, "watched.folder")


def test_a_copy_without_room_names_the_disk_that_it_would_lie_on(killed, monkeypatch):
    def full(source, target):
        raise OSError(errno.ENOSPC, "No space left on device", str(source), None, str(target))

    database = killed("delete")
    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(PreconditionFailed, match=r"the disk of .*\.settled-.* is full"):
        rows(database)
