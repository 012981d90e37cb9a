"""Who writes to a database now, asked without changing it."""

import subprocess
import sys

import apsw
import pytest

from tasks.store.holders import Holder, writers

IN_WAL_MODE = """
import apsw, sys
connection = apsw.Connection(sys.argv[1], flags=getattr(apsw, f"SQLITE_OPEN_{sys.argv[2]}"))
connection.execute("BEGIN; SELECT COUNT(*) FROM files").fetchall()
print("held", flush=True)
sys.stdin.read()
"""
MAP = """
import mmap, os, sys
with open(sys.argv[1], "r+b") as log:
    mapped = mmap.mmap(log.fileno(), 0)
    os.closerange(log.fileno() + 1, 100)  # the mapping keeps a descriptor of its own
print("held", flush=True)
sys.stdin.read()
"""
HOLD = "import sys; f = open(sys.argv[1], sys.argv[2]); print('held', flush=True); sys.stdin.read()"


@pytest.fixture
def hold():
    """Start processes that hold a file open; they end with the test."""
    started = []

    def open_in_child(path, mode, script=HOLD):
        child = subprocess.Popen(
            [sys.executable, "-c", script, str(path), mode],
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


def test_a_command_of_many_lines_is_shown_on_one_short_line():
    holder = Holder(7, "python3 -c import time\nwhile True:\n    time.sleep(1)\n" + "x" * 200)

    assert str(holder) == (
        "pid 7 (python3 -c import time while True: time.sleep(1) " + "x" * 70 + "…)"
    )


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


def test_a_process_that_is_asked_to_be_left_out_is_not_named(index, hold):
    children = [hold(index, "r+b") for _ in range(2)]

    assert [holder.pid for holder in writers(index, but={children[0].pid})] == [children[1].pid]


@pytest.fixture
def in_wal_mode(index):
    """The index in WAL mode, with a log and shared memory beside it."""
    connection = apsw.Connection(str(index))
    connection.execute("PRAGMA journal_mode = WAL; DELETE FROM refs").fetchall()
    yield index
    connection.close()


def test_of_a_database_in_wal_mode_a_writer_is_named_and_a_reader_is_not(in_wal_mode, hold):
    hold(in_wal_mode, "READONLY", IN_WAL_MODE)
    writer = hold(in_wal_mode, "READWRITE", IN_WAL_MODE)

    assert [holder.pid for holder in writers(in_wal_mode)] == [writer.pid]


@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
def test_a_process_that_holds_a_log_alone_for_writing_is_named(in_wal_mode, hold, suffix):
    child = hold(f"{in_wal_mode}{suffix}", "r+b")

    assert [holder.pid for holder in writers(in_wal_mode)] == [child.pid]


def test_a_process_that_has_the_shared_memory_mapped_and_its_file_closed_is_named(
    in_wal_mode, hold
):
    child = hold(f"{in_wal_mode}-shm", "", MAP)

    assert [holder.pid for holder in writers(in_wal_mode)] == [child.pid]


def test_a_process_that_writes_to_a_database_deleted_since_is_named(index, empty, hold):
    child = hold(index, "r+b")
    empty.replace(index)

    assert [holder.pid for holder in writers(index)] == [child.pid]


def test_a_process_that_ended_writes_no_more(index, hold):
    child = hold(index, "r+b")
    child.communicate()

    assert writers(index) == []
