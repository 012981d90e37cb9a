"""Tables of a candidate lose their rows, or the run says what protects them."""

import apsw
import pytest

from migrations.opening import FEW_STEPS
from tasks.errors import StepFailed
from tasks.store.emptying import empty

QUEUES = """
CREATE TABLE build_queue (id INTEGER PRIMARY KEY);
CREATE TABLE parse_queue (id INTEGER PRIMARY KEY, build REFERENCES build_queue (id));
CREATE TABLE attempts (id INTEGER PRIMARY KEY, build REFERENCES build_queue (id));
INSERT INTO build_queue VALUES (1);
INSERT INTO parse_queue VALUES (1, 1);
"""


@pytest.fixture
def queues():
    connection = apsw.Connection(":memory:")
    connection.execute(QUEUES).fetchall()
    yield connection
    connection.close()


def test_queues_that_refer_to_each_other_are_emptied_in_any_order(queues):
    empty(queues, ["build_queue", "parse_queue"])

    assert queues.execute("SELECT * FROM build_queue, parse_queue").fetchall() == []
    assert queues.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_queue_that_other_rows_refer_to_is_refused(queues):
    queues.execute("INSERT INTO attempts VALUES (1, 1)")

    with pytest.raises(StepFailed, match="deletion of all queues failed: FOREIGN KEY constraint"):
        empty(queues, ["build_queue", "parse_queue"])


def test_a_queue_that_a_trigger_protects_is_refused_by_name(queues):
    queues.execute(
        "CREATE TRIGGER keep BEFORE DELETE ON parse_queue BEGIN SELECT RAISE(ABORT, 'kept'); END"
    )

    with pytest.raises(StepFailed, match='DELETE FROM "parse_queue" failed: kept'):
        empty(queues, ["parse_queue"])


def test_a_trigger_without_end_stops_the_clearing(queues, monkeypatch):
    monkeypatch.setattr("tasks.store.emptying.ample", lambda _: FEW_STEPS)
    endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
    queues.execute("CREATE TABLE log (i)")
    queues.execute(
        f"CREATE TRIGGER r AFTER DELETE ON build_queue BEGIN INSERT INTO log {endless}; END"
    )
    with pytest.raises(StepFailed, match='DELETE FROM "build_queue" failed: interrupted'):
        empty(queues, ["parse_queue", "build_queue"])
