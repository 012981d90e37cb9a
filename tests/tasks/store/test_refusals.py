"""Each kind of refusal says what failed, what is safe and what to do."""

import apsw
import pyrage
import pytest

from tasks.errors import IndexDamaged, PreconditionFailed
from tasks.store import backups
from tasks.store.refusals import unusable
from tests.legacy import v4


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (apsw.BusyError, "is locked by another process"),
        (apsw.LockedError, "is locked by another connection of this process"),
        (apsw.ProtocolError, "cannot be locked: said"),
        (apsw.ReadOnlyError, "cannot be written to: said"),
        (apsw.FullError, "cannot grow: its disk is full"),
        (apsw.IOError, "cannot be read or written: its disk fails (said)"),
        (apsw.CantOpenError, "cannot be read: said"),
        (apsw.NoMemError, "cannot be read: memory is short"),
        (
            apsw.InterruptError,
            "keeps SQLite busy without end, as a view or a trigger can",
        ),
        (apsw.NotADBError, "is not an SQLite database"),
        (apsw.SQLError, "cannot be read: said"),
    ],
)
def test_an_error_of_sqlite_is_told_by_its_kind(tmp_path, error, what):
    refused = unusable(tmp_path / "index.db", error("said"))

    assert (type(refused), refused.what) == (PreconditionFailed, f"{tmp_path}/index.db {what}")
    assert refused.next_step.endswith(" Nothing was changed.")


def test_a_corrupt_database_is_damaged_and_the_command_that_rebuilds_it_is_named(tmp_path):
    refused = unusable(tmp_path / "an index.db", apsw.CorruptError("malformed"))

    assert (type(refused), refused.exit_code) == (IndexDamaged, 8)
    assert refused.what == f"{tmp_path}/an index.db is corrupt: malformed"
    assert f"`flagday run ROOT… --db '{tmp_path}/an index.db'`" in refused.next_step


def test_a_folder_is_told_as_such_whatever_sqlite_says_of_it(tmp_path):
    refused = unusable(tmp_path, apsw.IOError("disk I/O error"))

    assert (type(refused), refused.what, refused.next_step) == (
        PreconditionFailed,
        f"{tmp_path} is a folder, and the index is a file",
        f"Name a file, such as --db {tmp_path}/index.db. Nothing was changed.",
    )


@pytest.mark.parametrize("is_encrypted", [False, True])
def test_a_backup_is_told_as_such_with_the_command_that_makes_an_index_of_it(
    tmp_path, is_encrypted
):
    key = str(pyrage.x25519.Identity.generate().to_public())
    made = backups.make(v4(tmp_path / "i.db"), tmp_path / "a b", [key] if is_encrypted else [])
    refused = unusable(made.path, apsw.NotADBError("file is not a database"))

    assert (type(refused), refused.what) == (
        PreconditionFailed,
        f"{made.path} is a backup, and no index",
    )
    assert f"`flagday restore '{made.path}' --db OTHER`" in refused.next_step


def test_a_file_that_this_user_may_not_read_is_told_as_such(tmp_path, monkeypatch):
    (tmp_path / "index.db").touch()
    monkeypatch.setattr("os.access", lambda *_: False)  # root may read everything

    assert unusable(tmp_path / "index.db", apsw.CantOpenError("?")).what.endswith(
        "index.db cannot be read: this user may not read it"
    )
