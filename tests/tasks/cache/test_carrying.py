"""The cache of a v4 index comes over once, however often it is carried."""

from contextlib import closing

import apsw
import pytest
import zstandard

from tasks.cache import Cache, Factors
from tasks.cache.carrying import carry_over
from tasks.cache.statistics import cache_stats
from tasks.companion.place import companion_of

CONTENT = bytes(range(32))


@pytest.fixture
def legacy(index):
    """Write the cache tables of v4 and nothing else."""

    def make(*entries):
        with closing(apsw.Connection(str(index))) as connection:
            connection.execute(
                "CREATE TABLE cache_entries (cache_key TEXT PRIMARY KEY, content_hash TEXT,"
                " value BLOB, created_at TEXT) WITHOUT ROWID;"
                "CREATE TABLE cache_stats (cache_type TEXT PRIMARY KEY, hits, misses);"
                "INSERT INTO cache_stats VALUES ('summary', 3, 1)"
            )
            connection.executemany("INSERT INTO cache_entries VALUES (?, ?, ?, ?)", entries)
        return index

    return make


def entry(key, text, content=CONTENT):
    return (key, content.hex(), zstandard.compress(text), "2024-02-03 04:05:06")


def found(index, *keys):
    with Cache(index) as cache:
        return cache.get_many([Factors("v4", CONTENT, prompt_hash=key) for key in keys])


def test_a_value_is_found_by_its_content_and_its_old_key(legacy):
    index = legacy(entry("a", b'{"n": 1}'), entry("b", b"no JSON, but text"), entry("c", b"NaN"))
    carried = carry_over(index)

    assert found(index, "a", "b", "c") == [{"n": 1}, "no JSON, but text", "NaN"]
    assert (carried.read, carried.fates.total(), carried.verified) == (3, 3, 3)


def test_what_is_carried_over_twice_is_there_once(legacy):
    index = legacy(entry("a", b"1"))
    carry_over(index)
    with Cache(index) as cache:
        before = cache_stats(cache)
    again = carry_over(index)
    with Cache(index) as cache:
        after = cache_stats(cache)

    assert again.fates == {"already there": 1}
    assert after == before
    assert (after.by_type["summary"].hits, after.by_type["summary"].misses) == (3, 1)


def test_what_cannot_be_read_is_counted_and_the_rest_comes(legacy):
    whole = zstandard.compress(b'"whole"')
    index = legacy(
        entry("a", b'"whole"'),
        ("cut", CONTENT.hex(), whole[:-1], None),
        ("bytes", CONTENT.hex(), zstandard.compress(b"\xff"), None),
        ("empty", CONTENT.hex(), None, None),
        entry("null", b"null"),
        entry("no hash", b"1", content=b"short"),
    )
    carried = carry_over(index)

    assert found(index, "a") == ["whole"]
    assert carried.refused == {
        "its value cannot be read": 4,
        "its content cannot be identified": 1,
    }


def test_the_index_is_only_read(legacy):
    index = legacy(entry("a", b"1"))
    before = index.read_bytes()
    carry_over(index)

    assert index.read_bytes() == before


def test_an_index_that_kept_nothing_begins_no_companion(index):
    with closing(apsw.Connection(str(index))) as connection:
        connection.execute("CREATE TABLE t (x)")
    carry_over(index)

    assert not companion_of(index).exists()
