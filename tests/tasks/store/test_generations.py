"""One index becomes the other: at once, whole, and without the log of the one before."""

import os
import stat
from datetime import UTC, datetime, timedelta

import apsw
import pytest

from tasks.store.generations import (
    brought_back,
    candidate_of,
    discard,
    discard_left,
    folder_of,
    generation_of,
    new_id,
    prune,
    scratch_of,
    seal,
    start,
    switch,
)
from tasks.store.lent_copies import SETTLED, folder_for_copy
from tests.tasks.store.conftest import rows

READ = "SELECT name FROM t ORDER BY rowid"


@pytest.fixture
def service(tmp_path):
    return tmp_path / "index.db"


def test_the_id_of_a_run_is_the_time_and_the_process(service, tmp_path):
    at = datetime(2026, 2, 3, 4, 5, 6, 7, tzinfo=UTC)

    assert new_id(service, tmp_path / "b", at) == f"20260203T040506.000007Z-{os.getpid():x}"


def test_ids_ascend_though_the_clock_goes_back_or_stands_still(service, tmp_path):
    backups, clock = tmp_path / "backups", datetime(2026, 2, 3, 4, 5, 6, 999_999, tzinfo=UTC)
    backups.mkdir()
    folder_of(service).mkdir()
    ids = []
    for hours in (0, -24, 0, -1, 100, 99):
        ids.append(new_id(service, backups, clock + timedelta(hours=hours)))
        if hours < 0:  # what is known of a run is its backup, or its generation
            (backups / f"index.db.{ids[-1]}.zst").touch()
        else:
            (folder_of(service) / f"20200101T000000.000000Z-1~{ids[-1]}.db").touch()

    assert ids == sorted(set(ids))


def test_an_id_of_no_time_at_all_stops_nothing(service, tmp_path):
    folder_of(service).mkdir()
    (folder_of(service) / "99999999T999999.999999Z-1.db").touch()

    assert new_id(service, tmp_path).startswith("2")


def database(path, *names, mode="DELETE"):
    """Make a database of some names; return the open connection."""
    path.parent.mkdir(exist_ok=True)
    connection = apsw.Connection(str(path))
    connection.execute(f"PRAGMA journal_mode = {mode}").fetchall()
    connection.execute("CREATE TABLE t (name TEXT)")
    connection.executemany("INSERT INTO t VALUES (?)", [(name,) for name in names])
    return connection


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def generation(service, run_id, name):
    """Make a sealed candidate that holds one name."""
    path = candidate_of(service, run_id)
    database(path, name).close()
    seal(path)
    return path


def test_the_first_switch_puts_a_link_in_the_place_of_the_database(service):
    database(service, "old").close()
    switch(service, generation(service, "1", "new"))

    assert rows(service, READ) == [("new",)]
    assert service.is_symlink()


def test_the_first_switch_leaves_no_log_that_old_rows_could_come_back_from(service):
    writer = database(service, "old", mode="WAL")
    writer.wal_autocheckpoint(0)
    writer.execute("INSERT INTO t VALUES ('only in the log')")
    switch(service, generation(service, "1", "new"))

    assert sorted(path.name for path in service.parent.iterdir()) == [
        "index.db",
        "index.db.generations",
    ]
    assert rows(service, READ) == [("new",)]
    writer.close()


def test_a_switch_where_there_was_no_index_puts_one_in_service(service):
    switch(service, generation(service, "1", "new"))

    assert rows(service, READ) == [("new",)]
    assert [path.name for path in folder_of(service).glob("*.db")] == ["1.db"]


def test_a_later_switch_leaves_the_one_before_as_it_was(service):
    first, second = generation(service, "1", "one"), generation(service, "2", "two")
    switch(service, first)
    switch(service, second)

    assert service.resolve() == second
    assert (rows(service, READ), rows(first, READ)) == ([("two",)], [("one",)])


def test_the_link_still_leads_to_the_index_after_the_folder_has_moved(service, tmp_path):
    switch(service, generation(service, "1", "one"))
    service.parent.rename(tmp_path.with_name("moved"))

    assert rows(tmp_path.with_name("moved") / "index.db", READ) == [("one",)]


def test_a_switch_after_one_that_was_broken_off_succeeds(service):
    candidate = generation(service, "1", "one")
    (service.parent / ".index.db.1.link").symlink_to("half way")
    switch(service, candidate)

    assert rows(service, READ) == [("one",)]


@pytest.mark.parametrize("is_first", [True, False])
def test_a_reader_keeps_the_index_that_it_has_open_until_it_connects_anew(service, is_first):
    if is_first:
        database(service, "old", mode="WAL").close()
    else:
        switch(service, generation(service, "1", "old"))
    reader = apsw.Connection(str(service), flags=apsw.SQLITE_OPEN_READONLY)
    reader.execute(READ).fetchall()
    switch(service, generation(service, "2", "new"))

    assert reader.execute(READ).fetchall() == [("old",)]
    assert rows(service, READ) == [("new",)]
    reader.close()


