"""A long statement of SQLite ends where a signal came, as if it were Python."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import closing

import apsw
import pytest

from tasks import stopping

FOR_EVER = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT MAX(i) FROM n"


@pytest.fixture
def heeding(monkeypatch):
    monkeypatch.setattr(apsw, "connection_hooks", [])
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    stopping.heed_in_statements()
    yield
    stopping.asked.clear()
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_statement_without_end_ends_with_a_signal(heeding, number):  # noqa: ARG001 -- as set up
    signal.signal(number, stopping.ask)
    script = f"import os, time; time.sleep(0.3); os.kill({os.getpid()}, {int(number)})"
    with closing(apsw.Connection(":memory:")) as connection:
        sender = subprocess.Popen([sys.executable, "-c", script])
        with pytest.raises(stopping.Stopped):
            connection.execute(FOR_EVER).fetchall()
    sender.wait()

    assert stopping.asked == [number]


def test_a_statement_of_another_thread_ends_too(heeding):  # noqa: ARG001 -- as set up
    ended = []

    def run():
        with closing(apsw.Connection(":memory:")) as connection:
            try:
                connection.execute(FOR_EVER).fetchall()
            except apsw.InterruptError:
                ended.append("interrupted")

    thread = threading.Thread(target=run)
    thread.start()
    stopping.asked.append(signal.SIGTERM)
    thread.join(60)

    assert ended == ["interrupted"]
