"""Which tables are queues, by name and columns, and which triggers fill them."""

import apsw
import pytest

from migrations import runner
from verification.inventory.model import Queue
from verification.inventory.queues import QueueNames, Refill, find_queues, refills, why_kept


@pytest.fixture
def database():
    """A database without a table, in memory."""
    connection = apsw.Connection(":memory:")
    yield connection
    connection.close()


def found(connection, ddl, **names):
    connection.execute(ddl).fetchall()
    return find_queues(connection, QueueNames(**names))


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ("build_queue (id, state)", "named a queue, with state"),
        ("queue (id, queued_at)", "named a queue, with queued_at"),
        ("BuildQueue (id, Status, Attempts)", "named a queue, with status and attempts"),
        ("Jobs (id, Status, QueuedAt)", "has status and queuedat, as queues do"),
        ("parse_queues (id, priority)", "named a queue, with priority"),
        ("pending_builds (id, status, enqueued_at)", "has status and enqueued_at, as queues do"),
        ("jobs (id, state, time_queued)", "has state and time_queued, as queues do"),
    ],
)
def test_a_table_is_a_queue_by_its_name_with_a_column_or_by_two_columns(database, table, why):
    name = table.split()[0]

    assert found(database, f"CREATE TABLE {table}") == (Queue(name, 0, why),)


@pytest.mark.parametrize(
    "table",
    [
        "reading_queue (book, note)",
        "queue_settings (name, state)",
        "queued_state (id)",
        "users (name, state)",
        "jobs (id, queued_at)",
        "masquerade (state)",
        "messages (state, queue_id)",
    ],
)
def test_a_name_or_a_column_alone_makes_no_queue(database, table):
    assert found(database, f"CREATE TABLE {table}") == ()


def test_a_view_is_no_queue(database):
    ddl = "CREATE VIEW build_queue AS SELECT 'waiting' AS state"

    assert found(database, ddl, named=("build_queue",)) == ()


def test_the_plan_names_queues_in_any_case_and_their_rows_are_counted(database):
    ddl = "CREATE TABLE Work (item); INSERT INTO Work VALUES (1), (2)"

    assert found(database, ddl, named=("work", "no_such_table")) == (
        Queue("Work", 2, "named by the plan"),
    )


def test_the_plan_excludes_what_looks_like_a_queue(database):
    ddl = "CREATE TABLE print_queue (id, state); CREATE TABLE build_queue (id, state)"

    assert found(database, ddl, excluded=("PRINT_QUEUE",)) == (
        Queue("build_queue", 0, "named a queue, with state"),
    )


def test_a_table_that_is_named_like_a_queue_and_kept_says_how_to_clear_it():
    assert [why_kept(name, ("Print_queue",)) for name in ("reading_queue", "print_queue", "a")] == [
        "named like a queue, without a queue's columns: legacy.queues would clear it",
        "no queue, says the plan",
        "does not depend on what is dropped",
    ]


@pytest.fixture
def newest(database):
    """A v5 index that was v4, with its queues."""
    runner.up(database)
    database.execute("CREATE TABLE notes (note)")
    return database


@pytest.mark.parametrize(
    ("triggers", "expected"),
    [
        (
            "CREATE TRIGGER again AFTER INSERT ON runs BEGIN"
            " INSERT INTO Build_Queue (state) VALUES (1); END",
            [Refill("runs", "again", "build_queue")],
        ),
        (
            "CREATE TRIGGER first AFTER INSERT ON files BEGIN INSERT INTO notes VALUES (1); END;"
            "CREATE TRIGGER second AFTER INSERT ON notes BEGIN"
            " UPDATE build_queue SET file_id = 1, state = 'pending'; END",
            [Refill("files", "second", "build_queue")],
        ),
        (
            "CREATE TRIGGER noted AFTER INSERT ON notes BEGIN"
            " INSERT INTO build_queue (state) VALUES (1); END",
            [],
        ),
        (
            "CREATE TRIGGER reads AFTER INSERT ON files BEGIN SELECT state FROM build_queue; END",
            [],
        ),
    ],
    ids=["directly", "through another trigger", "from a table of someone else", "reading only"],
)
def test_a_trigger_is_found_through_which_new_rows_of_the_index_fill_a_queue(
    newest, triggers, expected
):
    newest.execute(triggers).fetchall()

    assert list(refills(newest, ["build_queue"])) == expected
    assert newest.execute("SELECT COUNT(*) FROM build_queue").get == 0