def test_pruning_keeps_the_index_in_service_alone(service):
    made = [generation(service, str(run_id), str(run_id)) for run_id in range(1, 4)]
    switch(service, made[1])
    made[0].with_name("1.db-wal").touch()
    made[0].with_name("0.db-shm").touch()  # of one that is gone already
    (folder_of(service) / ".unfinished.x").mkdir()
    (folder_of(service) / ".unfinished.stopped-builders.json").touch()
    scratch_of(service, "0").mkdir()
    pruned = prune(service)

    assert pruned == [made[0], made[2]]
    assert sorted(folder_of(service).iterdir()) == [made[1]]


def test_pruning_takes_away_what_killed_commands_left_beside_the_index(service):
    switch(service, generation(service, "1", "one"))
    (service.parent / ".index.db.0.link").symlink_to("half way")
    (service.parent / ".other.db.0.link").symlink_to("of another index")
    (service.parent / ".settled-killed").mkdir()
    (folder_of(service) / ".examined-killed").mkdir()
    with folder_for_copy(service.parent, SETTLED) as read:
        prune(service)
        beside = sorted(path.name for path in service.parent.glob(".*"))

    assert beside == sorted([".other.db.0.link", read.name])
    assert [path.name for path in folder_of(service).iterdir()] == ["1.db"]
    assert not read.exists()


def test_pruning_leaves_the_head_of_the_audit_log_to_whoever_is_writing_it(service):
    switch(service, generation(service, "1", "one"))
    (folder_of(service) / ".unfinished.audit.head").touch()
    prune(service)

    assert (folder_of(service) / ".unfinished.audit.head").exists()


def test_a_reader_reads_on_in_an_index_that_was_pruned(service):
    switch(service, generation(service, "1", "old"))
    reader = apsw.Connection(str(service), flags=apsw.SQLITE_OPEN_READONLY)
    reader.execute(READ).fetchall()
    switch(service, generation(service, "2", "new"))
    prune(service)

    assert reader.execute(READ).fetchall() == [("old",)]
    reader.close()


def test_a_generation_is_named_after_the_switch_that_first_brought_its_index(service):
    database(service, "old").close()
    plain = generation_of(service)
    switch(service, generation(service, "1", "one"))
    first = generation_of(service)
    again = brought_back(service, "1", "9")
    generation(service, "2", "two").rename(again)
    switch(service, again)

    assert (plain, first, generation_of(service)) == (None, "1", "1")


def test_what_was_there_before_the_first_switch_comes_back_as_the_origin(service):
    assert brought_back(service, None, "9") == folder_of(service) / "origin~9.db"


def test_a_link_of_someone_else_is_no_generation(service, tmp_path):
    database(tmp_path / "elsewhere.db", "a").close()
    service.symlink_to("elsewhere.db")

    assert generation_of(service) is None


def test_a_candidate_is_private_and_takes_the_mode_of_the_index_that_it_replaces(service):
    database(service, "old").close()
    service.chmod(0o640)
    candidate = candidate_of(service, "1")
    start(candidate)
    before = mode(candidate)
    database(candidate, "new").close()
    seal(candidate)
    switch(service, candidate)
    writer = apsw.Connection(str(service))
    writer.execute("INSERT INTO t VALUES ('x')")
    beside = {path.name: mode(path) for path in folder_of(service).iterdir()}
    writer.close()

    assert before == 0o600
    assert beside == {"1.db": 0o640, "1.db-wal": 0o640, "1.db-shm": 0o640}


def test_an_index_where_there_was_none_is_private(service):
    candidate = candidate_of(service, "1")
    start(candidate)
    seal(candidate)
    switch(service, candidate)

    assert mode(service) == 0o600


def test_a_sealed_candidate_lets_readers_read_while_one_writes(service):
    candidate = generation(service, "1", "one")

    assert rows(candidate, "PRAGMA journal_mode") == [("wal",)]


def test_a_discarded_candidate_leaves_nothing(service):
    candidate = generation(service, "1", "one")
    for suffix in ("-wal", "-shm", "-journal"):
        candidate.with_name(candidate.name + suffix).touch()
    discard(candidate)
    discard(candidate)

    assert list(folder_of(service).iterdir()) == []


def test_a_scratch_folder_that_is_gone_already_is_discarded(tmp_path):
    (tmp_path / "scratch/parts").mkdir(parents=True)
    for _ in range(2):
        discard_left(tmp_path / "scratch")

    assert list(tmp_path.iterdir()) == []
