"""The lock of a flag day: late writers are refused, readers read, and no byte changes."""

import os
import signal
import subprocess
import sys

import apsw
import pytest

from tasks.errors import StepFailed
from tasks.store.write_lock import WriteLock
from tests.tasks.store.conftest import rows

WRITE = "import apsw, sys; apsw.Connection(sys.argv[1]).execute('DELETE FROM refs')"
MODES = pytest.mark.parametrize("mode", ["DELETE", "WAL"])


@pytest.fixture
def in_mode(index):
    """Put the index into a journal mode."""

    def switch(mode):
        connection = apsw.Connection(str(index))
        connection.execute(f"PRAGMA journal_mode = {mode}").fetchall()
        connection.close()
        return index

    return switch


@pytest.fixture
def lock():
    """Take locks that end with the test."""
    taken = []

    def take(database):
        taken.append(WriteLock(database, 0))
        return taken[-1]

    yield take
    for held in taken:
        held.release()


def error_of_a_late_writer(database):
    writer = subprocess.run(
        [sys.executable, "-c", WRITE, str(database)], capture_output=True, text=True, check=False
    )
    return writer.stderr.strip().rpartition("\n")[2]


@MODES
def test_a_late_writer_is_refused_and_a_reader_reads(in_mode, lock, mode):
    index = in_mode(mode)
    lock(index)

    assert error_of_a_late_writer(index) == "apsw.BusyError: database is locked"
    assert rows(index, "SELECT COUNT(*) FROM refs") == [(3,)]


@MODES
def test_the_lock_outlives_descriptors_that_this_process_opens_and_closes(in_mode, lock, mode):
    index = in_mode(mode)
    lock(index)
    index.read_bytes()
    with index.open("r+b"):
        pass
    rows(index, "SELECT COUNT(*) FROM refs")

    assert error_of_a_late_writer(index) == "apsw.BusyError: database is locked"


@MODES
def test_after_the_release_a_writer_writes(in_mode, lock, mode):
    index = in_mode(mode)
    lock(index).release()

    assert error_of_a_late_writer(index) == ""
    assert rows(index, "SELECT COUNT(*) FROM refs") == [(0,)]


@MODES
def test_the_lock_leaves_the_database_as_it_was_and_nothing_beside_it(in_mode, lock, mode):
    index = in_mode(mode)
    before = (index.read_bytes(), sorted(index.parent.iterdir()))
    lock(index).release()

    assert (index.read_bytes(), sorted(index.parent.iterdir())) == before


def test_commits_in_the_log_of_a_killed_writer_stay_there(in_mode, lock):
    index = in_mode("WAL")
    killed = (
        "import apsw, os, sys; c = apsw.Connection(sys.argv[1]);"
        "c.execute('DELETE FROM refs'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", killed, str(index)], check=False)
    before = index.read_bytes()
    lock(index).release()

    assert index.read_bytes() == before
    assert rows(index, "SELECT COUNT(*) FROM refs") == [(0,)]


@MODES
def test_a_database_that_a_writer_has_locked_is_refused(in_mode, lock, mode):
    index = in_mode(mode)
    writer = apsw.Connection(str(index))
    writer.execute("BEGIN IMMEDIATE")

    with pytest.raises(StepFailed, match=r"cannot be locked against writers: .*database is locked"):
        lock(index)
    writer.close()


def test_a_lock_whose_keeper_was_killed_is_lost_and_said_to_be(index, lock):
    held = lock(index)
    held.require()
    os.kill(held.pid, signal.SIGKILL)
    os.waitid(os.P_PID, held.pid, os.WEXITED | os.WNOWAIT)

    with pytest.raises(StepFailed, match=f"its keeper, pid {held.pid}, is gone"):
        held.require()


def test_the_lock_ends_with_the_process_that_holds_it(index):
    holder = (
        "import os, sys; from pathlib import Path; from tasks.store.write_lock import WriteLock;"
        "lock = WriteLock(Path(sys.argv[1]), 0); print(lock.pid, flush=True);"
        "os.kill(os.getpid(), 9)"
    )
    said = subprocess.run(
        [sys.executable, "-c", holder, str(index)], capture_output=True, text=True, check=False
    )
    WriteLock(index, wait_s=30).release()

    assert int(said.stdout) > 0
