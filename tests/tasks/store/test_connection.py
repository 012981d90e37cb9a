"""Opening a database: each way for one purpose, and a reason where it is refused."""

import os
from pathlib import Path

import apsw
import pytest

from tasks.errors import PreconditionFailed
from tasks.store.connection import (
    open_candidate,
    open_read_only,
    open_to_migrate,
    quoted,
    sorting_beside,
)


def test_a_database_that_is_not_there_is_refused_and_not_made(tmp_path):
    with pytest.raises(PreconditionFailed, match="there is no database at"):
        open_read_only(tmp_path / "index.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("open_it", [open_read_only, open_to_migrate])
def test_a_file_that_is_no_database_is_refused(tmp_path, open_it):
    (tmp_path / "index.db").write_text("not a database, but long enough to be taken for one")

    with pytest.raises(PreconditionFailed, match="is not an SQLite database"):
        open_it(tmp_path / "index.db")


@pytest.mark.parametrize("open_it", [open_read_only, open_to_migrate])
def test_a_database_that_another_has_locked_is_refused(index, monkeypatch, open_it):
    monkeypatch.setattr("tasks.store.busy.WAIT_S", 0.001)
    writer = apsw.Connection(str(index))
    writer.execute("BEGIN EXCLUSIVE")

    with pytest.raises(PreconditionFailed, match="is locked by another process"):
        open_it(index)
    writer.close()


@pytest.mark.parametrize("open_it", [open_read_only, open_to_migrate])
def test_a_folder_is_refused(tmp_path, open_it):
    with pytest.raises(PreconditionFailed, match="is a folder, and the index is a file"):
        open_it(tmp_path)


def test_a_reader_cannot_write(index):
    reader = open_read_only(index)

    with pytest.raises(apsw.ReadOnlyError):
        reader.execute("DELETE FROM files")
    reader.close()


def test_a_candidate_keeps_no_journal_and_lets_nobody_in(index):
    candidate = open_candidate(index)
    candidate.execute("DELETE FROM refs")
    beside = [path.name for path in index.parent.iterdir()]
    other = apsw.Connection(str(index))

    assert beside == ["index.db"]
    with pytest.raises(apsw.BusyError):
        other.execute("SELECT COUNT(*) FROM refs").fetchall()
    other.close()
    candidate.close()


def test_a_candidate_that_was_in_wal_mode_is_no_more(index):
    before = apsw.Connection(str(index))
    before.execute("PRAGMA journal_mode = WAL").fetchall()
    before.close()
    candidate = open_candidate(index)

    assert candidate.execute("PRAGMA journal_mode").get == "off"
    candidate.close()


@pytest.mark.parametrize("name", ["plain", 'quo"ted', "a b", "select"])
def test_any_name_can_be_quoted(name):
    connection = apsw.Connection(":memory:")
    connection.execute(f"CREATE TABLE {quoted(name)} (x)")

    assert connection.execute("SELECT name FROM sqlite_schema").fetchall() == [(name,)]


SORT = """
WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 100000)
SELECT n, zeroblob(100) FROM numbers ORDER BY n % 7
"""


def folders_of_lost_files():
    """Name the folders of the files that this process holds open, and that have no name."""
    links = [link for link in Path("/proc/self/fd").iterdir() if link.is_symlink()]
    targets = [link.readlink() for link in links]
    return {target.parent for target in targets if target.name.endswith(" (deleted)")}


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux tells of such files")
def test_what_is_sorted_lies_beside_the_candidate_in_a_file_without_a_name(index):
    elsewhere = folders_of_lost_files()
    candidate = open_candidate(index)
    with sorting_beside(index):
        candidate.execute("PRAGMA cache_size = 1")
        cursor = candidate.execute(SORT)
        found = folders_of_lost_files() - elsewhere
    beside = [path.name for path in index.parent.iterdir()]
    cursor.close()
    candidate.close()

    assert (found, beside) == ({index.parent}, ["index.db"])


def test_sorting_beside_one_database_ends_with_it(tmp_path, monkeypatch):
    monkeypatch.setenv("SQLITE_TMPDIR", "before")
    with sorting_beside(tmp_path / "index.db"):
        during = os.environ["SQLITE_TMPDIR"]

    assert (during, os.environ["SQLITE_TMPDIR"]) == (str(tmp_path), "before")
