"""Migrations run in order, whole or not at all, and the record says what ran."""

from datetime import datetime, timedelta

import apsw
import pytest

from migrations import runner
from migrations.catalogue import Migration, MigrationError, migrations
from tests.migrations.conftest import recorded, rows, schema

BROKEN = Migration(6, "broken", b"CREATE TABLE made (x); SELECT * FROM nowhere;", b"")


def states(connection):
    return [(entry.version, entry.state) for entry in runner.status(connection)]


def test_an_empty_database_has_everything_pending(connection):
    assert runner.current_version(connection) == 0
    assert states(connection) == [(version, "pending") for version in (1, 2, 3, 4, 5)]


def test_all_that_is_pending_is_applied_in_order(connection):
    assert runner.up(connection) == [1, 2, 3, 4, 5]
    assert states(connection) == [(version, "applied") for version in (1, 2, 3, 4, 5)]
    assert runner.up(connection) == []


def test_a_migration_up_stops_at_its_target(connection):
    assert runner.up(connection, to=3) == [1, 2, 3]
    assert states(connection)[2:] == [(3, "applied"), (4, "pending"), (5, "pending")]
    assert runner.up(connection, to=5) == [4, 5]


def test_a_version_that_was_leapt_over_is_superseded(connection):
    runner.apply(connection, migrations()[-1])

    assert states(connection)[3:] == [(4, "superseded"), (5, "applied")]
    assert runner.up(connection) == []


def test_the_record_tells_when_by_what_and_from_which_bytes(connection):
    runner.up(connection, to=4)
    ((version, name, checksum, applied_at, took_ms, tool_version),) = connection.execute(
        "SELECT * FROM schema_migrations WHERE version = 4"
    )

    assert (version, name, checksum) == (4, "file_bound", migrations()[3].checksum)
    assert datetime.fromisoformat(applied_at).utcoffset() == timedelta(0)
    assert took_ms >= 0
    assert tool_version == runner.installed_version("flagday")


def test_the_status_of_an_applied_migration_is_what_the_record_says(connection):
    runner.up(connection, to=4)
    connection.execute("UPDATE schema_migrations SET applied_at = 'then', execution_ms = 7")

    assert runner.status(connection)[3] == runner.MigrationStatus(
        4, "file_bound", migrations()[3].title, "applied", "then", 7
    )


@pytest.mark.parametrize(
    "migrate",
    [runner.up, lambda connection: runner.down(connection, to=0), runner.check],
    ids=["up", "down", "check"],
)
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE schema_migrations SET checksum = 'other' WHERE version = 4", "from other bytes"),
        ("INSERT INTO schema_migrations VALUES (6, 'next', '', '', 0, '')", "schema v6, newer"),
    ],
    ids=["changed", "unknown"],
)
def test_a_database_that_does_not_fit_the_lineage_is_refused(at_v4, migrate, change, said):
    at_v4.execute(change)
    before = schema(at_v4)

    with pytest.raises(MigrationError, match=said):
        migrate(at_v4)
    assert schema(at_v4) == before


def test_changed_and_unknown_versions_are_told_apart(at_v4):
    at_v4.execute("UPDATE schema_migrations SET checksum = 'other' WHERE version = 4")
    at_v4.execute("INSERT INTO schema_migrations VALUES (6, 'next', '', '', 0, '')")

    assert states(at_v4)[3:] == [(4, "changed"), (5, "superseded"), (6, "unknown")]
    assert runner.status(at_v4)[5].title == "made by a newer flagday"


def test_a_target_that_is_no_version_is_refused(at_v4):
    for migrate in (runner.up, runner.down):
        with pytest.raises(MigrationError, match="there is no schema v6") as refused:
            migrate(at_v4, to=6)
        assert refused.value.next_step == "Known versions: 0, 1, 2, 3, 4, 5."


def test_up_does_not_go_back(at_v5):
    with pytest.raises(MigrationError, match="the database is at v5, past v4") as refused:
        runner.up(at_v5, to=4)
    assert refused.value.next_step.startswith("To go back: flagday migrate down --to 4.")


