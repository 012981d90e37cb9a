"""One run at a time: who only looks whether there is one is in nobody's way."""

import fcntl
import threading
import time

import pytest

from tasks.errors import AnotherRun
from tasks.store.generations import folder_of
from tasks.store.lock import only_one, running


@pytest.fixture
def service(tmp_path):
    return tmp_path / "index.db"


@pytest.fixture
def lock(service):
    """The lock's file, as another process opens it."""
    folder_of(service).mkdir()
    with (folder_of(service) / "lock").open("a+") as lock:
        yield lock


def test_a_run_begins_although_somebody_looks_whether_there_is_one(service, lock):
    fcntl.flock(lock, fcntl.LOCK_SH)
    looked = threading.Timer(0.1, fcntl.flock, (lock, fcntl.LOCK_UN))
    looked.start()
    with only_one(service):
        said = running(service)
    looked.join()

    assert said.startswith("pid ")


def test_a_run_beside_another_one_is_refused(service, lock):
    fcntl.flock(lock, fcntl.LOCK_EX)
    lock.write("pid 7 on elsewhere\n")
    lock.flush()
    began = time.monotonic()

    with pytest.raises(AnotherRun, match="pid 7 on elsewhere"), only_one(service):
        pass
    assert time.monotonic() - began < 10


def test_a_run_that_fails_is_named_no_more(service):
    with pytest.raises(RuntimeError), only_one(service):
        raise RuntimeError

    assert (folder_of(service) / "lock").read_text() == ""
    assert running(service) == ""
