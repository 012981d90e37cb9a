"""Opening an index: what is refused and why, and what threads and cut-overs do to a reader."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

import apsw
import pytest

from migrations import runner
from tasks.errors import FlagDayError, IndexDamaged, PreconditionFailed
from tasks.index import opening
from tasks.index.opening import OpenIndex
from tasks.store import generations
from tests.tasks.store.conftest import new_index, rows

ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT SUM(i) FROM n"


def execute(database, statement, *params):
    with closing(apsw.Connection(str(database))) as connection:
        connection.execute(statement, params)


def refusal(path):
    with pytest.raises(PreconditionFailed) as refused:
        OpenIndex(path)
    return refused.value.what, refused.value.next_step


def test_an_index_that_is_not_there_is_refused_and_not_made(tmp_path):
    path = tmp_path / "index.db"

    assert refusal(path) == (
        f"there is no index at {path}",
        f"Build one with `flagday run --db {path}`, or name another with --db.",
    )
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "index.db").write_text("not a database, but long enough to be taken for one")

    assert "is not an SQLite database" in refusal(tmp_path / "index.db")[0]


def test_a_database_without_a_lineage_is_no_index(tmp_path):
    execute(tmp_path / "index.db", "CREATE TABLE notes (text)")

    assert "is not a flagday index" in refusal(tmp_path / "index.db")[0]


@pytest.mark.parametrize(
    ("version", "said"),
    [
        (4, "has schema v4, not v5"),
        (6, "has schema v6, newer than this flagday, which knows v5"),
        (5, "has schema v5 of another flagday"),
    ],
)
def test_an_index_of_another_schema_is_refused(tmp_path, version, said):
    path = new_index(tmp_path / "index.db")
    execute(path, "UPDATE schema_migrations SET version = ?, checksum = ''", version)

    assert said in refusal(path)[0]


def test_an_older_index_without_a_record_is_known_by_its_tables(tmp_path):
    with closing(apsw.Connection(str(tmp_path / "index.db"))) as connection:
        runner.up(connection, to=3)
        connection.execute("DROP TABLE schema_migrations")

    assert refusal(tmp_path / "index.db") == (
        f"{tmp_path / 'index.db'} has schema v3, not v5",
        f"Rebuild it with `flagday run --db {tmp_path / 'index.db'}`. Nothing was changed.",
    )


def test_an_index_that_is_cut_short_is_damaged(index):
    os.truncate(index, index.stat().st_size // 2)

    assert re.search(r"is corrupt: it has \d+ bytes; its header says", refusal(index)[0])


def test_damage_that_a_question_meets_is_told(index):
    opened = OpenIndex(index)
    place = rows(index, "SELECT (rootpage - 1) * 4096 FROM sqlite_schema WHERE name = 'files'")
    with index.open("r+b") as file:
        file.seek(place[0][0])
        file.write(b"\xff" * 64)

    with pytest.raises(IndexDamaged, match="is corrupt: "):
        opened.ask("outcomes")
    opened.close()


def test_an_index_that_another_process_keeps_to_itself_is_locked(index, monkeypatch):
    monkeypatch.setattr("tasks.store.busy.WAIT_S", 0.001)
    writer = apsw.Connection(str(index))
    writer.execute("BEGIN EXCLUSIVE")
    said = refusal(index)[0]
    writer.close()

    assert "is locked by another process" in said


def test_a_link_to_a_generation_that_is_gone_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "_ATTEMPTS", 2)
    (tmp_path / "index.db").symlink_to("index.db.generations/1.db")
    what, next_step = refusal(tmp_path / "index.db")

    assert what.endswith("index.db.generations/1.db, which is being replaced, or gone")
    assert next_step.startswith("Ask again in a moment.")


def test_a_question_that_takes_too_long_is_given_up_and_the_next_one_is_answered(index):
    opened = OpenIndex(index, timeout_s=0.05)
    with pytest.raises(FlagDayError) as given_up, opened.connection() as connection:
        connection.execute(ENDLESS).fetchall()
    found = opened.ask("counts")
    opened.close()

    assert given_up.value.what == "the question was given up after 0.05 s"
    assert found[0] == ("roots", 2)


def test_a_reader_cannot_write(index):
    opened = OpenIndex(index)
    with pytest.raises(apsw.ReadOnlyError), opened.connection() as connection:
        connection.execute("DELETE FROM files")
    opened.close()


def test_what_was_closed_answers_no_more(index):
    opened = OpenIndex(index)
    opened.close()

    with pytest.raises(FlagDayError, match="was closed here"):
        opened.ask("counts")


@pytest.fixture
def service(tmp_path):
    """An index whose generations can be switched; each has one root, named after it."""
    path = tmp_path / "service.db"

    def switch(name):
        candidate = generations.candidate_of(path, name)
        candidate.parent.mkdir(exist_ok=True)
        execute(new_index(candidate), "INSERT INTO roots (name, location) VALUES (?, '/')", name)
        generations.seal(candidate)
        generations.switch(path, candidate)
        generations.prune(path)

    switch("first")
    return path, switch


def root_of(connection):
    return connection.execute("SELECT name FROM roots").get


def test_who_has_an_index_open_keeps_it_and_who_opens_it_anew_sees_the_new_one(service):
    path, switch = service
    old = OpenIndex(path)
    switch("second")
    new = OpenIndex(path)
    with old.connection() as kept, new.connection() as fresh:
        found = root_of(kept), root_of(fresh)
    old.close()
    new.close()

    assert found == ("first", "second")


@pytest.mark.parametrize("is_gone", [False, True])
def test_threads_share_one_generation_though_its_file_is_gone(service, is_gone):
    path, switch = service
    opened = OpenIndex(path)
    if is_gone:
        switch("second")
    together = Barrier(4)

    def ask(_):
        together.wait(timeout=30)
        with opened.connection() as connection:
            return root_of(connection)

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(ask, range(4)))
    opened.close()

    assert found == ["first"] * 4


def test_who_waits_too_long_for_a_connection_is_told(service):
    path, switch = service
    opened = OpenIndex(path, timeout_s=0.05)
    switch("second")
    with (
        opened.connection(),
        pytest.raises(FlagDayError, match=r"no connection was free within 0\.05 s"),
    ):
        opened.ask("counts")
    opened.close()


def test_threads_have_a_connection_each(service):
    path, _ = service
    opened = OpenIndex(path)
    together = Barrier(4)

    def ask(_):
        with opened.connection() as connection:
            together.wait(timeout=30)
            return id(connection)

    with ThreadPoolExecutor(4) as threads:
        found = set(threads.map(ask, range(4)))
    opened.close()

    assert len(found) == 4


def test_readers_in_threads_see_one_whole_generation_each_while_others_take_its_place(service):
    path, switch = service
    names = [f"generation {number}" for number in range(20)]

    def read(_):
        seen = []
        while not seen or seen[-1] != names[-1]:
            opened = OpenIndex(path)
            for _ in range(3):
                with opened.connection() as connection:
                    seen.append(root_of(connection))
            opened.close()
        return seen

    with ThreadPoolExecutor(4) as threads:
        readers = [threads.submit(read, number) for number in range(4)]
        for name in names:
            switch(name)
        found = [reader.result(timeout=60) for reader in readers]

    for seen in found:
        assert all(len(set(seen[at : at + 3])) == 1 for at in range(0, len(seen), 3))
        assert sorted(set(seen), key=seen.index) == sorted(set(seen), key=["first", *names].index)


def test_a_database_whose_record_of_versions_has_no_end_is_refused(tmp_path):
    path = tmp_path / "index.db"
    columns = "version, checksum, name, applied_at, execution_ms"
    endless = ENDLESS.replace("SUM(i)", "i, i, i, i, i")
    execute(path, f"CREATE VIEW schema_migrations ({columns}) AS {endless}")

    with pytest.raises(PreconditionFailed, match="keeps SQLite busy without end"):
        OpenIndex(path)
