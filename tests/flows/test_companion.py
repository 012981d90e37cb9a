"""No flag day and no way home touches what readers have written."""

import pytest

from flows import roll_back as way_home
from tasks.cache import Cache, Factors
from tasks.companion.place import companion_of
from tasks.read_plan import read_plan
from tests.conftest import at_work

ONE = Factors("summary", bytes(32))


@pytest.fixture(scope="module")
def begun(built):
    """A bench with an index in service, which lies in the root itself."""
    built.begin(**{".": {"a.py": "def f(): pass\n"}})
    return built


@pytest.fixture
def bench(begun, monkeypatch):
    """The bench as its first day left it."""
    begun.bring_back()
    yield from at_work(begun, monkeypatch)


@pytest.fixture
def kept(bench):
    """An analysis beside the index in service."""
    with Cache(bench.db) as cache:
        cache.set(ONE, "costly")
    return companion_of(bench.db)


def test_a_rebuild_a_rehearsal_and_a_roll_back_leave_the_companion_byte_for_byte(bench, kept):
    before = kept.read_bytes()
    bench.write(**{".": {"b.py": "x = 1\n"}})
    bench.run(".", rehearse=True)
    bench.run(".")
    way_home.roll_back(read_plan(None, {"db": bench.db}), None)
    after = kept.read_bytes()
    with Cache(bench.db) as cache:
        found = cache.get(ONE)

    assert (after, found) == (before, "costly")


def test_a_companion_inside_of_a_root_is_no_file_of_it(bench, kept):
    bench.run(".")

    assert kept.exists()
    assert bench.rows("SELECT path FROM files ORDER BY path") == [("a.py",)]
