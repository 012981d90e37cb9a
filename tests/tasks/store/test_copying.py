"""A copy has the bytes of the file, and all the rows that a reader would see."""

import hashlib
import subprocess
import sys

import apsw
import pytest

from tasks.errors import PreconditionFailed
from tasks.store.copying import at_rest, copy, digest
from tests.legacy import v4
from tests.tasks.store.conftest import rows


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def legacy(tmp_path):
    return v4(tmp_path / "legacy.db")


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_a_copy_has_the_very_bytes_of_the_file(legacy, tmp_path, mode):
    connection = apsw.Connection(str(legacy))
    connection.execute(f"PRAGMA journal_mode = {mode}").fetchall()
    connection.execute("DELETE FROM notes; DROP TABLE symbol_docs; PRAGMA user_version = 7")
    connection.close()
    before = sha256(legacy)
    copy(legacy, tmp_path / "copy.db")

    assert sha256(tmp_path / "copy.db") == before
    assert sha256(legacy) == before


def test_a_copy_of_an_empty_file_is_an_empty_file(tmp_path):
    (tmp_path / "empty.db").touch()
    copy(tmp_path / "empty.db", tmp_path / "copy.db")

    assert (tmp_path / "copy.db").read_bytes() == b""


def test_a_copy_has_the_rows_that_are_only_in_the_log(legacy, tmp_path):
    writer = apsw.Connection(str(legacy))
    writer.execute("PRAGMA journal_mode = WAL").fetchall()
    writer.wal_autocheckpoint(0)
    writer.execute("INSERT INTO notes VALUES (9, 'only in the log')")
    copy(legacy, tmp_path / "copy.db")
    writer.close()

    assert rows(tmp_path / "copy.db", "SELECT * FROM notes WHERE note_id = 9") == [
        (9, "only in the log")
    ]


def test_a_copy_beside_a_journal_takes_no_header_from_the_file(legacy, tmp_path):
    writer = apsw.Connection(str(legacy))
    writer.execute("PRAGMA journal_mode = PERSIST; PRAGMA user_version = 7").fetchall()
    writer.close()
    copy(legacy, tmp_path / "copy.db")

    assert (tmp_path / "copy.db").read_bytes()[:100] != legacy.read_bytes()[:100]
    assert rows(tmp_path / "copy.db", "PRAGMA user_version") == [(7,)]
    assert rows(tmp_path / "copy.db", "SELECT * FROM notes") == rows(legacy, "SELECT * FROM notes")


def test_what_stands_alone_is_lent_as_it_is_and_nobody_can_commit_to_it(legacy, tmp_path):
    writer = apsw.Connection(str(legacy))
    with at_rest(legacy, tmp_path) as lent, pytest.raises(apsw.BusyError):
        writer.execute("INSERT INTO notes VALUES (9, 'meanwhile')")
    writer.execute("INSERT INTO notes VALUES (9, 'afterwards')")
    writer.close()

    assert lent == legacy


def test_of_what_has_a_log_a_copy_is_lent_and_goes_again(legacy, tmp_path):
    writer = apsw.Connection(str(legacy))
    writer.execute("PRAGMA journal_mode = WAL").fetchall()
    writer.wal_autocheckpoint(0)
    writer.execute("INSERT INTO notes VALUES (9, 'only in the log')")
    (tmp_path / "scratch").mkdir()
    with at_rest(legacy, tmp_path / "scratch") as lent:
        found = rows(lent, "SELECT note FROM notes WHERE note_id = 9")
    writer.close()

    assert found == [("only in the log",)]
    assert list((tmp_path / "scratch").iterdir()) == []


def test_what_changed_while_it_was_lent_is_refused(legacy, tmp_path):
    def lend():
        with at_rest(legacy, tmp_path) as lent, lent.open("r+b") as file:
            file.seek(5000)
            file.write(b"no lock was asked for")

    with pytest.raises(PreconditionFailed, match="changed while it was read"):
        lend()


def test_a_digest_is_that_of_the_file(legacy):
    assert digest(legacy) == sha256(legacy)


def test_a_digest_tells_a_row_that_is_only_in_the_log(legacy):
    writer = apsw.Connection(str(legacy))
    writer.execute("PRAGMA journal_mode = WAL").fetchall()
    writer.wal_autocheckpoint(0)
    before = digest(legacy)
    writer.execute("INSERT INTO notes VALUES (9, 'only in the log')")
    after = digest(legacy)
    writer.close()

    assert before != after
    assert list(legacy.parent.glob("tmp*")) == []


def test_neither_copy_nor_digest_drops_a_lock_that_this_process_holds(legacy, tmp_path):
    holder = apsw.Connection(str(legacy))
    holder.execute("BEGIN IMMEDIATE")
    copy(legacy, tmp_path / "copy.db")
    digest(legacy)
    script = (
        "import apsw, sys; c = apsw.Connection(sys.argv[1])\n"
        "try: c.execute('BEGIN IMMEDIATE'); print('free')\n"
        "except apsw.BusyError: print('held')"
    )
    words = [sys.executable, "-c", script, str(legacy)]
    said = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    holder.close()

    assert said == "held\n"
