"""Reading where SQLite may make no log: the folder is another user's, or mounted to be read."""

from contextlib import closing

import apsw
import pytest

from tasks.errors import PreconditionFailed
from tasks.index.opening import OpenIndex
from tasks.store.connection import open_read_only
from tasks.store.in_place import connect_to_read
from tasks.store.streaming import stream
from tasks.store.untouched import writable
from tests.tasks.store.conftest import rows


def _asked(index):
    with closing(OpenIndex(index)) as opened:
        return opened.ask("counts")[0]


@pytest.fixture
def theirs(index):
    """An index in WAL mode, in a folder that its owner alone may write to."""
    _asked(index)  # loads files of this project, which another user may have no right to read
    with closing(apsw.Connection(str(index))) as connection:
        connection.execute("PRAGMA journal_mode = WAL").fetchall()
    index.chmod(0o644)
    index.parent.chmod(0o755)
    return index


@pytest.fixture
def logged(theirs):
    """That index after a writer that left what is new in the log alone."""
    with closing(apsw.Connection(str(theirs))) as connection:
        connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        connection.execute("DELETE FROM refs")
    theirs.with_name(f"{theirs.name}-shm").unlink()
    theirs.with_name(f"{theirs.name}-wal").chmod(0o644)
    return theirs


def _counted(index):
    with closing(open_read_only(index)) as connection:
        return ("roots", connection.execute("SELECT COUNT(*) FROM roots").get)


@pytest.mark.parametrize("read", [_asked, _counted])
def test_an_index_in_a_folder_of_another_user_is_read_and_nothing_is_made_beside_it(
    theirs, nobody, read
):
    with nobody():
        found = read(theirs)

    assert found == ("roots", 2)
    assert list(theirs.parent.iterdir()) == [theirs]


def test_an_export_makes_nothing_beside_an_index(theirs):
    found = [row["root"] for table in stream(theirs, "export_files") for row in table.to_pylist()]

    assert (sorted(set(found)), list(theirs.parent.iterdir())) == (["left", "right"], [theirs])


def test_a_log_that_cannot_be_read_there_is_told_with_what_to_do(logged, nobody):
    with nobody(), pytest.raises(PreconditionFailed) as refused:
        connect_to_read(logged)

    assert refused.value.what == (
        f"{logged} cannot be read: it has a log, and this user may not write beside it"
    )
    assert "Ask once as a user who may" in refused.value.next_step


def test_once_its_owner_has_asked_others_read_the_log_too(logged, nobody):
    connect_to_read(logged).close()
    with nobody(), closing(connect_to_read(logged)) as reader:
        found = reader.execute("SELECT COUNT(*) FROM refs").get

    assert found == 0


def test_who_may_not_write_gets_a_copy_to_write_to_and_its_owner_the_index(theirs, nobody):
    with nobody(), writable(theirs) as copy:
        with closing(apsw.Connection(str(copy))) as connection:
            connection.execute("DELETE FROM refs")
        assert copy != theirs
    with writable(theirs) as own:
        assert own == theirs

    assert not copy.exists()
    assert rows(theirs, "SELECT COUNT(*) FROM refs") == [(3,)]
