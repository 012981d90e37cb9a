"""One run at a time: who only looks whether there is one is in nobody's way."""

import fcntl
import threading
import time

import pytest

from tasks.errors import AnotherRun, PreconditionFailed
from tasks.store.generations import folder_of
from tasks.store.lock import only_one, require_free, running


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


def refusals(service):
    """Return what is said, with what to do, by who foretells and by who takes the lock."""
    with pytest.raises(PreconditionFailed) as foretold:
        require_free(service)
    with pytest.raises(PreconditionFailed) as refused, only_one(service):
        pass
    return [
        (type(each.value), each.value.what, each.value.next_step) for each in (foretold, refused)
    ]


def test_who_foretells_is_refused_as_the_run_beside_another_one_is(service, lock):
    fcntl.flock(lock, fcntl.LOCK_EX)
    lock.write("pid 7 on elsewhere\n")
    lock.flush()
    foretold, refused = refusals(service)

    assert foretold == refused
    assert foretold == (
        AnotherRun,
        f"another run has {service}: pid 7 on elsewhere",
        "Wait for it, or stop it. The index in service is unchanged.",
    )


def test_who_foretells_leaves_nothing_behind(service):
    require_free(service)

    assert list(service.parent.iterdir()) == []


def test_a_run_that_fails_is_named_no_more(service):
    with pytest.raises(RuntimeError), only_one(service):
        raise RuntimeError

    assert (folder_of(service) / "lock").read_text() == ""
    assert running(service) == ""
