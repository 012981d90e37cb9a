"""Who writes to a database now, asked without changing it."""

import subprocess
import sys

import apsw
import pytest

from tasks.store.holders import Holder, is_write_locked, writers

HOLD = "import sys; f = open(sys.argv[1], sys.argv[2]); print('held', flush=True); sys.stdin.read()"


@pytest.fixture
def hold():
    """Start processes that hold a file open; they end with the test."""
    started = []

    def open_in_child(path, mode):
        child = subprocess.Popen(
            [sys.executable, "-c", HOLD, str(path), mode],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        assert child.stdout.readline() == b"held\n"
        started.append(child)
        return child

    yield open_in_child
    for child in started:
        child.communicate()


@pytest.mark.parametrize("mode", ["r+b", "ab"])
def test_a_process_that_holds_the_database_open_for_writing_is_named(index, hold, mode):
    child = hold(index, mode)

    assert writers(index) == [
        Holder(child.pid, " ".join([sys.executable, "-c", HOLD, str(index), mode]))
    ]


def test_a_process_that_came_by_another_path_is_named(index, hold, tmp_path):
    (tmp_path / "link.db").symlink_to(index)
    child = hold(tmp_path / "link.db", "r+b")

    assert [holder.pid for holder in writers(index)] == [child.pid]
    assert [holder.pid for holder in writers(tmp_path / "link.db")] == [child.pid]


def test_a_reader_is_no_writer(index, hold):
    hold(index, "rb")

    assert writers(index) == []


def test_a_writer_of_another_file_and_this_process_are_not_named(index, empty, hold):
    hold(empty, "r+b")
    with index.open("r+b"):
        assert writers(index) == []


def test_writers_come_by_their_process_id(index, hold):
    children = [hold(index, "r+b") for _ in range(3)]

    assert [holder.pid for holder in writers(index)] == sorted(child.pid for child in children)


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
@pytest.mark.parametrize("lock", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
def test_the_lock_of_a_writer_is_seen_while_it_is_held(index, mode, lock):
    writer = apsw.Connection(str(index))
    writer.execute(f"PRAGMA journal_mode = {mode}").fetchall()
    writer.execute(lock)
    during = is_write_locked(index)
    writer.execute("ROLLBACK")
    after = is_write_locked(index)
    writer.close()

    assert (during, after) == (True, False)


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_a_reader_locks_nothing(index, mode):
    reader = apsw.Connection(str(index))
    reader.execute(f"PRAGMA journal_mode = {mode}").fetchall()
    reader.execute("BEGIN; SELECT COUNT(*) FROM files").fetchall()

    assert not is_write_locked(index)
    reader.close()


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_asking_leaves_the_bytes_of_the_database_as_they_are(index, mode):
    writer = apsw.Connection(str(index))
    writer.execute(f"PRAGMA journal_mode = {mode}").fetchall()
    writer.wal_autocheckpoint(0)
    writer.execute("DELETE FROM refs")
    before = index.read_bytes()
    is_write_locked(index)
    writers(index)

    assert index.read_bytes() == before
    writer.close()
