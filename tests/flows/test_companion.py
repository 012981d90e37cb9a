"""No flag day and no way home touches what readers have written."""

import pytest

from flows import roll_back as way_home
from tasks.cache import Cache, Factors
from tasks.companion.place import companion_of
from tasks.read_plan import read_plan

ONE = Factors("summary", bytes(32))


@pytest.fixture(scope="module")
def begun(built):
    """A bench with an index in service, which lies in the root itself."""
    built.begin(**{".": {"a.py": "def f(): pass\n"}})
    return built


@pytest.fixture
def kept(indexed):
    """An analysis beside the index in service."""
    with Cache(indexed.db) as cache:
        cache.set(ONE, "costly")
    return companion_of(indexed.db)


def test_a_rebuild_a_rehearsal_and_a_roll_back_leave_the_companion_byte_for_byte(indexed, kept):
    before = kept.read_bytes()
    indexed.write(**{".": {"b.py": "x = 1\n"}})
    indexed.run(".", rehearse=True)
    indexed.run(".")
    way_home.roll_back(read_plan(None, {"db": indexed.db}), None)
    after = kept.read_bytes()
    with Cache(indexed.db) as cache:
        found = cache.get(ONE)

    assert (after, found) == (before, "costly")


def test_a_companion_inside_of_a_root_is_no_file_of_it(indexed, kept):
    indexed.run(".")

    assert kept.exists()
    assert indexed.rows("SELECT path FROM files ORDER BY path") == [("a.py",)]
