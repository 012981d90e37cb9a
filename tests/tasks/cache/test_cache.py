"""What is set is there, by content; what is read is counted."""

import json
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.cache import Cache, Item, Tokens
from tasks.cache.accounting import MERGE_READS
from tasks.cache.statistics import cache_stats
from tasks.companion.place import companion_of, quarantined
from tasks.errors import PlanInvalid, PreconditionFailed
from tests.tasks.cache.conftest import DAMAGED, START_MS, damage, factors, rows

json_values = st.recursive(
    st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner | st.none()),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    with Cache(tmp_path_factory.mktemp("cache") / "index.db") as cache:
        yield cache


@settings(deadline=None)
@given(json_values)
def test_any_json_but_null_comes_back_as_it_was(shared, value):
    shared.set(factors(), value)

    assert shared.get(factors()) == value


def test_half_of_a_surrogate_pair_comes_back(cache):
    cache.set(factors(), {"text": "half \ud83d"})

    assert cache.get(factors()) == {"text": "half \ud83d"}


@pytest.mark.parametrize("value", [None, float("nan"), {1, 2}, b"bytes"])
def test_what_is_not_json_is_refused_and_nothing_of_its_batch_is_kept(cache, value):
    with pytest.raises(PlanInvalid):
        cache.set_many([Item(factors(1), "fine"), Item(factors(2), value)])

    assert cache.get_many([factors(1), factors(2)]) == [None, None]


def test_many_come_back_in_the_order_asked_for_with_misses_as_none(cache):
    cache.set_many(Item(factors(number), number) for number in range(5))

    assert cache.get_many([factors(n) for n in (3, 9, 0, 3)]) == [3, None, 0, 3]


def test_more_than_a_batch_is_kept_and_counted(cache):
    many = [Item(factors(n % 250, prompt=str(n)), n) for n in range(2500)]

    assert cache.set_many(iter(many)) == 2500
    assert cache.get_many([item.factors for item in many]) == list(range(2500))


def test_another_cache_of_the_same_index_sees_what_is_set_at_once(cache, index):
    cache.set(factors(), "here")
    with Cache(index) as other:
        found = other.get(factors())

    assert found == "here"


def test_to_ask_an_index_without_a_companion_begins_none(cache, index):
    assert cache.get(factors()) is None

    cache.close()

    assert not companion_of(index).exists()


def test_a_value_set_again_keeps_when_it_was_made_and_how_often_it_was_read(cache, index, clock):
    cache.set(factors(), "first")
    clock.at_ms += 5
    cache.get_many([factors()] * 3)
    clock.at_ms += 5
    cache.set(factors(), "second")
    cache.close()
    kept = rows(
        index,
        "SELECT created_at_ms, updated_at_ms, accessed_at_ms, access_count FROM analysis_cache",
    )

    assert kept == [(START_MS, START_MS + 10, START_MS + 5, 3)]


def test_reads_are_on_record_once_the_cache_is_closed_and_not_before(cache, index):
    cache.set(factors(), "value")
    cache.get(factors())
    before = rows(index, "SELECT access_count FROM analysis_cache")
    cache.close()

    assert before == [(0,)]
    assert rows(index, "SELECT access_count FROM analysis_cache") == [(1,)]


def test_reads_are_on_record_after_as_many_as_may_be_lost(cache, index):
    cache.set(factors(), "value")
    for _ in range(MERGE_READS + 1):
        cache.get(factors())

    assert rows(index, "SELECT access_count FROM analysis_cache") == [(MERGE_READS,)]


def test_a_hit_saves_what_the_value_cost_and_a_month_tells_what_was_spent(cache, clock):
    cache.set(factors(), "value", Tokens(input=1000, output=100, cached=10))
    cache.get_many([factors(), factors(), factors(1)])
    clock.at_ms += 40 * 24 * 3600 * 1000
    cache.get(factors())
    stats = cache_stats(cache)
    cost = 1000 * 3000 + 100 * 15000 + 10 * 300

    assert (stats.total.cost_nano, stats.total.saved_nano) == (cost, 3 * cost)
    assert (stats.total.hits, stats.total.misses, stats.total.hit_rate) == (3, 1, 0.75)
    assert [(m.month, m.sets, m.hits, m.cost_nano, m.saved_nano) for m in stats.months] == [
        ("2023-11", 1, 2, cost, 2 * cost),
        ("2023-12", 0, 1, 0, cost),
    ]


