"""The companion begins on the first write, and never keeps anyone from the index."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from migrations.catalogue import migrations
from tasks.companion.beginning import LINEAGE
from tasks.companion.opening import VERSION, open_existing, open_or_begin
from tasks.companion.place import companion_of, quarantined
from tasks.errors import PreconditionFailed
from tasks.own_folders import own_folders
from tests.tasks.companion.conftest import change, mode, names

MARK = "INSERT INTO query_stats VALUES ('where', 0, 1, 1)"


def marks(connection):
    with closing(connection):
        return connection.execute("SELECT kind FROM query_stats").fetchall()


def test_the_version_that_is_opened_at_once_is_the_newest_of_the_lineage():
    assert migrations(LINEAGE)[-1].version == VERSION


def test_to_read_begins_nothing(index):
    assert open_existing(index) is None
    assert names(index.parent) == []


def test_the_first_write_begins_a_companion_that_its_owner_alone_may_read(index):
    connection = open_or_begin(index)
    connection.execute(MARK)
    found = {path.name: mode(path) for path in index.parent.iterdir()}
    connection.close()

    assert found == {
        "index.db.companion.db": 0o600,
        "index.db.companion.db-shm": 0o600,
        "index.db.companion.db-wal": 0o600,
    }
    assert marks(open_existing(index)) == [("where",)]
    assert names(index.parent) == ["index.db.companion.db"]


def test_a_companion_lies_beside_the_link_that_readers_open(tmp_path):
    (tmp_path / "index.db.generations").mkdir()
    (tmp_path / "index.db").symlink_to("index.db.generations/one.db")
    open_or_begin(tmp_path / "index.db").close()

    assert names(tmp_path) == ["index.db", "index.db.companion.db", "index.db.generations"]


def test_where_there_is_no_folder_none_is_made(tmp_path):
    with pytest.raises(PreconditionFailed, match="cannot be made: No such file or directory"):
        open_or_begin(tmp_path / "mistyped" / "index.db")

    assert names(tmp_path) == []


def test_a_companion_is_in_wal_mode_and_can_give_pages_back(companion):
    with closing(apsw.Connection(str(companion))) as connection:
        settings = [
            connection.execute(f"PRAGMA {name}").get for name in ("journal_mode", "auto_vacuum")
        ]

    assert settings == ["wal", 2]


def test_many_begin_one_companion(index):
    def begin(_):
        with closing(open_or_begin(index)) as connection:
            connection.execute(
                "INSERT INTO query_stats VALUES ('where', 0, 1, 1)"
                " ON CONFLICT DO UPDATE SET queries = queries + 1"
            )

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(begin, range(24)))
    with closing(open_existing(index)) as connection:
        counted = connection.execute("SELECT queries FROM query_stats").get

    assert counted == 24
    assert names(index.parent) == ["index.db.companion.db"]


def test_a_companion_of_a_newer_flagday_is_refused_and_stays(index, companion):
    change(companion, "INSERT INTO schema_migrations VALUES (9, 'next', '', '', 0, '')")
    before = companion.read_bytes()

    with pytest.raises(PreconditionFailed, match="schema v9, newer than this flagday"):
        open_existing(index)

    with pytest.raises(PreconditionFailed, match="schema v9, newer than this flagday"):
        open_or_begin(index)

    assert companion.read_bytes() == before


def test_a_database_of_another_make_is_refused_and_stays(index):
    change(companion_of(index), "CREATE TABLE notes (note)")

    with pytest.raises(PreconditionFailed, match="of another make"):
        open_or_begin(index)

    assert names(index.parent) == ["index.db.companion.db"]


@pytest.mark.parametrize(
    "damage", [b"no database at all" * 99, b"SQLite format 3\0" + b"\xff" * 999, b""]
)
def test_a_damaged_companion_is_moved_away_with_its_bytes_told_and_a_new_one_begun(
    index, damage, caplog
):
    companion_of(index).write_bytes(damage)
    open_or_begin(index).close()
    (away,) = quarantined(index)

    assert caplog.messages == [
        f"{companion_of(index)} is damaged and now {away}: what it keeps is missed"
    ]
    assert away.read_bytes() == damage
    assert marks(open_existing(index)) == []


def test_the_log_of_an_emptied_companion_is_moved_away_with_it(index):
    companion_of(index).touch()
    companion_of(index).with_name("index.db.companion.db-wal").write_bytes(b"log")
    open_or_begin(index).close()
    (away,) = quarantined(index)

    assert away.with_name(f"{away.name}-wal").read_bytes() == b"log"


def test_the_log_of_a_damaged_companion_is_never_that_of_a_new_one(index, companion, monkeypatch):
    rename, moved = Path.rename, []

    def killed_after_the_first(path, target):
        if moved:
            raise KeyboardInterrupt
        moved.append(path.name)
        return rename(path, target)

    with closing(apsw.Connection(str(companion))) as reader:
        reader.execute("SELECT * FROM query_stats").fetchall()  # so that the log stays
        change(companion, MARK)
        companion.write_bytes(b"no database" * 9999)
        with monkeypatch.context() as patched:
            patched.setattr(Path, "rename", killed_after_the_first)
            with pytest.raises(KeyboardInterrupt):
                open_or_begin(index)
        found = marks(open_or_begin(index))

    assert found == []


def test_for_a_reader_a_damaged_companion_is_none(index):
    companion_of(index).write_bytes(b"no database" * 99)

    assert open_existing(index) is None
    assert len(quarantined(index)) == 1


def test_a_damaged_companion_that_cannot_be_moved_is_told(index, nobody, caplog):
    companion_of(index).write_bytes(b"")
    companion_of(index).chmod(0o444)
    index.parent.chmod(0o555)
    with nobody():
        assert open_existing(index) is None

    assert caplog.messages == [
        f"{companion_of(index)} is damaged and stays where it is: Permission denied"
    ]


def test_in_a_folder_that_nobody_may_write_to_a_companion_is_read(index, companion, nobody):
    change(companion, MARK)
    index.parent.chmod(0o555)
    companion.chmod(0o444)
    with nobody():
        found = marks(open_existing(index))
        with pytest.raises(PreconditionFailed, match="cannot be written to"):
            open_or_begin(index)

    assert found == [("where",)]


def test_a_companion_and_what_was_quarantined_belong_to_the_index(index, companion):
    companion.rename(companion.with_name(f"{companion.name}.damaged-1.db"))
    ours = own_folders(index, None, index.parent / "backups")

    assert companion in ours
    assert companion.with_name(f"{companion.name}-wal") in ours
    assert quarantined(index)[0] in ours