def test_down_reverts_the_newest_first(connection):
    runner.up(connection)

    assert runner.down(connection, to=0) == [5, 4, 3, 2, 1]
    assert (schema(connection), recorded(connection)) == ([], [])


def test_down_to_where_the_database_is_does_nothing(at_v4):
    before = schema(at_v4)

    assert runner.down(at_v4, to=4) == []
    assert schema(at_v4) == before


def test_down_does_not_go_on(at_v4):
    with pytest.raises(MigrationError, match="the database is at v4, before v5") as refused:
        runner.down(at_v4, to=5)
    assert refused.value.next_step.startswith("To go on: flagday migrate up --to 5.")


def test_going_down_from_an_index_that_began_at_v5_records_v4(connection):
    runner.apply(connection, migrations()[-1])
    runner.down(connection, to=4)

    assert states(connection)[2:] == [(3, "superseded"), (4, "applied"), (5, "pending")]


@pytest.mark.parametrize(
    "leaving", [b"COMMIT", b"ROLLBACK", b"SAVEPOINT s", b"ATTACH ':memory:' AS other"]
)
def test_a_script_cannot_leave_its_transaction(at_v5, leaving):
    before = (schema(at_v5), recorded(at_v5))

    with pytest.raises(MigrationError, match="not authorized"):
        runner.apply(at_v5, Migration(6, "leaving", b"CREATE TABLE made (x); " + leaving, b""))
    assert (schema(at_v5), recorded(at_v5)) == before
    assert at_v5.authorizer is None


def test_a_transaction_of_the_caller_is_not_ended(at_v4):
    at_v4.execute("BEGIN")
    at_v4.execute("INSERT INTO notes VALUES (8, 'uncommitted')")

    with pytest.raises(MigrationError, match="within a transaction"):
        runner.up(at_v4)
    assert at_v4.in_transaction
    assert (8, "uncommitted") in rows(at_v4, "notes")["notes"]


def test_a_migration_that_is_interrupted_leaves_nothing(at_v4):
    def interrupt(_cursor, statement, _bindings):
        if "CREATE TABLE asts" in statement:
            raise KeyboardInterrupt
        return True

    before = (schema(at_v4), recorded(at_v4), rows(at_v4, "symbols", "notes"))
    at_v4.exec_trace = interrupt
    with pytest.raises(KeyboardInterrupt):
        runner.up(at_v4)
    at_v4.exec_trace = None

    assert not at_v4.in_transaction
    assert (schema(at_v4), recorded(at_v4), rows(at_v4, "symbols", "notes")) == before


def test_a_database_that_another_process_writes_to_is_refused_and_kept(at_v4):
    other = apsw.Connection(at_v4.filename)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(MigrationError, match="locked"):
        runner.up(at_v4)
    other.execute("ROLLBACK")
    other.close()
    assert recorded(at_v4) == [1, 2, 3, 4]


def test_a_script_that_fails_leaves_nothing(at_v5):
    before = (schema(at_v5), recorded(at_v5))

    with pytest.raises(MigrationError, match="the migration does not run: no such table: nowhere"):
        runner.apply(at_v5, BROKEN)
    assert (schema(at_v5), recorded(at_v5)) == before
    assert not at_v5.in_transaction


def test_a_way_back_that_fails_leaves_everything(at_v5):
    at_v5.execute("DROP TABLE imports")
    before = (schema(at_v5), recorded(at_v5), rows(at_v5, "symbols", "files", "runs"))

    with pytest.raises(MigrationError, match="no such table: imports"):
        runner.down(at_v5, to=4)
    assert (schema(at_v5), recorded(at_v5), rows(at_v5, "symbols", "files", "runs")) == before


def test_others_see_the_whole_migration_or_nothing_of_it(at_v4):
    other = apsw.Connection(at_v4.filename, flags=apsw.SQLITE_OPEN_READONLY)
    seen = []
    at_v4.set_progress_handler(lambda: seen.append(runner.current_version(other)) or False, 20)
    runner.up(at_v4)
    at_v4.set_progress_handler(None)
    seen.append(runner.current_version(other))
    other.close()

    assert set(seen) == {4, 5}
    assert seen == sorted(seen)