def test_tokens_without_a_known_price_are_told_and_cost_nothing(cache):
    cache.set(factors(model="small"), "value", Tokens(input=1))
    cache.set(factors(1, model="small"), "value")
    total = cache_stats(cache).total

    assert (total.unpriced, total.cost_nano, total.input_tokens) == (1, 0, 1)


def test_statistics_tell_types_and_models_apart(cache):
    cache.set_many([Item(factors(), 1), Item(factors(1), 1), Item(factors(cache_type="review"), 1)])
    cache.get_many([factors(), factors(7, model="small")])
    stats = cache_stats(cache)

    assert {name: sums.entries for name, sums in stats.by_type.items()} == {
        "review": 1,
        "summary": 2,
    }
    assert {
        name: (sums.entries, sums.hits, sums.misses) for name, sums in stats.by_model.items()
    } == {
        "mill/large": (3, 1, 0),
        "mill/small": (0, 0, 1),
    }


def test_a_companion_damaged_while_it_is_open_is_moved_away_and_the_cache_goes_on(index):
    with Cache(index) as cache:
        cache.set_many(Item(factors(n), "x" * 50) for n in range(200))
    companion = companion_of(index)
    damaged = bytearray(companion.read_bytes())
    damaged[8192:] = zlib.crc32(b"noise").to_bytes(4, "big") * ((len(damaged) - 8192) // 4)
    companion.write_bytes(damaged)
    with Cache(index) as cache:
        found = cache.get(factors(7))
        cache.set(factors(7), "new")
        again = cache.get(factors(7))
    (away,) = quarantined(index)

    assert (found, again) == (None, "new")
    assert away.stat().st_size >= len(damaged)


def test_a_companion_that_was_replaced_meanwhile_is_opened_anew(cache, index):
    cache.set(factors(), "old")
    for path in list(index.parent.glob("index.db.companion.db*")):
        path.unlink()
    before = cache.get(factors())
    cache.set(factors(), "new")
    cache.close()

    assert before is None
    assert rows(index, "SELECT COUNT(*) FROM analysis_cache") == [(1,)]


@pytest.mark.parametrize("frame", DAMAGED)
def test_a_value_that_cannot_be_read_any_more_is_missed(cache, frame):
    cache.set(factors(), "value")
    damage(cache, frame)

    assert cache.get(factors()) is None
    assert cache_stats(cache).total.misses == 1


def test_in_a_folder_that_nobody_may_write_to_values_are_read_and_none_is_set(index, nobody):
    with Cache(index) as cache:
        cache.set(factors(), "value")
    index.parent.chmod(0o555)
    companion_of(index).chmod(0o444)
    with nobody(), Cache(index) as cache:
        found = cache.get(factors())
        with pytest.raises(PreconditionFailed, match="cannot be written to"):
            cache.set(factors(), "other")

    assert found == "value"


def test_threads_share_a_cache(cache, index):
    def work(number):
        cache.set(factors(number % 10, prompt=str(number)), number)
        return cache.get(factors(number % 10, prompt=str(number)))

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(work, range(400)))
    cache.close()

    assert found == list(range(400))
    assert rows(index, "SELECT hits, misses, entries FROM analysis_makers") == [(400, 0, 400)]


def test_a_value_is_one_zstd_frame_of_json(cache, index):
    cache.set(factors(), {"text": "ä"})
    ((frame, json_bytes),) = rows(
        index, "SELECT value, json_bytes FROM analysis_cache JOIN analysis_values USING (entry_id)"
    )

    assert frame[:4] == b"\x28\xb5\x2f\xfd"
    assert json_bytes == len(
        json.dumps({"text": "ä"}, ensure_ascii=False, separators=(",", ":")).encode()
    )


def test_prices_are_of_the_moment_when_a_value_is_set(cache, index):
    cache.set(factors(), "value", Tokens(input=10))
    with Cache(index) as other:
        other.set(factors(1), "value", Tokens(input=10))
    costs = rows(index, "SELECT cost_nano FROM analysis_cache ORDER BY entry_id")

    assert costs == [(30_000,), (None,)]
