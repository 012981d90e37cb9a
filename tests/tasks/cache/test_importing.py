"""What another cache knows comes in whole, re-keyed and counted; the source is only read."""

import hashlib
import json
from contextlib import closing
from itertools import chain

import apsw
import pytest
import zstandard

from tasks.cache import Cache, Item, Tokens
from tasks.cache.accounting import now_ms
from tasks.cache.entries import Entry, History
from tasks.cache.exporting import lines
from tasks.cache.importing import import_from
from tasks.cache.keys import key_of
from tasks.cache.listing import entries
from tasks.cache.selection import Selection
from tasks.cache.sources import read_source
from tasks.cache.statistics import cache_stats
from tasks.errors import PlanInvalid
from tests.tasks.cache.conftest import DAMAGED, damage, factors

SOURCE = b"def f(): pass\n"
HASH = hashlib.sha256(SOURCE).hexdigest()
OLD = (
    "cache_type, repo_path, file_path, file_hash, cache_key, provider, model, prompt_hash,"
    " schema_version, result_blob, tokens_used, file_size, created_at, last_accessed, access_count"
)


@pytest.fixture
def old(tmp_path):
    """Write the database of an older cache; the defaults of a row are told by name."""
    path = tmp_path / "old.db"

    def make(*changes, in_wal_mode=False):
        row = {
            "cache_type": "summary",
            "repo_path": str(tmp_path),
            "file_path": "f.py",
            "file_hash": HASH,
            "cache_key": "0" * 64,
            "provider": "mill",
            "model": "large",
            "prompt_hash": "p",
            "schema_version": "1",
            "result_blob": zstandard.compress(b'{"text":"f does nothing"}'),
            "tokens_used": 900,
            "file_size": len(SOURCE),
            "created_at": "2024-02-03 04:05:06",
            "last_accessed": 1_710_000_000,
            "access_count": 7,
        }
        with closing(apsw.Connection(str(path))) as connection:
            if in_wal_mode:
                connection.pragma("journal_mode", "WAL")
            connection.execute(f"CREATE TABLE entries (id INTEGER PRIMARY KEY, {OLD})")
            connection.executemany(
                f"INSERT INTO entries ({OLD}) VALUES ({', '.join('?' * 15)})",
                [tuple({**row, **change}.values()) for change in changes],
            )
        return path

    return make


def imported(cache, *paths):
    return import_from(cache, chain.from_iterable(map(read_source, paths)))


def kept(cache):
    return list(entries(cache, Selection()))


def test_a_row_of_an_older_cache_comes_in_with_all_that_was_known_of_it(cache, old):
    told = imported(cache, old({}))
    ((entry, value),) = kept(cache)
    identity = factors(prompt="p")
    identity = type(identity)("summary", bytes.fromhex(HASH), "mill", "large", "p", "1")

    assert value == {"text": "f does nothing"}
    assert entry == Entry(
        key=key_of(identity),
        factors=identity,
        tokens=Tokens(input=900),
        json_bytes=25,
        stored_bytes=entry.stored_bytes,
        cost_nano=900 * 3000,
        created_at_ms=1_706_933_106_000,
        updated_at_ms=1_706_933_106_000,
        accessed_at_ms=1_710_000_000_000,
        access_count=7,
    )
    assert (told.read, told.fates, told.verified) == (1, {"imported": 1}, 1)


def test_keys_of_32_characters_could_never_hit_and_are_counted(cache, old):
    told = imported(cache, old({"cache_key": "a" * 32}, {"file_hash": "b" * 64}))
    found = cache.get(kept(cache)[0][0].factors)

    assert (told.rekeyed, told.never_hit) == (2, 1)
    assert found == {"text": "f does nothing"}


def test_of_several_rows_with_one_key_the_newest_comes_in(cache, old):
    told = imported(
        cache,
        old(
            {"cache_key": "a", "result_blob": '"older"', "created_at": "2023-01-01"},
            {"cache_key": "b", "result_blob": '"newest"', "created_at": "2025-01-01"},
            {"cache_key": "c", "result_blob": '"newest"', "created_at": "2024-01-01"},
        ),
    )

    assert [value for _, value in kept(cache)] == ["newest"]
    assert told.fates == {
        "imported": 1,
        "already there": 1,
        "already there with another value, which stays": 1,
    }


@pytest.mark.parametrize("frame", DAMAGED)
def test_a_value_that_cannot_be_read_any_more_is_replaced_by_one_that_comes_in(cache, old, frame):
    path = old({})
    imported(cache, path)
    damage(cache, frame)
    before = list(lines(cache, Selection()))
    told = imported(cache, path)

    assert before == [None]
    assert (told.fates, told.verified) == ({"imported": 1}, 1)
    assert [value for _, value in kept(cache)] == [{"text": "f does nothing"}]


