"""Whoever waits for a worker when the block is left learns that the run is over."""

import ctypes
import os
import queue
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from tasks.worker import Bounds
from tasks.workers import Workers, WorkersEnded

BOUNDS = Bounds(content_timeout_s=60.0, memory_bytes=1 << 30)


def add(one, other, begin):
    begin(0)
    return one + other


def sleep_long(begin):
    begin(0)
    time.sleep(3600)


def sleep_briefly(begin):
    begin(0)
    time.sleep(0.5)


def ended_at_the_latest(threads):
    for thread in threads:
        thread.join(30)
    return not any(thread.is_alive() for thread in threads)


@pytest.mark.parametrize("idle", [True, False], ids=["while one is idle", "while all are at work"])
def test_those_who_wait_are_told_that_the_run_is_over(idle):
    told = []

    def call():
        try:
            workers.call(sleep_long)
        except WorkersEnded:
            told.append("over")

    with Workers(1, BOUNDS) as workers:
        workers.call(add, 1, 2)
        place = workers._idle.get() if idle else None  # on its way to the next who waits
        threads = [threading.Thread(target=call, daemon=True) for _ in range(3)]
        for thread in threads:
            thread.start()
        while not (idle or workers._busy):
            time.sleep(0.01)
        if idle:
            workers._idle.queue.append(place)  # back, but nobody was woken: the race of the exit

    assert ended_at_the_latest(threads)
    assert told == ["over"] * 3


CALLS = []


def nth_call(begin):
    begin(0)
    CALLS.append(1)
    return len(CALLS)


def test_who_is_alone_gets_a_new_process_whichever_place_is_free_next():
    with Workers(2, BOUNDS) as workers:
        both = [threading.Thread(target=workers.call, args=(sleep_briefly,)) for _ in range(2)]
        for thread in both:
            thread.start()
        for thread in both:
            thread.join()
        first_out = queue.Queue()
        for _ in range(2):
            first_out.put(workers._idle.get())
        workers._idle = first_out  # a warm worker comes before the place of one that was ended
        counts = [workers.call(nth_call), workers.call(nth_call), workers.call_alone(nth_call)]

    assert counts == [1, 1, 1]


def test_no_process_outlives_the_block():
    with Workers(2, BOUNDS) as workers:
        assert workers.call(add, 1, 2) == 3
        places = list(workers._idle.queue)

    assert [place.is_alive() for place in places if place] == [False]


def test_after_the_block_nothing_is_started():
    with Workers(1, BOUNDS) as workers:
        pass
    with pytest.raises(WorkersEnded):
        workers.call(add, 1, 2)


def hold_all_threads(begin):
    begin(1)
    ctypes.PyDLL(None).sleep(3600)  # as a grammar that hangs: the interpreter is not released


ORPHAN = """
import threading, time
from tasks import worker
from tests.tasks.test_workers import hold_all_threads
worker._MORE_FOR_MANY_S = 2.0
if __name__ == "__main__":
    made = worker.Worker(worker.Bounds(content_timeout_s=2.0, memory_bytes=1 << 30))
    threading.Thread(target=made.call, args=(hold_all_threads, ()), daemon=True).start()
    while not made._mark[0]:
        time.sleep(0.01)
    print(made._process.pid, flush=True)
    time.sleep(3600)
"""


def test_a_process_that_hangs_ends_although_its_parent_was_killed(tmp_path):
    (tmp_path / "orphan.py").write_text(ORPHAN)
    parent = subprocess.Popen(
        [sys.executable, tmp_path / "orphan.py"],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    hanging = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.wait()
    parent.stdout.close()
    _, left = psutil.wait_procs([hanging], timeout=60)
    for process in left:
        process.kill()

    assert left == []


ADDING = """
from tasks.workers import Workers
from tests.tasks.test_workers import BOUNDS, add
if __name__ == "__main__":
    with Workers(1, BOUNDS) as workers:
        print(workers.call(add, 1, 2))
"""


def test_no_process_imports_a_module_of_the_working_folder(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    (root / "multiprocessing.py").write_text("import os\nos.mkdir(f'sprung {os.getpid()}')\n")
    (tmp_path / "adding.py").write_text(ADDING)
    said = subprocess.run(
        [sys.executable, tmp_path / "adding.py"],
        cwd=root,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    ).stdout

    assert (said, [path.name for path in root.iterdir()]) == ("3\n", ["multiprocessing.py"])
