"""How one connection waits for another: by the laws of its patience, and beside a real writer."""

import threading

import apsw
from hypothesis import given
from hypothesis import strategies as st

from tasks.store.busy import Patience
from tests.tasks.store.conftest import rows


class Clock:
    """A clock that only sleeping moves; a sleep may last longer than it was asked to."""

    def __init__(self, late_s=0.0):
        self.now = 100.0
        self.pauses = []
        self._late_s = late_s

    def sleep(self, pause_s):
        self.pauses.append(pause_s)
        self.now += pause_s + self._late_s


def meet(patience, most=10_000):
    """Meet one lock until patience is at its end; return how often it was tried again."""
    return next(calls for calls in range(most) if not patience(calls))


@given(st.floats(0, 60), st.floats(0, 0.5))
def test_the_pauses_for_one_lock_never_exceed_its_bound(wait_s, late_s):
    clock = Clock(late_s)
    meet(Patience(wait_s, lambda: clock.now, clock.sleep))

    assert sum(clock.pauses) <= wait_s + 1e-6
    assert all(0 < pause_s <= 0.1 for pause_s in clock.pauses)


def test_pauses_grow_and_differ_between_two_who_wait():
    clocks = [Clock(), Clock()]
    for clock in clocks:
        meet(Patience(1.0, lambda clock=clock: clock.now, clock.sleep))
    one, other = (clock.pauses for clock in clocks)

    assert one != other
    assert [2**n / 2000 <= pause_s <= 2**n / 1000 for n, pause_s in enumerate(one[:6])] == [
        True
    ] * 6


def test_the_next_lock_is_waited_for_anew():
    clock = Clock()
    patience = Patience(0.5, lambda: clock.now, clock.sleep)

    assert (meet(patience) > 0, meet(patience) > 0) == (True, True)


def test_without_time_to_wait_the_first_lock_is_the_last():
    clock = Clock()

    assert (meet(Patience(0.0, lambda: clock.now, clock.sleep)), clock.pauses) == (0, [])


def test_a_writer_that_meets_another_writes_when_that_one_is_done(empty):
    first, second = apsw.Connection(str(empty)), apsw.Connection(str(empty))
    first.execute("BEGIN IMMEDIATE; INSERT INTO roots (name, location) VALUES ('first', '/a')")
    met, patience = threading.Event(), Patience(30.0)
    second.set_busy_handler(lambda calls: met.set() or patience(calls))
    writer = threading.Thread(
        target=second.execute, args=("INSERT INTO roots (name, location) VALUES ('second', '/b')",)
    )
    writer.start()
    met.wait(30)
    first.execute("COMMIT")
    writer.join(30)
    for connection in (first, second):
        connection.close()

    assert rows(empty, "SELECT name FROM roots ORDER BY name") == [("first",), ("second",)]