@pytest.mark.parametrize("time", [1e300, -1e300, 10**18, -1])
def test_a_time_that_no_clock_tells_is_none(cache, old, time):
    before = now_ms()
    told = imported(cache, old({"created_at": time, "last_accessed": time}))
    ((entry, _),) = kept(cache)

    assert told.fates == {"imported": 1}
    assert before <= entry.created_at_ms <= now_ms()


def test_what_is_there_stays_and_an_import_twice_changes_nothing(cache, old):
    path = old({}, {"file_hash": "c" * 64})
    imported(cache, path)
    before, stats = kept(cache), cache_stats(cache)
    told = imported(cache, path)

    assert told.fates == {"already there": 2}
    assert (kept(cache), cache_stats(cache)) == (before, stats)


@pytest.mark.parametrize("hashed", [hashlib.md5, hashlib.sha1, hashlib.sha512])
def test_another_hash_is_told_by_the_file_where_it_is_still_the_same(cache, old, tmp_path, hashed):
    (tmp_path / "f.py").write_bytes(SOURCE)
    imported(cache, old({"file_hash": hashed(SOURCE).hexdigest()}))

    assert [entry.factors.content_hash.hex() for entry, _ in kept(cache)] == [HASH]


def test_what_cannot_come_in_is_counted_with_its_reason_and_its_place(cache, old, tmp_path):
    (tmp_path / "f.py").write_bytes(SOURCE)
    path = old(
        {"file_hash": hashlib.md5(b"of before").hexdigest()},
        {"file_hash": hashlib.md5(SOURCE).hexdigest(), "file_path": "gone.py"},
        {"file_hash": None},
        {"result_blob": zstandard.compress(b'"cut off"')[:-1]},
        {"result_blob": "null"},
        {"result_blob": None},
        {"cache_type": None},
        {"result_blob": "NaN"},
    )
    told = imported(cache, path)

    assert told.refused == {
        "its content cannot be identified": 3,
        "its value cannot be read": 4,
        "it does not say of what type it is": 1,
    }
    assert told.refusals[0] == f"{path}:entries:1: its content cannot be identified"
    assert kept(cache) == []


@pytest.mark.parametrize("in_wal_mode", [False, True])
def test_not_a_byte_of_the_source_or_beside_it_changes(cache, old, tmp_path, in_wal_mode):
    path = old({}, in_wal_mode=in_wal_mode)
    before = path.read_bytes(), path.stat().st_mtime_ns, sorted(tmp_path.glob("old*"))
    imported(cache, path)

    assert (path.read_bytes(), path.stat().st_mtime_ns, sorted(tmp_path.glob("old*"))) == before


def test_a_folder_of_json_files_comes_in_whatever_else_is_in_it(cache, tmp_path):
    folder = tmp_path / "json"
    (folder / "deep").mkdir(parents=True)
    one = {"type": "review", "file_hash": HASH, "result": [1, 2], "tokens": {"output": 5}}
    (folder / "deep" / "one.json").write_text(json.dumps({**one, "unknown": "ignored"}))
    (folder / "two.json").write_text(json.dumps({**one, "type": "metrics", "created_at": 0}))
    (folder / "list.json").write_text("[1]")
    (folder / "broken.json").write_text('{"type": ')
    (folder / "notes.txt").write_text("not looked at")
    told = imported(cache, folder)

    assert {entry.factors.cache_type: value for entry, value in kept(cache)} == {
        "review": [1, 2],
        "metrics": [1, 2],
    }
    assert {entry.tokens for entry, _ in kept(cache)} == {Tokens(output=5)}
    assert (told.read, told.fates, told.refused) == (
        4,
        {"imported": 2},
        {"it is no record of an analysis": 2},
    )


def test_what_is_exported_is_imported_as_it_was(cache, clock, tmp_path):
    cache.set_many(
        Item(factors(n), {"n": n}, Tokens(n, n, n), History(10**12 + n, 2 * 10**12, n))
        for n in range(5)
    )
    file = tmp_path / "out.jsonl"
    file.write_text("".join(f"{line}\n" for line in lines(cache, Selection())))
    with Cache(tmp_path / "other.db", clock=clock) as other:
        imported(other, file)
        told = [(e.factors, e.tokens, e.created_at_ms, e.access_count, v) for e, v in kept(other)]

    assert told == [
        (e.factors, e.tokens, e.created_at_ms, e.access_count, v) for e, v in kept(cache)
    ]


def test_a_dry_run_tells_what_would_come_in_and_begins_nothing(cache, old, tmp_path):
    told = import_from(cache, read_source(old({})), is_dry_run=True)

    assert (told.fates, told.verified) == ({"imported": 1}, 0)
    assert not (tmp_path / "index.db.companion.db").exists()


def test_a_source_that_is_no_cache_is_refused(cache, tmp_path):
    with closing(apsw.Connection(str(tmp_path / "notes.db"))) as connection:
        connection.execute("CREATE TABLE notes (note)")

    with pytest.raises(PlanInvalid, match="has no table with the columns"):
        imported(cache, tmp_path / "notes.db")

    with pytest.raises(PlanInvalid, match="there is no"):
        imported(cache, tmp_path / "gone")
